"""Every address of the bank and who may call it, one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from aiohttp import hdrs, web

from infobank.web.access import Access, Handler, guarded
from infobank.web.api import consents, deposits, documentation, health, providers, records
from infobank.web.api import history as api_history
from infobank.web.api import log as api_log
from infobank.web.api.inquiries import handlers as inquiries
from infobank.web.api.letters import handlers as letters
from infobank.web.api.mandates import calls
from infobank.web.api.mandates import handlers as mandates
from infobank.web.api.notices import handlers as notices
from infobank.web.api.people import residents, stewards
from infobank.web.api.receipts import handlers as receipts
from infobank.web.api.requests import handlers as requests
from infobank.web.api.rights import handlers as rights
from infobank.web.api.rights import proxies, reports
from infobank.web.api.sights import handlers as sights
from infobank.web.api.terms import handlers as consent_terms
from infobank.web.oauth import endpoints as oauth
from infobank.web.opendata import catalogue, entities, files, terms
from infobank.web.portal.handlers.everybody import documentation as developer_pages
from infobank.web.portal.handlers.routes import PORTAL, Page
from infobank.web.state import SURROUNDINGS


class Form(Enum):
    """In what form a route answers when it refuses."""

    PAGE = "page"
    PROBLEM = "problem"
    OAUTH = "oauth"
    NGSI_LD = "ngsi-ld"


@dataclass(frozen=True)
class Route:
    """One address: how it is called, by whom, and how it refuses."""

    method: str
    path: str
    access: Access
    handler: Handler
    form: Form


def _api(method: str, path: str, access: Access, handler: Handler) -> Route:
    return Route(method, path, access, handler, Form.PROBLEM)


def _oauth(method: str, path: str, access: Access, handler: Handler) -> Route:
    return Route(method, path, access, handler, Form.OAUTH)


def _ngsi(path: str, handler: Handler) -> Route:
    return Route(GET, path, Access.ANYBODY, handler, Form.NGSI_LD)


def _page(page: Page) -> Route:
    return Route(page.method, page.path, page.access, page.handler, Form.PAGE)


GET: Final = hdrs.METH_GET
POST: Final = hdrs.METH_POST
DELETE: Final = hdrs.METH_DELETE

ROUTES: Sequence[Route] = (
    # providers' programs
    _oauth(GET, "/.well-known/oauth-authorization-server", Access.ANYBODY, oauth.server_document),
    _oauth(GET, "/.well-known/oauth-protected-resource", Access.ANYBODY, oauth.resource_document),
    _oauth(POST, "/oauth/par", Access.CLIENT, oauth.push),
    _oauth(POST, "/oauth/token", Access.CLIENT, oauth.token),
    _oauth(POST, "/oauth/revoke", Access.CLIENT, oauth.revoke),
    _oauth(GET, "/oauth/jwks", Access.ANYBODY, oauth.keys),
    _api(GET, "/api/v1/records", Access.TOKEN, records.read),
    _api(POST, "/api/v1/answers", Access.TOKEN, inquiries.ask),
    _api(POST, "/api/v1/calls", Access.ASSERTION, calls.make),
    _api(GET, "/api/v1/calls/{call}", Access.ASSERTION, calls.grants),
    _api(POST, "/api/v1/notices", Access.ASSERTION, notices.poll),
    _api(POST, "/api/v1/notices/{notice}/deletion", Access.ASSERTION, notices.state_deletion),
    _api(GET, "/api/v1/requests/{request}", Access.ASSERTION, requests.follow),
    _api(DELETE, "/api/v1/requests/{request}", Access.ASSERTION, requests.withdraw),
    # a resident's, a steward's and an auditor's programs, by portal session
    _api(POST, "/api/v1/deposits", Access.RESIDENT, deposits.deposit),
    _api(GET, "/api/v1/requests", Access.RESIDENT, requests.listing),
    _api(GET, "/api/v1/requests/{request}/changes", Access.RESIDENT, requests.changes),
    _api(POST, "/api/v1/requests/{request}/agree", Access.RESIDENT, requests.agree),
    _api(POST, "/api/v1/requests/{request}/counter", Access.RESIDENT, requests.counter),
    _api(POST, "/api/v1/requests/{request}/refuse", Access.RESIDENT, requests.refuse),
    _api(GET, "/api/v1/consents", Access.RESIDENT, consents.listing),
    _api(GET, "/api/v1/consents/covering", Access.RESIDENT, sights.covering),
    _api(GET, "/api/v1/consents/{consent}/stops", Access.RESIDENT, sights.stops),
    _api(POST, "/api/v1/consents/{consent}/withdraw", Access.RESIDENT, consents.withdraw),
    _api(POST, "/api/v1/consents/{consent}/narrow", Access.RESIDENT, consent_terms.narrow),
    _api(GET, "/api/v1/consents/{consent}/versions", Access.RESIDENT, consent_terms.versions),
    _api(GET, "/api/v1/consents/{consent}/receipt", Access.RESIDENT, receipts.receipt),
    _api(GET, "/api/v1/consents/{consent}/odrl", Access.RESIDENT, receipts.odrl),
    _api(GET, "/api/v1/consents/{consent}/aftermath", Access.RESIDENT, notices.aftermath),
    _api(GET, "/api/v1/mandates", Access.RESIDENT, mandates.listing),
    _api(POST, "/api/v1/mandates", Access.RESIDENT, mandates.give),
    _api(POST, "/api/v1/mandates/preview", Access.RESIDENT, mandates.preview),
    _api(GET, "/api/v1/mandates/{mandate}/covers", Access.RESIDENT, mandates.covers),
    _api(POST, "/api/v1/mandates/{mandate}/narrow", Access.RESIDENT, mandates.narrow),
    _api(POST, "/api/v1/mandates/{mandate}/stop", Access.RESIDENT, mandates.stop),
    _api(GET, "/api/v1/told", Access.RESIDENT, mandates.told),
    _api(POST, "/api/v1/told/{told}/seen", Access.RESIDENT, mandates.seen),
    _api(POST, "/api/v1/withdrawals", Access.RESIDENT, notices.withdraw),
    _api(GET, "/api/v1/history", Access.RESIDENT, api_history.listing),
    _api(GET, "/api/v1/history/{index}/replay", Access.RESIDENT, sights.replay),
    _api(GET, "/api/v1/rights", Access.RESIDENT, rights.listing),
    _api(POST, "/api/v1/rights/exports", Access.RESIDENT, rights.ask_export),
    _api(GET, "/api/v1/rights/exports/{request}", Access.RESIDENT, rights.fetch_export),
    _api(POST, "/api/v1/rights/corrections", Access.RESIDENT, rights.correct),
    _api(POST, "/api/v1/rights/restrictions", Access.RESIDENT, rights.restrict),
    _api(POST, "/api/v1/rights/objections", Access.RESIDENT, rights.object_to),
    _api(POST, "/api/v1/rights/{request}/lift", Access.RESIDENT, rights.lift),
    _api(GET, "/api/v1/rights/reports", Access.RESIDENT, reports.listing),
    _api(POST, "/api/v1/rights/reports", Access.RESIDENT, reports.report),
    _api(POST, "/api/v1/rights/closure", Access.RESIDENT, rights.close),
    _api(GET, "/api/v1/letters", Access.RESIDENT, letters.show),
    _api(POST, "/api/v1/letters/email", Access.RESIDENT, letters.set_email),
    _api(POST, "/api/v1/letters/email/code", Access.RESIDENT, letters.confirm),
    _api(POST, "/api/v1/letters/email/matters", Access.RESIDENT, letters.choose),
    _api(POST, "/api/v1/letters/paper", Access.RESIDENT, letters.set_paper),
    _api(POST, "/api/v1/letters/{channel}/end", Access.RESIDENT, letters.end),
    _api(GET, "/api/v1/proxies", Access.SIGNED_IN, proxies.listing),
    _api(POST, "/api/v1/proxies/act", Access.SIGNED_IN, proxies.act),
    _api(GET, "/api/v1/proxies/mine", Access.RESIDENT, residents.proxies),
    _api(POST, "/api/v1/proxies/{proxy}/end", Access.RESIDENT, residents.end_proxy),
    _api(GET, "/api/v1/household", Access.RESIDENT, residents.households),
    _api(POST, "/api/v1/household/agreement", Access.RESIDENT, residents.agree),
    _api(GET, "/api/v1/corrections", Access.STEWARD, rights.waiting),
    _api(POST, "/api/v1/corrections/{request}", Access.STEWARD, rights.decide),
    _api(GET, "/api/v1/reports", Access.STEWARD, reports.waiting),
    _api(POST, "/api/v1/reports/{request}", Access.STEWARD, reports.answer),
    _api(POST, "/api/v1/providers", Access.STEWARD, providers.register),
    _api(
        POST,
        "/api/v1/providers/{provider}/endpoint",
        Access.STEWARD,
        notices.register_endpoint,
    ),
    _api(POST, "/api/v1/providers/{provider}/vetting", Access.STEWARD, stewards.renew_vetting),
    _api(POST, "/api/v1/providers/{provider}/certificates", Access.STEWARD, stewards.certify),
    _api(
        POST,
        "/api/v1/providers/{provider}/certificates/{certificate}/revoke",
        Access.STEWARD,
        stewards.revoke_certificate,
    ),
    _api(POST, "/api/v1/providers/{provider}/keys", Access.STEWARD, stewards.ask_keys),
    _api(POST, "/api/v1/proxies", Access.STEWARD, stewards.ask_proxy),
    _api(POST, "/api/v1/recoveries", Access.STEWARD, stewards.ask_recovery),
    _api(GET, "/api/v1/approvals", Access.STEWARD, stewards.approvals),
    _api(POST, "/api/v1/approvals/{approval}", Access.STEWARD, stewards.decide),
    _api(POST, "/api/v1/households", Access.STEWARD, stewards.register_household),
    _api(POST, "/api/v1/households/{household}/leave-out", Access.STEWARD, stewards.leave_out),
    _api(GET, "/api/v1/overdue", Access.STEWARD, notices.overdue),
    _api(GET, "/api/v1/cohort", Access.STEWARD, sights.cohort),
    _api(GET, "/api/v1/log", Access.AUDITOR, api_log.entries),
    # anybody's: the log's public parts, open data, documentation
    _api(GET, "/log/checkpoint", Access.ANYBODY, api_log.checkpoint),
    _api(GET, "/log/tile/{tile:.+}", Access.ANYBODY, api_log.tile),
    _api(GET, "/log/shown/{shown:.+}", Access.AUDITOR, api_log.shown),
    _api(GET, "/log/proof/{index}", Access.ANYBODY, api_log.inclusion),
    _api(GET, "/log/consistency/{size}", Access.ANYBODY, api_log.consistency),
    _api(GET, "/opendata/catalog.jsonld", Access.ANYBODY, catalogue.catalogue),
    _api(GET, "/opendata/{statistic}", Access.ANYBODY, files.statistic_page),
    _api(GET, "/opendata/{statistic}/{release}", Access.ANYBODY, files.release_page),
    _api(GET, "/opendata/{statistic}/{release}/{file}", Access.ANYBODY, files.file),
    _api(GET, terms.PATH, Access.ANYBODY, terms.terms),
    _ngsi("/ngsi-ld/v1/entities", entities.query),
    _ngsi("/ngsi-ld/v1/entities/", entities.query),  # as filip and the ETSI suite write it
    _ngsi("/ngsi-ld/v1/entities/{entity}", entities.retrieve),
    _api(GET, "/api/v1/inquiries", Access.ANYBODY, inquiries.listing),
    _api(GET, "/api/openapi.json", Access.ANYBODY, documentation.openapi),
    # the operator's
    _api(GET, "/livez", Access.ANYBODY, health.live),
    _api(GET, "/readyz", Access.ANYBODY, health.ready),
    _api(GET, "/metrics", Access.OPERATOR, health.metrics),
    # people's
    *(_page(page) for page in PORTAL),
)

FORM: web.AppKey[dict[str, Form]] = web.AppKey("form", dict)


def register(application: web.Application) -> None:
    """Add every route to an application, each behind the check it declares.

    What anybody may GET answers HEAD as well; nothing else does, because reading what is
    personal is never without effect: it is logged.
    """
    forms: dict[str, Form] = {}
    for route in ROUTES:
        handler = guarded(route.access, route.handler)
        added = application.router.add_route(route.method, route.path, handler)
        if route.method == GET and route.access is Access.ANYBODY:
            application.router.add_route(hdrs.METH_HEAD, route.path, handler)
        if added.resource is not None:
            forms[added.resource.canonical] = route.form
    application[FORM] = forms
    documentation.keep(
        application,
        [
            (route.method, route.path, route.access)
            for route in ROUTES
            if route.form is not Form.PAGE
        ],
        application[SURROUNDINGS].public_url,
    )
    developer_pages.prepare(application)


def form_of(request: web.Request) -> Form:
    """Return the form of a request's route; for an unknown address, what its place suggests."""
    resource = request.match_info.route.resource
    if resource is not None:
        return request.app[FORM].get(resource.canonical, Form.PROBLEM)
    if request.path.startswith("/ngsi-ld/"):
        return Form.NGSI_LD
    programs = ("/api/", "/oauth/", "/opendata/", "/ns/", "/.well-known/")
    return Form.PROBLEM if request.path.startswith(programs) else Form.PAGE
