"""The composition root: every part is made here, by hand, and handed to those that use it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from infobank.accesslog.note import Signer, VerifierKey
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.db.embedded import EmbeddedServer
from infobank.db.grouped import GroupedLog
from infobank.db.postgres.engine import create_engine
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import KEYS, RECORDS, DatabaseRoles
from infobank.db.unit import Units, Writers
from infobank.entropy import Entropy, SystemEntropy
from infobank.keystore.file import read_root_file, read_signing_file, read_verifier_file
from infobank.policies import read_policies
from infobank.publication.parsing import parse_statistic
from infobank.publication.rendering.site import Site
from infobank.publication.statistic import Statistic
from infobank.usecases.accesslog.history import History, Inspect
from infobank.usecases.accesslog.prove import Prove
from infobank.usecases.accesslog.record import Record
from infobank.usecases.accesslog.sequence import Sequence
from infobank.usecases.accounts.register_provider import RegisterProvider
from infobank.usecases.accounts.sign_in import SignIn
from infobank.usecases.bank import Bank
from infobank.usecases.consent.disclose import Disclose
from infobank.usecases.consent.give import GiveConsent
from infobank.usecases.consent.grant import GrantConsent
from infobank.usecases.consent.review import ReviewConsents
from infobank.usecases.consent.withdraw import WithdrawConsent
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
from infobank.usecases.upkeep import Upkeep
from infobank.usecases.vault.deposit import Deposit
from infobank.usecases.vault.enrol import Enrol
from infobank.usecases.vault.holdings import Holdings
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.bankkeys import BankKeys
from infobank.vocabulary.language import Text
from infobank.vocabulary.policies import Policies
from infobank.web.portal.views.entrance import DemoPerson
from infobank.web.server import make_application
from infobank.web.state import Surroundings

WEB = RECORDS.granted["web"]
SEQUENCER = RECORDS.granted["sequencer"]
PUBLISHER = RECORDS.granted["publisher"]
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
    with EmbeddedServer(settings.state / "postgresql") as server:
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
    keyservice: KeyService
    units: Units
    grouped: GroupedLog
    record: Record


@asynccontextmanager
async def open_parts(
    settings: Settings, found: Databases, role: str, clock: Clock
) -> AsyncIterator[Parts]:
    """Open keys and databases for a process that takes one database role.

    Raises:
        ConfigurationError: a key file or a policy file is missing, unsafe or wrong.
    """
    folder = read_policies(settings.policies)
    root = read_root_file(settings.root_key)
    bank = BankKeys(root, settings.tenant)
    entropy = SystemEntropy()
    writers = Writers(entropy, bank.writer_mac_key)
    records = Units(create_engine(found.url(RECORDS, role), application=role), writers)
    keys = Units(create_engine(found.url(KEYS, KEY_ROLE), application=KEY_ROLE), writers)
    keyservice = KeyService(keys, root, settings.tenant, bank)
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
                keyservice=keyservice,
                units=records,
                grouped=grouped,
                record=Record(keyservice, entropy),
            )
    finally:
        await records.close()
        await keys.close()


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
    give = GiveConsent(record, entropy, policies)
    return Bank(
        clock=clock,
        policies=policies,
        statistics=parts.statistics,
        sign_in=SignIn(units, keyservice, record, clock, entropy, settings.demo),
        register_provider=RegisterProvider(units, record, clock, entropy, settings.demo),
        enrol=Enrol(units, keyservice, record, clock, entropy),
        deposit=Deposit(units, keyservice, record, clock, zone, tenant),
        holdings=Holdings(units, keyservice, record, clock, policies, tenant),
        grant=GrantConsent(units, give, policies),
        review=ReviewConsents(units, keyservice),
        withdraw=WithdrawConsent(units, record, clock),
        disclose=Disclose(units, parts.grouped, keyservice, clock, entropy, policies, tenant),
        authenticate=Authenticate(units, settings.public_url),
        use_proof=UseProof(units),
        push=Push(units, entropy, policies, zone),
        authorize=Authorize(units, give, clock, entropy, settings.public_url, zone),
        issue=Issue(units, entropy, zone),
        revoke=Revoke(units),
        identify=Identify(units),
        history=History(units, keyservice),
        inspect=Inspect(units),
        prove=Prove(units),
        catalogue=Catalogue(units),
        readiness=Readiness(units, keyservice, clock),
        upkeep=Upkeep(units, record, clock, policies),
    )


@asynccontextmanager
async def open_sequencer(
    settings: Settings, found: Databases, clock: Clock | None = None
) -> AsyncIterator[tuple[Parts, Sequence]]:
    """Open the process that gives log entries their places and signs checkpoints."""
    async with open_parts(settings, found, SEQUENCER, clock or SystemClock()) as parts:
        bank = parts.keyservice.bank
        yield (
            parts,
            Sequence(
                parts.units,
                parts.clock,
                verifier_key(settings).name,
                signer(settings),
                bank.writer_mac_key,
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
    surroundings = Surroundings(
        public_url=settings.public_url,
        trusted_proxies=settings.trusted_proxies,
        demo=settings.demo,
        verifier_key=verifier_key(settings),
        zone=settings.zone,
        site=site(settings),
        people=people,
    )
    return make_application(surroundings, lambda: open_bank(settings, found))
