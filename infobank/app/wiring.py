"""Every use case of the bank, made by hand from the parts that a process was opened with."""

from functools import partial

from infobank.accounts.approval import Act
from infobank.app.desk import wire_provider_desk
from infobank.app.entrance import wire_entrance, wire_sign_in
from infobank.app.identity import site
from infobank.app.letters import wire_letters
from infobank.app.parts import Parts
from infobank.policies.folder import read_rules
from infobank.usecases.accesslog.evidence import GatherEvidence
from infobank.usecases.accesslog.health import ExamineLog
from infobank.usecases.accesslog.history import History, Inspect
from infobank.usecases.accesslog.persons import Persons
from infobank.usecases.accesslog.prove import Prove
from infobank.usecases.accesslog.search import SearchLog
from infobank.usecases.accounts.approvals import Approvals, Ask
from infobank.usecases.accounts.certify import Certify
from infobank.usecases.accounts.grant_proxy import GrantProxy
from infobank.usecases.accounts.households import Households
from infobank.usecases.accounts.proxies import Proxies
from infobank.usecases.accounts.recover import RecoverAccount
from infobank.usecases.accounts.register_provider import RegisterProvider
from infobank.usecases.accounts.replace_keys import ReplaceKeys
from infobank.usecases.accounts.stewardship import Stewardship
from infobank.usecases.accounts.vetting import Vetting
from infobank.usecases.bank import Bank
from infobank.usecases.consent.answer import AnswerInquiry
from infobank.usecases.consent.ask import AskConsents
from infobank.usecases.consent.disclose import Disclose
from infobank.usecases.consent.give import GiveConsent
from infobank.usecases.consent.grant import GrantConsent
from infobank.usecases.consent.lessen import Lessen
from infobank.usecases.consent.narrow import NarrowConsent
from infobank.usecases.consent.receipt import IssueReceipt
from infobank.usecases.consent.review import ReviewConsents
from infobank.usecases.consent.withdraw import WithdrawConsent
from infobank.usecases.counter.assist import AssistConsent
from infobank.usecases.counter.codes import MakeCodes
from infobank.usecases.counter.counter import Counter
from infobank.usecases.counter.visit import Visits
from infobank.usecases.counter.withdraw import WithdrawAtCounter
from infobank.usecases.custody.keyring import ReviewKeys
from infobank.usecases.decisions.cohort import CountCohort
from infobank.usecases.decisions.replay import Replay
from infobank.usecases.entrance.city import MakeCall
from infobank.usecases.entrance.entrance import Entrance
from infobank.usecases.genuine import Genuine
from infobank.usecases.mandates.answer import AnswerByMandate
from infobank.usecases.mandates.call import CallOnMandates
from infobank.usecases.mandates.change import ChangeMandate
from infobank.usecases.mandates.give import GiveMandate
from infobank.usecases.mandates.mandates import Mandates
from infobank.usecases.mandates.reach import ReachOfMandates
from infobank.usecases.mandates.request import AnswerRequest
from infobank.usecases.mandates.tell import Tell
from infobank.usecases.notices.compose import Compose
from infobank.usecases.notices.endpoint import RegisterEndpoint
from infobank.usecases.notices.follow import FollowNotices
from infobank.usecases.notices.notices import Notices
from infobank.usecases.notices.notify import Notify
from infobank.usecases.notices.poll import PollNotices
from infobank.usecases.notices.state_deletion import StateDeletion
from infobank.usecases.oauth.authorize import Authorize
from infobank.usecases.oauth.clients import Authenticate, UseProof
from infobank.usecases.oauth.counter import CounterRequest
from infobank.usecases.oauth.follow import FollowRequest
from infobank.usecases.oauth.identify import Identify
from infobank.usecases.oauth.issue import Issue
from infobank.usecases.oauth.push import Push
from infobank.usecases.oauth.revoke import Revoke
from infobank.usecases.publication.catalogue import Catalogue
from infobank.usecases.readiness import Readiness
from infobank.usecases.rights.close import CloseAccount
from infobank.usecases.rights.copies.export import Export
from infobank.usecases.rights.correct import Correct
from infobank.usecases.rights.desk import Desk
from infobank.usecases.rights.report import Report
from infobank.usecases.rights.rights import Rights
from infobank.usecases.rights.stop import StopUse
from infobank.usecases.signing import Sign
from infobank.usecases.upkeep import Upkeep
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.deposit import Deposit
from infobank.usecases.vault.enrol import Enrol
from infobank.usecases.vault.erase import Erase
from infobank.usecases.vault.hold import LegalHold
from infobank.usecases.vault.holdings import Holdings
from infobank.usecases.vault.preview import Preview


def wire_bank(parts: Parts, log_key: str, call_city: MakeCall) -> Bank:
    """Make every use case of the bank from its parts and the public key of its log."""
    settings, units, record = parts.settings, parts.units, parts.record
    clock, entropy, policies = parts.clock, parts.entropy, parts.policies
    keyservice, tenant, zone = parts.keyservice, settings.tenant, settings.zone
    alarm = Alarm(units, record, clock)
    give, lessen = wire_giving(parts)
    genuine, notify = give.genuine, lessen.notify
    deposit = Deposit(units, keyservice, record, alarm, clock, zone, tenant)
    sign = Sign(keyservice)
    withdraw = WithdrawConsent(units, lessen, clock)
    authorize = Authorize(units, give, keyservice, clock, entropy, settings.public_url, zone)
    erase = Erase(units, record, keyservice, clock, entropy, parts.retention, tenant, zone, notify)
    disclose = Disclose(
        units, parts.grouped, keyservice, genuine, alarm, clock, entropy, policies, tenant
    )
    mandates = wire_mandates(parts, give, lessen)
    entrance = wire_entrance(parts, call_city)
    prove, search = Prove(units), SearchLog(units, clock, Persons(keyservice, zone), zone)
    return Bank(
        clock=clock,
        policies=policies,
        phrases=parts.phrases,
        statistics=parts.statistics,
        sign_in=wire_sign_in(parts, entrance.sessions),
        entrance=entrance,
        register_provider=RegisterProvider(
            units, record, genuine, clock, entropy, policies, mandates.tell, settings.demo
        ),
        enrol=Enrol(units, keyservice, record, clock, entropy),
        deposit=deposit,
        holdings=Holdings(units, keyservice, parts.grouped, alarm, clock, policies, tenant),
        preview=Preview(
            units, keyservice, record, alarm, clock, policies, parts.inquiries, tenant, zone
        ),
        grant=GrantConsent(units, give, policies),
        review=ReviewConsents(units, keyservice),
        receipt=IssueReceipt(
            units=units,
            keyservice=keyservice,
            genuine=genuine,
            sign=sign,
            clock=clock,
            entropy=entropy,
            policies=policies,
            phrases=parts.phrases,
            publisher=site(settings).publisher,
            site=settings.public_url,
            zone=zone,
        ),
        ask=AskConsents(units, genuine, clock, policies, zone),
        replay=Replay(
            units, History(units, keyservice), genuine, partial(read_rules, zone=settings.zone)
        ),
        count_cohort=CountCohort(units, record, genuine, clock, policies),
        withdraw=withdraw,
        narrow=NarrowConsent(units, lessen, clock),
        disclose=disclose,
        answer=AnswerInquiry(
            units=units,
            record=record,
            disclose=disclose,
            sign=sign,
            clock=clock,
            entropy=entropy,
            policies=policies,
            inquiries=parts.inquiries,
            issuer=settings.public_url,
            zone=zone,
        ),
        authenticate=Authenticate(units, genuine, settings.public_url),
        use_proof=UseProof(units),
        push=Push(units, entropy, policies, zone),
        authorize=authorize,
        counter=CounterRequest(
            units, record, keyservice, clock, policies, settings.public_url, zone
        ),
        follow=FollowRequest(units, record, clock),
        issue=Issue(units, entropy, zone),
        revoke=Revoke(units),
        identify=Identify(units, genuine),
        history=History(units, keyservice),
        provider_desk=wire_provider_desk(parts, authorize, deposit, search),
        inspect=Inspect(units),
        prove=prove,
        search=search,
        examine=ExamineLog(units, clock, prove, search),
        gather=GatherEvidence(units, record, clock, prove, search),
        catalogue=Catalogue(units),
        rights=wire_rights(parts, alarm, deposit, withdraw, erase, log_key=log_key),
        erase=erase,
        hold=LegalHold(units, record, keyservice, clock, entropy),
        sign=sign,
        mandates=mandates,
        notices=wire_notices(parts, Compose(keyservice, sign, settings.public_url)),
        letters=wire_letters(parts),
        proxies=Proxies(units, keyservice, record, clock, entrance.sessions, tenant),
        stewardship=wire_stewardship(parts, genuine, entrance, authorize, withdraw),
        households=Households(units, record, keyservice, clock, entropy),
        readiness=Readiness(units, keyservice, clock),
        upkeep=Upkeep(units, record, clock, policies, parts.files),
    )


def wire_stewardship(
    parts: Parts,
    genuine: Genuine,
    entrance: Entrance,
    authorize: Authorize,
    withdraw: WithdrawConsent,
) -> Stewardship:
    """Make what stewards do about who takes part."""
    units, record, clock = parts.units, parts.record, parts.clock
    keyservice, policies, settings = parts.keyservice, parts.policies, parts.settings
    ask = Ask(units, record, genuine, clock, parts.entropy)
    keys = ReplaceKeys(ask, genuine)
    recover = RecoverAccount(ask, keyservice, entrance.passkeys.marks, policies.house)
    proxy = GrantProxy(ask, keyservice, policies.house, settings.tenant, settings.zone)
    visits = Visits(units, keyservice, record, clock, parts.entropy)
    counter = Counter(
        codes=MakeCodes(units, keyservice, record, clock, parts.entropy),
        visits=visits,
        assist=AssistConsent(ask, visits, authorize, policies),
        withdraw=WithdrawAtCounter(units, keyservice, visits, withdraw, clock, settings.zone),
    )
    acts = {
        Act.PROVIDER_KEYS: keys.carry_out,
        Act.PROXY: proxy.carry_out,
        Act.RECOVERY: recover.carry_out,
        Act.ASSISTED_CONSENT: counter.assist.carry_out,
    }
    return Stewardship(
        approvals=Approvals(units, record, genuine, clock, acts),
        certify=Certify(units, record, genuine, clock, policies),
        replace_keys=keys,
        grant_proxy=proxy,
        recover=recover,
        counter=counter,
        vetting=Vetting(units, clock, policies, parts.files),
        keys=ReviewKeys(units, keyservice),
    )


def wire_giving(parts: Parts) -> tuple[GiveConsent, Lessen]:
    """Make what gives consents, and what makes them reach less far."""
    record, genuine, policies = parts.record, Genuine(parts.keyservice), parts.policies
    notify = Notify(parts.keyservice, parts.entropy, policies.house)
    give = GiveConsent(record, genuine, parts.entropy, policies)
    return give, Lessen(record, genuine, notify)


def wire_mandates(parts: Parts, give: GiveConsent, lessen: Lessen) -> Mandates:
    """Make what is done about mandates from the bank's parts."""
    units, record, clock, entropy = parts.units, parts.record, parts.clock, parts.entropy
    policies, settings, genuine = parts.policies, parts.settings, give.genuine
    reach = ReachOfMandates(units, genuine, clock, policies)
    answer = AnswerByMandate(give, genuine, entropy, policies)
    return Mandates(
        give=GiveMandate(units, record, genuine, clock, entropy, policies, reach),
        change=ChangeMandate(units, record, genuine, lessen, clock, policies),
        reach=reach,
        call=CallOnMandates(
            units, answer, parts.keyservice, clock, entropy, policies, settings.zone
        ),
        request=AnswerRequest(
            units, answer, clock, entropy, policies, settings.public_url, settings.zone
        ),
        tell=Tell(units, clock, entropy, policies, record),
    )


def wire_rights(
    parts: Parts,
    alarm: Alarm,
    deposit: Deposit,
    withdraw: WithdrawConsent,
    erase: Erase,
    *,
    log_key: str,
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
            log_key=log_key,
            verifier=f"{settings.public_url}/log/verifier.pyz",
        ),
        correct=Correct(units, desk, keyservice, deposit, policies, tenant),
        stop=StopUse(units, desk, withdraw, Genuine(keyservice), policies),
        close=CloseAccount(units, desk, record, erase),
        report=Report(desk, keyservice, History(units, keyservice), tenant),
    )


def wire_notices(parts: Parts, compose: Compose) -> Notices:
    """Make what is done about notices from the bank's parts."""
    settings, units, record, clock = parts.settings, parts.units, parts.record, parts.clock
    return Notices(
        poll=PollNotices(units, record, compose, clock),
        state_deletion=StateDeletion(units, record, clock, settings.public_url),
        follow=FollowNotices(units, record, parts.keyservice, clock),
        register_endpoint=RegisterEndpoint(
            units, record, parts.keyservice, clock, loopback=settings.demo
        ),
    )
