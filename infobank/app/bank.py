"""Make every use case of the bank from its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infobank.app.identity import verifier_key
from infobank.app.installation import Databases
from infobank.app.parts import Parts, open_parts
from infobank.clock import Clock, SystemClock
from infobank.config import Settings
from infobank.keystore.service.wire import WEB
from infobank.usecases.accesslog.history import History, Inspect
from infobank.usecases.accesslog.prove import Prove
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
        correct=Correct(units, desk, keyservice, deposit, policies, tenant),
        stop=StopUse(units, desk, withdraw, Genuine(keyservice), policies),
        close=CloseAccount(units, desk, record, erase),
    )
