"""Every page by name: its template and the view that feeds it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from infobank.web.portal.views.auditor.log import (
    EvidencePage,
    LogEntriesPage,
    LogHealthPage,
    LogKeyPage,
    LogPage,
    LogTrendsPage,
)
from infobank.web.portal.views.entrance.account import (
    AccountPage,
    PasskeyPage,
    PasskeyRemovePage,
    RecoveryPage,
)
from infobank.web.portal.views.entrance.confirm import ConfirmedPage, ProveAgainPage
from infobank.web.portal.views.entrance.enrol import EnrolPage, EnrolPasskeyPage
from infobank.web.portal.views.entrance.resume import ResumePage
from infobank.web.portal.views.entrance.sessions import SessionsPage
from infobank.web.portal.views.entrance.sign_in import SignInPage
from infobank.web.portal.views.everybody.documentation import (
    ApiPage,
    ApiPartPage,
    ApiSchemaPage,
    ErrorCataloguePage,
)
from infobank.web.portal.views.everybody.error import ErrorPage
from infobank.web.portal.views.everybody.public import (
    AboutPage,
    DatasetPage,
    DatasetsPage,
    FrontPage,
)
from infobank.web.portal.views.history import HistoryPage, ProofPage, UnexpectedPage
from infobank.web.portal.views.provider.builder import BuilderPage, SeenPage
from infobank.web.portal.views.provider.consents import (
    ProviderConsentsPage,
    ProviderRequestsPage,
)
from infobank.web.portal.views.provider.home import ProviderHomePage
from infobank.web.portal.views.provider.keys import ProviderCertificatesPage, ProviderKeysPage
from infobank.web.portal.views.provider.notices import ProviderNoticesPage
from infobank.web.portal.views.provider.sandbox import SandboxPage
from infobank.web.portal.views.resident.consents import (
    ConsentPage,
    ConsentsPage,
    NarrowPage,
    ReceiptPage,
    VersionsPage,
    WithdrawalsPage,
    WithdrawnPage,
    WithdrawPage,
)
from infobank.web.portal.views.resident.home import CategoryPage, HoldingsPage, HomePage
from infobank.web.portal.views.resident.mandates import (
    MandateNarrowPage,
    MandateNewPage,
    MandatePage,
    MandatesPage,
    MandateStopPage,
)
from infobank.web.portal.views.resident.people import ActingPage, PeoplePage
from infobank.web.portal.views.resident.preview import RequestPreviewPage
from infobank.web.portal.views.resident.requests import (
    ConfirmPage,
    CounterPage,
    RequestPage,
    WaitingPage,
)
from infobank.web.portal.views.resident.rights import (
    ClosedPage,
    ClosurePage,
    CorrectionFormPage,
    CorrectionPage,
    RightsPage,
    RightsRequestPage,
    StopPage,
)
from infobank.web.portal.views.resident.settings import SettingsPage
from infobank.web.portal.views.resident.sights import WhoCanSeeCategoryPage, WhoCanSeePage
from infobank.web.portal.views.resident.summary import SummaryPage
from infobank.web.portal.views.resident.told import ToldPage
from infobank.web.portal.views.steward.approvals import ApprovalPage, ApprovalsPage, HalfPage
from infobank.web.portal.views.steward.corrections import CorrectionsPage
from infobank.web.portal.views.steward.counter import (
    BeginPage,
    CardPage,
    CodePage,
    CounterConsentPage,
    CounterRequestPage,
    PaperPage,
    VisitPage,
)
from infobank.web.portal.views.steward.desk import LetterPage, LettersPage, ReportsPage
from infobank.web.portal.views.steward.home import StewardHomePage
from infobank.web.portal.views.steward.providers import (
    BoardPage,
    ProviderPage,
    ProvidersPage,
    RegisterPage,
)
from infobank.web.portal.views.steward.watch import KeysPage, OverduePage, PublicationsPage


class Page(NamedTuple):
    """One page of the portal."""

    template: str
    view: type


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        "resume": Page("entrance/resume.html", ResumePage),
        "sign_in": Page("entrance/sign_in.html", SignInPage),
        "enrol": Page("entrance/enrol.html", EnrolPage),
        "enrol_passkey": Page("entrance/enrol_passkey.html", EnrolPasskeyPage),
        "confirm": Page("entrance/confirm.html", ProveAgainPage),
        "confirmed": Page("entrance/confirmed.html", ConfirmedPage),
        "account": Page("entrance/account.html", AccountPage),
        "passkey_new": Page("entrance/passkey_new.html", PasskeyPage),
        "passkey_remove": Page("entrance/passkey_remove.html", PasskeyRemovePage),
        "recovery": Page("entrance/recovery.html", RecoveryPage),
        "sessions": Page("entrance/sessions.html", SessionsPage),
        "error": Page("everybody/error.html", ErrorPage),
        "home": Page("resident/home.html", HomePage),
        "holdings": Page("resident/holdings.html", HoldingsPage),
        "category": Page("resident/category.html", CategoryPage),
        "consents": Page("resident/consents/consents.html", ConsentsPage),
        "consent": Page("resident/consents/consent.html", ConsentPage),
        "narrow": Page("resident/consents/narrow.html", NarrowPage),
        "versions": Page("resident/consents/versions.html", VersionsPage),
        "receipt": Page("resident/consents/receipt.html", ReceiptPage),
        "withdraw": Page("resident/consents/withdraw.html", WithdrawPage),
        "withdrawn": Page("resident/consents/withdrawn.html", WithdrawnPage),
        "withdraw_many": Page("resident/consents/withdraw_many.html", WithdrawalsPage),
        "waiting": Page("resident/requests/waiting.html", WaitingPage),
        "request": Page("resident/requests/request.html", RequestPage),
        "request_confirm": Page("resident/requests/confirm.html", ConfirmPage),
        "request_preview": Page("resident/requests/preview.html", RequestPreviewPage),
        "request_counter": Page("resident/requests/counter.html", CounterPage),
        "who_can_see": Page("resident/sights/who_can_see.html", WhoCanSeePage),
        "who_can_see_category": Page("resident/sights/category.html", WhoCanSeeCategoryPage),
        "mandates": Page("resident/mandates/mandates.html", MandatesPage),
        "mandate": Page("resident/mandates/mandate.html", MandatePage),
        "mandate_new": Page("resident/mandates/new.html", MandateNewPage),
        "mandate_stop": Page("resident/mandates/stop.html", MandateStopPage),
        "mandate_narrow": Page("resident/mandates/narrow.html", MandateNarrowPage),
        "history": Page("resident/history.html", HistoryPage),
        "unexpected": Page("resident/unexpected.html", UnexpectedPage),
        "summary": Page("resident/summary.html", SummaryPage),
        "told": Page("resident/told.html", ToldPage),
        "people": Page("resident/people.html", PeoplePage),
        "settings": Page("resident/settings.html", SettingsPage),
        "proof": Page("resident/proof.html", ProofPage),
        "log": Page("auditor/log.html", LogPage),
        "log_key": Page("auditor/log_key.html", LogKeyPage),
        "log_health": Page("auditor/log_health.html", LogHealthPage),
        "log_entries": Page("auditor/log_entries.html", LogEntriesPage),
        "log_trends": Page("auditor/log_trends.html", LogTrendsPage),
        "evidence": Page("auditor/evidence.html", EvidencePage),
        "log_proof": Page("resident/proof.html", ProofPage),
        "provider_home": Page("provider/provider_home.html", ProviderHomePage),
        "provider_consents": Page("provider/provider_consents.html", ProviderConsentsPage),
        "provider_requests": Page("provider/provider_requests.html", ProviderRequestsPage),
        "provider_builder": Page("provider/provider_builder.html", BuilderPage),
        "builder_preview": Page("provider/builder_preview.html", SeenPage),
        "provider_keys": Page("provider/provider_keys.html", ProviderKeysPage),
        "provider_certificates": Page(
            "provider/provider_certificates.html", ProviderCertificatesPage
        ),
        "provider_notices": Page("provider/provider_notices.html", ProviderNoticesPage),
        "provider_sandbox": Page("provider/provider_sandbox.html", SandboxPage),
        "steward_home": Page("steward/steward_home.html", StewardHomePage),
        "providers": Page("steward/providers.html", ProvidersPage),
        "provider_register": Page("steward/provider_register.html", RegisterPage),
        "provider_one": Page("steward/provider_one.html", ProviderPage),
        "board": Page("steward/board.html", BoardPage),
        "overdue": Page("steward/overdue.html", OverduePage),
        "reports": Page("steward/reports.html", ReportsPage),
        "publications": Page("steward/publications.html", PublicationsPage),
        "keys": Page("steward/keys.html", KeysPage),
        "approvals": Page("steward/approvals/approvals.html", ApprovalsPage),
        "approval": Page("steward/approvals/approval.html", ApprovalPage),
        "told_once": Page("steward/approvals/told_once.html", HalfPage),
        "letters": Page("steward/letters.html", LettersPage),
        "letter": Page("steward/letter.html", LetterPage),
        "counter": Page("steward/counter/counter.html", BeginPage),
        "counter_card": Page("steward/counter/card.html", CardPage),
        "counter_paper": Page("steward/counter/paper.html", PaperPage),
        "counter_visit": Page("steward/counter/visit.html", VisitPage),
        "counter_request": Page("steward/counter/request.html", CounterRequestPage),
        "counter_consent": Page("steward/counter/consent.html", CounterConsentPage),
        "counter_receipt": Page("steward/counter/receipt.html", ReceiptPage),
        "counter_code": Page("resident/counter_code.html", CodePage),
        "rights": Page("resident/rights/rights.html", RightsPage),
        "rights_request": Page("resident/rights/rights_request.html", RightsRequestPage),
        "correction": Page("resident/rights/correction.html", CorrectionPage),
        "correction_form": Page("resident/rights/correction_form.html", CorrectionFormPage),
        "restriction": Page("resident/rights/stop.html", StopPage),
        "objection": Page("resident/rights/stop.html", StopPage),
        "closure": Page("resident/rights/closure.html", ClosurePage),
        "closed": Page("resident/rights/closed.html", ClosedPage),
        "acting": Page("resident/acting.html", ActingPage),
        "corrections": Page("steward/corrections.html", CorrectionsPage),
        "front": Page("everybody/front.html", FrontPage),
        "datasets": Page("everybody/datasets.html", DatasetsPage),
        "dataset": Page("everybody/dataset.html", DatasetPage),
        "about": Page("everybody/about.html", AboutPage),
        "api_docs": Page("everybody/api_docs.html", ApiPage),
        "api_part": Page("everybody/api_part.html", ApiPartPage),
        "api_schema": Page("everybody/api_schema.html", ApiSchemaPage),
        "error_catalogue": Page("everybody/error_catalogue.html", ErrorCataloguePage),
        "api_schemas": Page("everybody/api_schemas.html", ApiPage),
    }
)
