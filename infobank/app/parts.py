"""Open what every process of the bank is made of, but for the key service."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from infobank.accounts.rights import RightsPolicy
from infobank.app.installation import Databases
from infobank.clock import Clock
from infobank.config import Settings
from infobank.consent.answers.inquiry import Inquiry
from infobank.db.consenting.policies import digests
from infobank.db.grouped import GroupedLog
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import RECORDS
from infobank.db.recovery.restorations import barred
from infobank.db.unit import Units, Writers
from infobank.entropy import Entropy, SystemEntropy
from infobank.keystore.service.client import RemoteKeys
from infobank.policies import read_policies
from infobank.publication.parsing import parse_statistic
from infobank.publication.statistic import Statistic
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.words import Phrasebook


@dataclass(frozen=True)
class Parts:
    """What every process of the bank is made of, whatever its role."""

    settings: Settings
    clock: Clock
    entropy: Entropy
    policies: Policies
    phrases: Phrasebook
    statistics: Mapping[str, Statistic]
    inquiries: Mapping[str, Inquiry]
    rights: RightsPolicy
    retention: RetentionPolicy
    keyservice: KeyService
    units: Units
    grouped: GroupedLog
    record: Record
    files: Mapping[str, bytes]
    """The policy files, by path."""


@asynccontextmanager
async def open_parts(
    settings: Settings, found: Databases, caller: str, clock: Clock
) -> AsyncIterator[Parts]:
    """Open the records for a process, which its database role and its socket to the keys name.

    Raises:
        ConfigurationError: a policy file is missing or wrong.
        UnavailableError: the key service or the database is away.
    """
    folder = read_policies(settings.policies, settings.zone)
    entropy = SystemEntropy()
    keyservice = RemoteKeys(settings.keyservice / caller)
    writers = Writers(entropy, await keyservice.writer())
    role = RECORDS.granted[caller]
    engine = barred(create_engine(found.url(RECORDS, role), application=role))
    records = Units(engine, writers)
    grouped = GroupedLog(records.engine, writers, entropy)
    try:
        async with grouped.running():
            yield Parts(
                settings=settings,
                clock=clock,
                entropy=entropy,
                policies=replace(folder.policies, earlier=await digests(records.direct)),
                phrases=folder.phrases,
                statistics={
                    code: parse_statistic(document) for code, document in folder.statistics.items()
                },
                inquiries=folder.inquiries,
                rights=folder.rights,
                retention=folder.retention,
                keyservice=keyservice,
                units=records,
                grouped=grouped,
                record=Record(keyservice, entropy),
                files=folder.files,
            )
    finally:
        await records.close()
        await keyservice.close()
