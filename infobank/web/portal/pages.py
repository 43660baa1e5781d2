"""Every page by name: its template and the view that feeds it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from infobank.web.portal.views.api import ApiPage, ApiPartPage, ApiSchemaPage
from infobank.web.portal.views.consent import (
    ConsentPage,
    ConsentsPage,
    ReceiptPage,
    RequestPage,
    WaitingPage,
    WithdrawnPage,
    WithdrawPage,
)
from infobank.web.portal.views.entrance import ErrorPage, SignInPage
from infobank.web.portal.views.log import HistoryPage, LogKeyPage, LogPage, ProofPage
from infobank.web.portal.views.provider import ProviderHomePage
from infobank.web.portal.views.public import AboutPage, DatasetPage, DatasetsPage, FrontPage
from infobank.web.portal.views.resident import CategoryPage, HoldingsPage, HomePage
from infobank.web.portal.views.rights import (
    ActingPage,
    ClosedPage,
    ClosurePage,
    CorrectionFormPage,
    CorrectionPage,
    CorrectionsPage,
    RightsPage,
    RightsRequestPage,
    StopPage,
)
from infobank.web.portal.views.steward import PublicationsPage, StewardHomePage


class Page(NamedTuple):
    """One page of the portal."""

    template: str
    view: type


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        "sign_in": Page("entrance/sign_in.html", SignInPage),
        "error": Page("entrance/error.html", ErrorPage),
        "home": Page("resident/home.html", HomePage),
        "holdings": Page("resident/holdings.html", HoldingsPage),
        "category": Page("resident/category.html", CategoryPage),
        "consents": Page("consent/consents.html", ConsentsPage),
        "consent": Page("consent/consent.html", ConsentPage),
        "withdraw": Page("consent/withdraw.html", WithdrawPage),
        "withdrawn": Page("consent/withdrawn.html", WithdrawnPage),
        "receipt": Page("consent/receipt.html", ReceiptPage),
        "request": Page("consent/request.html", RequestPage),
        "waiting": Page("consent/waiting.html", WaitingPage),
        "history": Page("log/history.html", HistoryPage),
        "proof": Page("log/proof.html", ProofPage),
        "log": Page("log/log.html", LogPage),
        "log_key": Page("log/log_key.html", LogKeyPage),
        "log_proof": Page("log/proof.html", ProofPage),
        "provider_home": Page("provider/provider_home.html", ProviderHomePage),
        "steward_home": Page("steward/steward_home.html", StewardHomePage),
        "publications": Page("steward/publications.html", PublicationsPage),
        "rights": Page("rights/rights.html", RightsPage),
        "rights_request": Page("rights/rights_request.html", RightsRequestPage),
        "correction": Page("rights/correction.html", CorrectionPage),
        "correction_form": Page("rights/correction_form.html", CorrectionFormPage),
        "restriction": Page("rights/stop.html", StopPage),
        "objection": Page("rights/stop.html", StopPage),
        "closure": Page("rights/closure.html", ClosurePage),
        "closed": Page("rights/closed.html", ClosedPage),
        "acting": Page("rights/acting.html", ActingPage),
        "corrections": Page("rights/corrections.html", CorrectionsPage),
        "front": Page("public/front.html", FrontPage),
        "datasets": Page("public/datasets.html", DatasetsPage),
        "dataset": Page("public/dataset.html", DatasetPage),
        "about": Page("public/about.html", AboutPage),
        "api_docs": Page("public/api_docs.html", ApiPage),
        "api_part": Page("public/api_part.html", ApiPartPage),
        "api_schema": Page("public/api_schema.html", ApiSchemaPage),
        "api_schemas": Page("public/api_schemas.html", ApiPage),
    }
)
