"""Requests before the resident: one that a provider sends her to, and all that wait."""

from aiohttp import web

from infobank.accounts.account import Role
from infobank.clock import day_in
from infobank.oauth.authorize import read_reference
from infobank.oauth.errors import OAuthError
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import ask_to_sign_in, see_other, show, terms_writer
from infobank.web.portal.views.resident.requests import Gone, WaitingPage, WaitingRequest
from infobank.web.principal import NotYoursError
from infobank.web.state import BANK, PRINCIPAL


async def authorize(request: web.Request) -> web.Response:
    """Open a pushed request for whoever is signed in (RFC 9126 section 4)."""
    principal = request[PRINCIPAL]
    if principal.session is None:
        made_up = await _by_nobody(request)
        return see_other(made_up) if made_up else ask_to_sign_in(request)
    if principal.role is not Role.RESIDENT:
        raise NotYoursError("only a resident can answer a provider's request")
    reference = read_reference(list(request.query.items()))
    bank = request.app[BANK].authorize
    opened = await bank.open(reference, principal.resident)
    away = await bank.turn_away(principal.resident, opened)
    away = away or await bank.accept(principal.resident, opened)
    away = away or await request.app[BANK].mandates.request(principal.resident, opened)
    return see_other(away or address("request", request=opened))


async def _by_nobody(request: web.Request) -> str | None:
    """Return where a sandbox's request leads: residents who are made up do not sign in."""
    try:
        reference = read_reference(list(request.query.items()))
    except OAuthError:
        return None  # whoever signs in is told
    return await request.app[BANK].provider_desk.sandbox.answer(reference)


async def waiting(request: web.Request) -> web.Response:
    """List the requests that wait for an answer."""
    gone = next((each for each in Gone if each == request.query.get("gone")), None)
    return await show(request, "waiting", WaitingPage(await waiting_requests(request), gone))


async def waiting_requests(request: web.Request) -> tuple[WaitingRequest, ...]:
    """Return the requests that wait for the signed-in resident, newest first."""
    bank, writer = request.app[BANK], terms_writer(request)
    found = await bank.authorize.waiting(request[PRINCIPAL].resident)
    return tuple(
        WaitingRequest(
            request=str(each.request_id),
            recipient=writer.recipient(provider),
            purpose=bank.policies.purpose(each.access.purpose).label,
            asked_at=each.pushed_at,
            open_until=day_in(writer.zone, each.waits_until),
            offered=each.counter_offer is not None,
            renews=each.access.consent is not None,
        )
        for each, provider in reversed(found)
    )
