"""The portal's pages: address, who may open it, and what it does."""

from collections.abc import Sequence
from dataclasses import dataclass

from infobank.web.access import Access, Handler
from infobank.web.api.receipts import handlers as receipts
from infobank.web.portal.addresses import ADDRESSES
from infobank.web.portal.handlers.auditor import log
from infobank.web.portal.handlers.entrance import sign_in
from infobank.web.portal.handlers.everybody import documentation, public
from infobank.web.portal.handlers.provider import home as provider
from infobank.web.portal.handlers.resident import acting, consents, history, home, requests
from infobank.web.portal.handlers.resident.rights import closure, correction, desk, stops
from infobank.web.portal.handlers.steward import corrections
from infobank.web.portal.handlers.steward import home as steward


@dataclass(frozen=True)
class Page:
    """One address of the portal."""

    method: str
    path: str
    access: Access
    handler: Handler


def _get(name: str, access: Access, handler: Handler) -> Page:
    return Page("GET", ADDRESSES[name], access, handler)


def _post(name: str, access: Access, handler: Handler) -> Page:
    return Page("POST", ADDRESSES[name], access, handler)


PORTAL: Sequence[Page] = (
    # anybody's
    _get("front", Access.ANYBODY, public.front),
    _get("about", Access.ANYBODY, public.about),
    _get("datasets", Access.ANYBODY, public.datasets),
    _get("dataset", Access.ANYBODY, public.dataset),
    _get("static", Access.ANYBODY, public.static),
    _get("api_docs", Access.ANYBODY, documentation.api),
    _get("api_part", Access.ANYBODY, documentation.part),
    _get("api_schema", Access.ANYBODY, documentation.schema),
    _get("api_schemas", Access.ANYBODY, documentation.schemas),
    _get("log_key", Access.ANYBODY, log.key),
    _get("verifier", Access.ANYBODY, log.verifier),
    _get("sign_in", Access.ANYBODY, sign_in.ask),
    _post("sign_in", Access.ANYBODY, sign_in.sign_in),
    _post("sign_out", Access.SIGNED_IN, sign_in.sign_out),
    # a resident's
    _get("home", Access.RESIDENT, home.home),
    _get("holdings", Access.RESIDENT, home.holdings),
    _get("category", Access.RESIDENT, home.category),
    _get("consents", Access.RESIDENT, consents.consents),
    _get("consent", Access.RESIDENT, consents.consent),
    _get("withdraw", Access.RESIDENT, consents.ask),
    _post("withdraw", Access.RESIDENT, consents.withdraw),
    _get("withdrawn", Access.RESIDENT, consents.withdrawn),
    _get("receipt", Access.RESIDENT, consents.receipt),
    _get("receipt_file", Access.RESIDENT, receipts.download),
    _get("authorize", Access.ANYBODY, requests.authorize),  # sends to sign in and back
    _get("waiting", Access.RESIDENT, requests.waiting),
    _get("request", Access.RESIDENT, requests.ask),
    _post("request", Access.RESIDENT, requests.answer),
    _get("history", Access.RESIDENT, history.history),
    _get("proof", Access.RESIDENT, history.proof),
    _get("proof_file", Access.RESIDENT, history.download),
    # a resident's at the rights desk
    _get("rights", Access.RESIDENT, desk.rights),
    _get("rights_request", Access.RESIDENT, desk.one),
    _get("rights_file", Access.RESIDENT, desk.fetch_export),
    _post("rights_lift", Access.RESIDENT, desk.lift),
    _post("export", Access.RESIDENT, desk.ask_export),
    _get("correction", Access.RESIDENT, correction.choose),
    _post("correction", Access.RESIDENT, correction.ask),
    _get("restriction", Access.RESIDENT, stops.ask_restriction),
    _post("restriction", Access.RESIDENT, stops.restrict),
    _get("objection", Access.RESIDENT, stops.ask_objection),
    _post("objection", Access.RESIDENT, stops.object_to),
    _get("closure", Access.RESIDENT, closure.ask),
    _post("closure", Access.RESIDENT, closure.close),
    _get("acting", Access.SIGNED_IN, acting.ask),
    _post("acting", Access.SIGNED_IN, acting.act),
    # an auditor's
    _get("log", Access.AUDITOR, log.log),
    _get("log_proof", Access.AUDITOR, log.proof),
    _get("log_proof_file", Access.AUDITOR, log.download),
    # a provider's, and the steward's
    _get("provider_home", Access.PROVIDER, provider.home),
    _get("steward_home", Access.STEWARD, steward.home),
    _post("steward_home", Access.STEWARD, steward.register),
    _get("corrections", Access.STEWARD, corrections.corrections),
    _post("correction_decision", Access.STEWARD, corrections.decide),
    _get("publications", Access.STEWARD, steward.publications),
)
