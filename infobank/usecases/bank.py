"""Every use case of the bank in one value, wired once by `app.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from infobank.clock import Clock
from infobank.publication.statistic import Statistic
from infobank.usecases.accesslog.evidence import GatherEvidence
from infobank.usecases.accesslog.health import ExamineLog
from infobank.usecases.accesslog.history import History, Inspect
from infobank.usecases.accesslog.prove import Prove
from infobank.usecases.accesslog.search import SearchLog
from infobank.usecases.accounts.households import Households
from infobank.usecases.accounts.proxies import Proxies
from infobank.usecases.accounts.register_provider import RegisterProvider
from infobank.usecases.accounts.stewardship import Stewardship
from infobank.usecases.consent.answer import AnswerInquiry
from infobank.usecases.consent.ask import AskConsents
from infobank.usecases.consent.disclose import Disclose
from infobank.usecases.consent.grant import GrantConsent
from infobank.usecases.consent.narrow import NarrowConsent
from infobank.usecases.consent.receipt import IssueReceipt
from infobank.usecases.consent.review import ReviewConsents
from infobank.usecases.consent.withdraw import WithdrawConsent
from infobank.usecases.decisions.cohort import CountCohort
from infobank.usecases.decisions.replay import Replay
from infobank.usecases.entrance.entrance import Entrance
from infobank.usecases.entrance.sign_in import SignIn
from infobank.usecases.letters.letters import Letters
from infobank.usecases.mandates.mandates import Mandates
from infobank.usecases.notices.notices import Notices
from infobank.usecases.oauth.authorize import Authorize
from infobank.usecases.oauth.clients import Authenticate, UseProof
from infobank.usecases.oauth.counter import CounterRequest
from infobank.usecases.oauth.follow import FollowRequest
from infobank.usecases.oauth.identify import Identify
from infobank.usecases.oauth.issue import Issue
from infobank.usecases.oauth.push import Push
from infobank.usecases.oauth.revoke import Revoke
from infobank.usecases.provider.desk import ProviderDesk
from infobank.usecases.publication.catalogue import Catalogue
from infobank.usecases.readiness import Readiness
from infobank.usecases.rights.rights import Rights
from infobank.usecases.signing import Sign
from infobank.usecases.upkeep import Upkeep
from infobank.usecases.vault.deposit import Deposit
from infobank.usecases.vault.enrol import Enrol
from infobank.usecases.vault.erase import Erase
from infobank.usecases.vault.hold import LegalHold
from infobank.usecases.vault.holdings import Holdings
from infobank.usecases.vault.preview import Preview
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.words import Phrasebook


@dataclass(frozen=True)
class Bank:
    """What the outside may ask of the bank; each field is one verb or a few of one noun."""

    clock: Clock
    policies: Policies
    phrases: Phrasebook
    statistics: Mapping[str, Statistic]
    sign_in: SignIn
    entrance: Entrance
    register_provider: RegisterProvider
    enrol: Enrol
    deposit: Deposit
    holdings: Holdings
    preview: Preview
    grant: GrantConsent
    review: ReviewConsents
    receipt: IssueReceipt
    ask: AskConsents
    replay: Replay
    count_cohort: CountCohort
    withdraw: WithdrawConsent
    narrow: NarrowConsent
    disclose: Disclose
    answer: AnswerInquiry
    authenticate: Authenticate
    use_proof: UseProof
    push: Push
    authorize: Authorize
    counter: CounterRequest
    follow: FollowRequest
    issue: Issue
    revoke: Revoke
    identify: Identify
    history: History
    provider_desk: ProviderDesk
    inspect: Inspect
    prove: Prove
    search: SearchLog
    examine: ExamineLog
    gather: GatherEvidence
    catalogue: Catalogue
    rights: Rights
    erase: Erase
    hold: LegalHold
    proxies: Proxies
    stewardship: Stewardship
    households: Households
    sign: Sign
    notices: Notices
    letters: Letters
    mandates: Mandates
    readiness: Readiness
    upkeep: Upkeep
