"""A person's sessions: where she is signed in, since when, and an end to it."""

from aiohttp import web

from infobank.accounts.entrance.session import Arrival
from infobank.errors import NotFoundError
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.entrance.cookies import leave
from infobank.web.portal.handlers.pages import see_other, show
from infobank.web.portal.views.entrance.sessions import SessionCard, SessionsPage
from infobank.web.state import BANK, PRINCIPAL


async def sessions(request: web.Request) -> web.Response:
    """List the sessions, this one first."""
    session = request[PRINCIPAL].signed_in
    here = session.arrival.session_id
    found = await request.app[BANK].entrance.sessions.of(session)
    cards = sorted((_card(each, each.session_id == here) for each in found), key=_here_first)
    return await show(request, "sessions", SessionsPage(tuple(cards), "ended" in request.query))


async def end(request: web.Request) -> web.Response:
    """End one session; this one too."""
    session, wanted = request[PRINCIPAL].signed_in, named(request, "session")
    try:
        await request.app[BANK].entrance.sessions.end(session, wanted)
    except NotFoundError:
        return see_other(address("sessions"))  # ended already: the list shows it
    if wanted != session.arrival.session_id:
        return see_other(f"{address('sessions')}?ended=1")
    response = see_other(address("front"))
    leave(request, response)
    return response


async def end_others(request: web.Request) -> web.Response:
    """End every session but this one."""
    await request.app[BANK].entrance.sessions.end_others(request[PRINCIPAL].signed_in)
    return see_other(f"{address('sessions')}?ended=1")


def _card(arrival: Arrival, here: bool) -> SessionCard:  # noqa: FBT001 - named by its field
    return SessionCard(
        session=str(arrival.session_id),
        device=arrival.device,
        way=arrival.way,
        begun_at=arrival.begun_at,
        used_at=arrival.used_at,
        here=here,
    )


def _here_first(card: SessionCard) -> bool:
    return not card.here
