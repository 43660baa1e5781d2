"""Put together what a replay needs: both databases past the mark, and the key service itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from infobank.app.identity import verifier_key
from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice
from infobank.archives.logfolder import LogFolder
from infobank.clock import Clock
from infobank.config import Settings
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import KEYS, RECORDS
from infobank.db.recovery.snapshot import PATIENCE
from infobank.db.unit import Units, Writers
from infobank.entropy import SystemEntropy
from infobank.policies import read_policies
from infobank.publication.parsing import parse_statistic
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.usecases.notices.notify import Notify
from infobank.usecases.recovery.continuing import ContinueLog
from infobank.usecases.recovery.repeat import Repeat
from infobank.usecases.recovery.replay import Replay
from infobank.usecases.vault.erase import Erase

APPLICATION = "infobank replay"


@asynccontextmanager
async def open_replay(
    settings: Settings, found: Databases, log: Path, clock: Clock
) -> AsyncIterator[Replay]:
    """Open the replay, in a process that holds the root key as the key service does.

    Raises:
        ConfigurationError: a key file or a policy file is missing, unsafe or wrong.
        UnavailableError: a database or the keystore is away.
    """
    entropy, folder = SystemEntropy(), read_policies(settings.policies, settings.zone)
    statistics = {code: parse_statistic(document) for code, document in folder.statistics.items()}
    async with open_keyservice(settings, found, clock, restored=True) as core:
        writers = Writers(entropy, await core.writer())
        records = _units(found.url(RECORDS, RECORDS.owner), writers)
        keys = _units(found.url(KEYS, KEYS.owner))
        record = Record(core, entropy)
        notify = Notify(core, entropy, folder.policies.house)
        erase = Erase(
            records,
            record,
            core,
            clock,
            entropy,
            folder.retention,
            settings.tenant,
            settings.zone,
            notify,
        )
        try:
            yield Replay(
                records=records,
                keys=keys,
                continue_log=ContinueLog(records, verifier_key(settings), LogFolder(log).fetch),
                repeat=Repeat(records, core, Genuine(core), notify, erase, statistics),
                record=record,
                clock=clock,
            )
        finally:
            await records.close()
            await keys.close()


def _units(url: str, writers: Writers | None = None) -> Units:
    return Units(create_engine(url, application=APPLICATION, patience=PATIENCE), writers)
