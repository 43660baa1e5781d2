"""Open the key service: the one process that holds root and shard keys."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import structlog

from infobank.app.installation import Databases
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.db.consenting.policies import digests
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.roles import KEYS, RECORDS
from infobank.db.recovery.restorations import barred
from infobank.db.unit import Units, Writers
from infobank.entropy import SystemEntropy
from infobank.errors import InfobankError
from infobank.keystore.roots.places import open_roots
from infobank.keystore.service.alarms import Alarms
from infobank.keystore.service.bank import open_bank_keys
from infobank.keystore.service.core import KeyCore
from infobank.keystore.service.destruction import Destruction
from infobank.keystore.service.inforce import InForce
from infobank.keystore.service.journal import Journal
from infobank.keystore.service.server import serving
from infobank.keystore.service.shards import Shards
from infobank.policies import read_policies
from infobank.vault.bankkeys import PREFIX_LENGTH
from infobank.vocabulary.rules.policies import Policies

LOG = structlog.get_logger()

KEY_ROLE = KEYS.granted["keys"]


@asynccontextmanager
async def open_keyservice(
    settings: Settings, found: Databases, clock: Clock | None = None, *, restored: bool = False
) -> AsyncIterator[KeyCore]:
    """Open the key service itself: the one process that holds root and shard keys.

    `restored` opens it on databases that nobody else may use until they are replayed.

    Raises:
        ConfigurationError: the root key or a policy file is missing, unsafe or wrong.
        UnavailableError: the keystore or a database is away.
    """
    clock, entropy = clock or SystemClock(), SystemEntropy()
    folder, tenant = read_policies(settings.policies, settings.zone), settings.tenant
    async with AsyncExitStack() as stack:
        roots = open_roots(settings.roots, entropy, settings.root_deadline)
        stack.push_async_callback(roots.close)
        admit = (lambda engine: engine) if restored else barred
        keys = Units(admit(create_engine(found.url(KEYS, KEY_ROLE), application=KEY_ROLE)))
        stack.push_async_callback(keys.close)
        shards = Shards(keys, roots, settings.tenant, clock)
        bank = await open_bank_keys(keys, roots, settings.tenant, await shards.epoch())
        writers = Writers(entropy, bank.writer_keys(entropy.bytes(PREFIX_LENGTH)))
        role = RECORDS.granted["keyservice"]
        engine = admit(create_engine(found.url(RECORDS, role), application=role))
        records = Units(engine, writers)
        stack.push_async_callback(records.close)
        alarms = Alarms(keys, Journal(records, entropy), bank, clock)
        ends = Destruction(keys, records, shards, folder.holders, tenant, clock)
        rules = InForce(await _known(folder.policies, records))
        yield KeyCore(keys, records, shards, bank, alarms, ends, rules, tenant, clock, entropy)


async def _known(policies: Policies, records: Units) -> Policies:
    """Return rules that know those which were in force before."""
    return replace(policies, earlier=await digests(records.direct))


async def reread(core: KeyCore, settings: Settings) -> None:
    """Judge by the rules as the policies folder says them now; by the old ones if it is wrong.

    What is being judged meanwhile is judged by the old ones.
    """
    try:
        folder = read_policies(settings.policies, settings.zone)
        core.rules.policies = await _known(folder.policies, core.records)
    except InfobankError as error:
        LOG.warning("policies_refused", code=error.code, error=error.message)
        return
    LOG.info("policies_reread", policies=core.rules.policies.digest.hex())


@asynccontextmanager
async def serve_keys(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[KeyCore]:
    """Answer on the key service's sockets for as long as the block lasts."""
    async with (
        open_keyservice(settings, found, clock) as core,
        serving(core, settings.keyservice, settings.keyservice_group),
        _warming(core),
    ):
        yield core


@asynccontextmanager
async def _warming(core: KeyCore) -> AsyncIterator[None]:
    """Get ready beside the first answers: a slow keystore is no reason to answer nobody."""

    async def warm() -> None:
        with contextlib.suppress(InfobankError):  # whoever asks next hears what is wrong
            await core.warm()

    task = asyncio.create_task(warm(), name="warming")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
