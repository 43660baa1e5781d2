"""A resident's requests: look at them, fetch a copy, lift what stands."""

import contextlib
from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import RightsRequest
from infobank.web.api.rights.handlers import request_in, send_archive, today_of
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show
from infobank.web.portal.views.resident.rights import RequestCard, RightsPage, RightsRequestPage
from infobank.web.portal.wording.rights import RightsWriter
from infobank.web.state import BANK, PRINCIPAL


async def rights(request: web.Request) -> web.Response:
    """List the requests, newest first, and what else can be asked for."""
    found = await request.app[BANK].rights.desk.all(request[PRINCIPAL].resident)
    return await show(request, "rights", RightsPage(await _cards(request, found)))


async def one(request: web.Request) -> web.Response:
    """Show one request with every step."""
    desk = request.app[BANK].rights.desk
    found = await desk.one(request[PRINCIPAL].resident, request_in(request))
    (card,) = await _cards(request, [found])
    return await show(request, "rights_request", RightsRequestPage(card))


async def ask_export(request: web.Request) -> web.Response:
    """Ask for a copy, and go where it is fetched."""
    principal = request[PRINCIPAL]
    made = await request.app[BANK].rights.export.ask(principal.resident, principal.by)
    return see(made.request_id)


async def fetch_export(request: web.Request) -> web.StreamResponse:
    """Send the copy, made as it leaves."""
    principal, name = request[PRINCIPAL], request_in(request)
    parts = await request.app[BANK].rights.export.fetch(principal.resident, principal.by, name)
    return await send_archive(request, parts, name)


async def lift(request: web.Request) -> web.Response:
    """Lift a restriction or an objection."""
    principal, name = request[PRINCIPAL], request_in(request)
    # Pressed twice, or in another window: the page says how it stands.
    with contextlib.suppress(RightsRequestOverError):
        await request.app[BANK].rights.stop.lift(principal.resident, principal.by, name)
    return see(name)


def see(request_id: UUID) -> web.Response:
    """Send the reader to the page of a request."""
    return see_other(address("rights_request", request=request_id))


async def _cards(request: web.Request, found: Sequence[RightsRequest]) -> tuple[RequestCard, ...]:
    desk, writer = request.app[BANK].rights, await rights_writer(request)
    told, said = await desk.correct.told(found), await desk.report.told(found)
    return tuple(
        writer.card(each, told.get(each.request_id), said.get(each.request_id)) for each in found
    )


async def rights_writer(request: web.Request) -> RightsWriter:
    """Return what puts requests in words, as they stand today."""
    bank = request.app[BANK]
    providers = await bank.register_provider.all()
    return RightsWriter(
        words=request.app[PAGES].words,
        policies=bank.policies,
        providers={str(each.provider_id): each.name for each in providers},
        today=today_of(request),
    )
