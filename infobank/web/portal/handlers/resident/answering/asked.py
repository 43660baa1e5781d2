"""The request that an address names, or why it waits no more."""

from typing import NamedTuple
from urllib.parse import urlencode

from aiohttp import web

from infobank.accounts.provider import Provider
from infobank.consent.terms import Terms
from infobank.db.consenting.requests import RequestState, WaitingRequest
from infobank.errors import NotFoundError
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import see_other
from infobank.web.portal.views.resident.requests import Gone
from infobank.web.state import BANK, PRINCIPAL

_GONE = {
    RequestState.ANSWERED: Gone.ANSWERED,
    RequestState.WITHDRAWN: Gone.TAKEN_BACK,
    RequestState.OVER: Gone.OVER,
}


class Asked(NamedTuple):
    """A request that waits: as it was kept, who asks, and what for."""

    waiting: WaitingRequest
    provider: Provider
    terms: Terms


async def asked_in(request: web.Request) -> Asked | None:
    """Return the request of an address; None when it waits for this resident no more.

    Raises:
        NotFoundError: it is nobody's, or somebody else's.
    """
    authorize, resident = request.app[BANK].authorize, request[PRINCIPAL].resident
    request_id = named(request, "request")
    try:
        return Asked(*await authorize.one(resident, request_id))
    except NotFoundError:
        if await authorize.state(resident, request_id) is None:
            raise
        return None


async def gone(request: web.Request) -> web.Response:
    """Show what waits still, and say why the request of an address does not."""
    resident, request_id = request[PRINCIPAL].resident, named(request, "request")
    state = await request.app[BANK].authorize.state(resident, request_id)
    why = _GONE.get(state, Gone.CONSENT_ENDED) if state else Gone.OVER
    return see_other(f"{address('waiting')}?{urlencode({'gone': why.value})}")
