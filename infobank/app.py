"""The composition root: every part is made here, by hand, and handed to those that use it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from infobank.accesslog.note import Signer, VerifierKey
from infobank.accounts.rights import RightsPolicy
from infobank.clock import Clock, SystemClock
from infobank.config import Settings, account_name
from infobank.db.embedded import EmbeddedServer
from infobank.db.grouped import GroupedLog
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import KEYS, RECORDS, DatabaseRoles
from infobank.db.recovery.restorations import barred
from infobank.db.unit import Units, Writers
from infobank.entropy import Entropy, SystemEntropy
from infobank.keystore.roots.places import open_roots
from infobank.keystore.service.alarms import Alarms
from infobank.keystore.service.bank import open_bank_keys
from infobank.keystore.service.client import RemoteKeys
from infobank.keystore.service.core import KeyCore
from infobank.keystore.service.destruction import Destruction
from infobank.keystore.service.journal import Journal
from infobank.keystore.service.server import serving
from infobank.keystore.service.shards import Shards
from infobank.keystore.service.wire import PUBLISHER, SEQUENCER, WEB
from infobank.keystore.signing import read_signing_file, read_verifier_file
from infobank.policies import read_policies
from infobank.publication.parsing import parse_statistic
from infobank.publication.rendering.site import Site
from infobank.publication.statistic import Statistic
from infobank.usecases.accesslog.history import History, Inspect
from infobank.usecases.accesslog.prove import Prove
from infobank.usecases.accesslog.record import Record
from infobank.usecases.accesslog.sequence import Sequence
from infobank.usecases.accounts.proxies import Proxies
from infobank.usecases.accounts.register_provider import RegisterProvider
from infobank.usecases.accounts.sign_in import SignIn
from infobank.usecases.bank import Bank
from infobank.usecases.consent.disclose import Disclose
from infobank.usecases.consent.give import GiveConsent
from infobank.usecases.consent.grant import GrantConsent
from infobank.usecases.consent.review import ReviewConsents
from infobank.usecases.consent.withdraw import WithdrawConsent
from infobank.usecases.genuine import Genuine
from infobank.usecases.oauth.authorize import Authorize
from infobank.usecases.oauth.clients import Authenticate, UseProof
from infobank.usecases.oauth.identify import Identify
from infobank.usecases.oauth.issue import Issue
from infobank.usecases.oauth.push import Push
from infobank.usecases.oauth.revoke import Revoke
from infobank.usecases.publication.catalogue import Catalogue
from infobank.usecases.publication.gather import Gather
from infobank.usecases.publication.publish import Draw, Publish
from infobank.usecases.readiness import Readiness
from infobank.usecases.rights.close import CloseAccount
from infobank.usecases.rights.correct import Correct
from infobank.usecases.rights.desk import Desk
from infobank.usecases.rights.export import Export
from infobank.usecases.rights.rights import Rights
from infobank.usecases.rights.stop import StopUse
from infobank.usecases.upkeep import Upkeep
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.deposit import Deposit
from infobank.usecases.vault.enrol import Enrol
from infobank.usecases.vault.erase import Erase
from infobank.usecases.vault.hold import LegalHold
from infobank.usecases.vault.holdings import Holdings
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.bankkeys import PREFIX_LENGTH
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.language import Text
from infobank.vocabulary.policies import Policies
from infobank.web.portal.views.entrance import DemoPerson
from infobank.web.server import make_application
from infobank.web.state import Surroundings

KEY_ROLE = KEYS.granted["keys"]


@dataclass(frozen=True)
class Databases:
    """How each database role of this installation connects."""

    settings: Settings
    server: EmbeddedServer | None

    def url(self, roles: DatabaseRoles, role: str) -> str:
        """Return the address of a database for one of its roles."""
        if self.server is not None:
            return self.server.url(role, roles.database)
        named = self.settings.records_url if roles is RECORDS else self.settings.keys_url
        return named.replace("{role}", quote(role))


@contextmanager
def databases(settings: Settings) -> Iterator[Databases]:
    """Reach the databases; the embedded server runs for as long as somebody uses it."""
    if not settings.embedded:
        yield Databases(settings, None)
        return
    server = EmbeddedServer(settings.state / "postgresql", keys_account=settings.keyservice_account)
    if settings.keyservice_account == account_name():
        yield Databases(settings, server)  # it is the bank's own account that runs it
        return
    with server:
        yield Databases(settings, server)


async def upgrade_schema(settings: Settings, found: Databases) -> None:
    """Bring both databases to this release's schema, each as its owner."""
    await upgrade(found.url(RECORDS, RECORDS.owner), "records", settings.migrations)
    await upgrade(found.url(KEYS, KEYS.owner), "keys", settings.migrations)


@dataclass(frozen=True)
class Parts:
    """What every process of the bank is made of, whatever its role."""

    settings: Settings
    clock: Clock
    entropy: Entropy
    policies: Policies
    statistics: Mapping[str, Statistic]
    rights: RightsPolicy
    retention: RetentionPolicy
    keyservice: KeyService
    units: Units
    grouped: GroupedLog
    record: Record


@asynccontextmanager
async def open_parts(
    settings: Settings, found: Databases, caller: str, clock: Clock
) -> AsyncIterator[Parts]:
    """Open the records for a process, which its database role and its socket to the keys name.

    Raises:
        ConfigurationError: a policy file is missing or wrong.
        UnavailableError: the key service is away.
    """
    folder = read_policies(settings.policies)
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
                policies=folder.policies,
                statistics={
                    code: parse_statistic(document) for code, document in folder.statistics.items()
                },
                rights=folder.rights,
                retention=folder.retention,
                keyservice=keyservice,
                units=records,
                grouped=grouped,
                record=Record(keyservice, entropy),
            )
    finally:
        await records.close()
        await keyservice.close()


@asynccontextmanager
async def open_keyservice(
    settings: Settings, found: Databases, clock: Clock | None = None, *, restored: bool = False
) -> AsyncIterator[KeyCore]:
    """Open the key service itself: the one process that holds root and shard keys.

    `restored` opens it on databases that nobody else may use until they are replayed.

    Raises:
        ConfigurationError: the root key or a policy file is missing, unsafe or wrong.
        UnavailableError: the keystore or the keys' database is away.
    """
    clock, entropy = clock or SystemClock(), SystemEntropy()
    folder, tenant = read_policies(settings.policies), settings.tenant
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
        yield KeyCore(
            keys, records, shards, bank, alarms, ends, folder.policies, tenant, clock, entropy
        )


@asynccontextmanager
async def serve_keys(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[None]:
    """Answer on the key service's sockets for as long as the block lasts."""
    async with (
        open_keyservice(settings, found, clock) as core,
        serving(core, settings.keyservice, settings.keyservice_group),
    ):
        yield


@asynccontextmanager
async def open_bank(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[Bank]:
    """Open the bank as a web worker, or an operator's command, uses it."""
    async with open_parts(settings, found, WEB, clock or SystemClock()) as parts:
        yield wire_bank(parts)


def wire_bank(parts: Parts) -> Bank:
    """Make every use case of the bank from its parts."""
    settings, units, record = parts.settings, parts.units, parts.record
    clock, entropy, policies = parts.clock, parts.entropy, parts.policies
    keyservice, tenant, zone = parts.keyservice, settings.tenant, settings.zone
    genuine, alarm = Genuine(keyservice), Alarm(units, record, clock)
    give = GiveConsent(record, genuine, entropy, policies)
    deposit = Deposit(units, keyservice, record, alarm, clock, zone, tenant)
    withdraw = WithdrawConsent(units, record, genuine, clock)
    erase = Erase(units, record, keyservice, clock, entropy, parts.retention, tenant, zone)
    return Bank(
        clock=clock,
        policies=policies,
        statistics=parts.statistics,
        sign_in=SignIn(units, keyservice, record, clock, entropy, settings.demo),
        register_provider=RegisterProvider(units, record, genuine, clock, entropy, settings.demo),
        enrol=Enrol(units, keyservice, record, clock, entropy),
        deposit=deposit,
        holdings=Holdings(units, keyservice, record, alarm, clock, policies, tenant),
        grant=GrantConsent(units, give, policies),
        review=ReviewConsents(units, keyservice),
        withdraw=withdraw,
        disclose=Disclose(
            units, parts.grouped, keyservice, genuine, alarm, clock, entropy, policies, tenant
        ),
        authenticate=Authenticate(units, genuine, settings.public_url),
        use_proof=UseProof(units),
        push=Push(units, entropy, policies, zone),
        authorize=Authorize(units, give, clock, entropy, settings.public_url, zone),
        issue=Issue(units, entropy, zone),
        revoke=Revoke(units),
        identify=Identify(units, genuine),
        history=History(units, keyservice),
        inspect=Inspect(units),
        prove=Prove(units),
        catalogue=Catalogue(units),
        rights=wire_rights(parts, alarm, deposit, withdraw, erase),
        erase=erase,
        hold=LegalHold(units, record, keyservice, clock, entropy),
        proxies=Proxies(units, keyservice, record, clock, entropy, tenant),
        readiness=Readiness(units, keyservice, clock),
        upkeep=Upkeep(units, record, clock, policies),
    )


def wire_rights(
    parts: Parts, alarm: Alarm, deposit: Deposit, withdraw: WithdrawConsent, erase: Erase
) -> Rights:
    """Make the rights desk from the bank's parts."""
    settings, units, record = parts.settings, parts.units, parts.record
    keyservice, policies, tenant = parts.keyservice, parts.policies, settings.tenant
    desk = Desk(units, record, parts.clock, parts.entropy, parts.rights, settings.zone)
    return Rights(
        desk=desk,
        export=Export(
            units=units,
            desk=desk,
            keyservice=keyservice,
            record=record,
            alarm=alarm,
            prove=Prove(units),
            review=ReviewConsents(units, keyservice),
            policies=policies,
            tenant=tenant,
            log_key=verifier_key(settings).text,
            verifier=f"{settings.public_url}/log/verifier.pyz",
        ),
        correct=Correct(units, desk, keyservice, record, deposit, policies, tenant),
        stop=StopUse(units, desk, withdraw, Genuine(keyservice), policies),
        close=CloseAccount(units, desk, record, erase),
    )


@asynccontextmanager
async def open_sequencer(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[tuple[Parts, Sequence]]:
    """Open the process that gives log entries their places and signs checkpoints."""
    async with open_parts(settings, found, SEQUENCER, clock or SystemClock()) as parts:
        yield (
            parts,
            Sequence(
                parts.units,
                parts.clock,
                verifier_key(settings).name,
                signer(settings),
                parts.keyservice,
            ),
        )


@asynccontextmanager
async def open_publisher(
    settings: Settings, found: Databases, draw: Draw, clock: Clock | None = None
) -> AsyncIterator[tuple[Parts, Publish]]:
    """Open the process that publishes statistics."""
    async with open_parts(settings, found, PUBLISHER, clock or SystemClock()) as parts:
        gather = Gather(
            parts.units,
            parts.grouped,
            parts.keyservice,
            Genuine(parts.keyservice),
            Alarm(parts.units, parts.record, parts.clock),
            parts.clock,
            parts.entropy,
            parts.policies,
            settings.tenant,
        )
        yield (
            parts,
            Publish(
                parts.units,
                gather,
                parts.record,
                parts.clock,
                parts.policies,
                signer(settings),
                site(settings),
                draw,
                settings.zone,
            ),
        )


def signer(settings: Settings) -> Signer:
    """Return the log's signing key under the name the log was given when its key was made."""
    return Signer(verifier_key(settings).name, read_signing_file(settings.log_key))


def verifier_key(settings: Settings) -> VerifierKey:
    """Return the log's public key, from the public half that stands beside the private one."""
    return VerifierKey.parse(read_verifier_file(settings.log_key))


def site(settings: Settings) -> Site:
    """Return where and by whom open data is published."""
    return Site(
        base_url=settings.public_url,
        publisher=Text("インフォバンク", "infobank"),
        region=Text("デモの街(合成データ)", "Demo city (synthetic data)")
        if settings.demo
        else Text("この街", "this city"),
    )


def make_worker(
    settings: Settings, found: Databases, people: tuple[DemoPerson, ...] = ()
) -> web.Application:
    """Return the web application of one worker process; `people` may be tried in the demo."""
    return make_application(surroundings(settings, people), lambda: open_bank(settings, found))


def surroundings(settings: Settings, people: tuple[DemoPerson, ...] = ()) -> Surroundings:
    """Return where this bank stands, as every answer needs it."""
    return Surroundings(
        public_url=settings.public_url,
        trusted_proxies=settings.trusted_proxies,
        demo=settings.demo,
        verifier_key=verifier_key(settings),
        zone=settings.zone,
        site=site(settings),
        people=people,
    )
