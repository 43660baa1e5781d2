"""Every page by name: its template and the view that feeds it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from infobank.web.portal.views.auditor.log import LogKeyPage, LogPage
from infobank.web.portal.views.entrance.sign_in import SignInPage
from infobank.web.portal.views.everybody.documentation import ApiPage, ApiPartPage, ApiSchemaPage
from infobank.web.portal.views.everybody.error import ErrorPage
from infobank.web.portal.views.everybody.public import (
    AboutPage,
    DatasetPage,
    DatasetsPage,
    FrontPage,
)
from infobank.web.portal.views.history import HistoryPage, ProofPage
from infobank.web.portal.views.provider.home import ProviderHomePage
from infobank.web.portal.views.resident.consents import (
    ConsentPage,
    ConsentsPage,
    ReceiptPage,
    RequestPage,
    WaitingPage,
    WithdrawnPage,
    WithdrawPage,
)
from infobank.web.portal.views.resident.home import CategoryPage, HoldingsPage, HomePage
from infobank.web.portal.views.resident.people import ActingPage
from infobank.web.portal.views.resident.rights import (
    ClosedPage,
    ClosurePage,
    CorrectionFormPage,
    CorrectionPage,
    RightsPage,
    RightsRequestPage,
    StopPage,
)
from infobank.web.portal.views.steward.corrections import CorrectionsPage
from infobank.web.portal.views.steward.home import PublicationsPage, StewardHomePage


class Page(NamedTuple):
    """One page of the portal."""

    template: str
    view: type


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        "sign_in": Page("entrance/sign_in.html", SignInPage),
        "error": Page("everybody/error.html", ErrorPage),
        "home": Page("resident/home.html", HomePage),
        "holdings": Page("resident/holdings.html", HoldingsPage),
        "category": Page("resident/category.html", CategoryPage),
        "consents": Page("resident/consents.html", ConsentsPage),
        "consent": Page("resident/consent.html", ConsentPage),
        "withdraw": Page("resident/withdraw.html", WithdrawPage),
        "withdrawn": Page("resident/withdrawn.html", WithdrawnPage),
        "receipt": Page("resident/receipt.html", ReceiptPage),
        "request": Page("resident/request.html", RequestPage),
        "waiting": Page("resident/waiting.html", WaitingPage),
        "history": Page("resident/history.html", HistoryPage),
        "proof": Page("resident/proof.html", ProofPage),
        "log": Page("auditor/log.html", LogPage),
        "log_key": Page("auditor/log_key.html", LogKeyPage),
        "log_proof": Page("resident/proof.html", ProofPage),
        "provider_home": Page("provider/provider_home.html", ProviderHomePage),
        "steward_home": Page("steward/steward_home.html", StewardHomePage),
        "publications": Page("steward/publications.html", PublicationsPage),
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
        "api_schemas": Page("everybody/api_schemas.html", ApiPage),
    }
)
