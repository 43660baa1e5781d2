"""Go to the city's own sign-in, and come back."""

from aiohttp import web

from infobank.accounts.entrance.challenge import Purpose
from infobank.accounts.entrance.errors import (
    CityRefusedError,
    CodeRefusedError,
    CodeWaitsError,
    LastWayError,
    UnlinkedError,
)
from infobank.accounts.entrance.session import Session
from infobank.errors import ConflictError, NotFoundError
from infobank.usecases.entrance.city import City
from infobank.web.access import check_same_origin
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.entrance.cookies import (
    come_in,
    device,
    end_visit,
    keep_visit,
    secret_of,
    visit_of,
)
from infobank.web.portal.handlers.entrance.sign_in import show_ways
from infobank.web.portal.handlers.pages import see_other
from infobank.web.portal.navigation import local_path
from infobank.web.state import BANK, PRINCIPAL


async def sign_in(request: web.Request) -> web.Response:
    """Go and sign in at the city."""
    check_same_origin(request)
    wanted = (await read_fields(request)).get("next", "")
    return await _leave(request, Purpose.SIGN_IN, wanted)


async def enrol(request: web.Request) -> web.Response:
    """Go and sign in at the city, to be linked with the account of a code."""
    check_same_origin(request)
    code = (await read_fields(request)).get("code", "")
    try:
        return await _leave(request, Purpose.ENROL, "", code=code)
    except (CodeRefusedError, CodeWaitsError):
        return see_other(address("enrol"))


async def confirm(request: web.Request) -> web.Response:
    """Go and prove anew at the city who sits here."""
    wanted = (await read_fields(request)).get("next", "")
    return await _leave(request, Purpose.CONFIRM, wanted, session=_session(request))


async def link(request: web.Request) -> web.Response:
    """Go and sign in at the city, to be linked with one's account."""
    return await _leave(request, Purpose.ADD, address("account"), session=_session(request))


async def unlink(request: web.Request) -> web.Response:
    """Let the city's sign-in lead to one's account no more."""
    try:
        await _city(request).unlink(request[PRINCIPAL].signed_in)
    except LastWayError:
        return see_other(f"{address('account')}?last=1")
    except NotFoundError:
        pass  # in another window, a moment ago
    return see_other(address("account"))


async def come_back(request: web.Request) -> web.Response:
    """Take what the browser brings back from the city's sign-in."""
    principal = request[PRINCIPAL]
    session = _session(request) if principal.session else None
    try:
        back = await _city(request).come_back(
            request.query.get("state", ""),
            request.query.get("code", ""),
            visit_of(request),
            device(request),
            session,
        )
    except UnlinkedError:
        return await show_ways(request, "", "unlinked", status=403)
    except (CityRefusedError, CodeRefusedError, ConflictError):
        if principal.session:
            return see_other(f"{address('account')}?city=refused")
        return await show_ways(request, "", "city", status=422)
    if back.secret is not None:
        response = come_in(request, back.secret, back.session, back.wanted)
    else:
        response = see_other(local_path(back.wanted) or address("confirmed"))
    end_visit(request, response)
    return response


async def _leave(
    request: web.Request,
    purpose: Purpose,
    wanted: str,
    *,
    session: tuple[str, Session] | None = None,
    code: str | None = None,
) -> web.Response:
    where, secret = await _city(request).leave(
        purpose, local_path(wanted), session=session, code=code
    )
    response = see_other(where)
    keep_visit(request, response, secret)
    return response


def _session(request: web.Request) -> tuple[str, Session]:
    return secret_of(request), request[PRINCIPAL].signed_in


def _city(request: web.Request) -> City:
    city = request.app[BANK].entrance.city
    if city is None:
        raise NotFoundError("this city has no sign-in of its own here")
    return city
