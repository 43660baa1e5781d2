"""The cookies of the ways in: a session's, and that of a visit to the city's sign-in."""

from aiohttp import web

from infobank.accounts.account import Role
from infobank.accounts.entrance.challenge import CITY_LIFE
from infobank.accounts.entrance.device import Device, device_of
from infobank.accounts.entrance.session import Session
from infobank.web.access import cookie_name
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import see_other
from infobank.web.portal.navigation import local_path
from infobank.web.state import BANK, SURROUNDINGS

HOMES = {
    Role.RESIDENT: "home",
    Role.PROVIDER: "provider_home",
    Role.AUDITOR: "log",
    Role.STEWARD: "steward_home",
}


def come_in(request: web.Request, secret: str, session: Session, wanted: str = "") -> web.Response:
    """Begin a session in this browser, and go where the reader wanted to go."""
    response = see_other(local_path(wanted) or address(HOMES[session.account.role]))
    life = request.app[BANK].policies.house.session_life
    _keep(request, response, cookie_name(request), secret, int(life.total_seconds()))
    return response


def leave(request: web.Request, response: web.StreamResponse) -> None:
    """Forget the session's cookie in this browser."""
    response.del_cookie(cookie_name(request), path="/")


def secret_of(request: web.Request) -> str:
    """Return the secret of this browser's session; empty when it has none."""
    return request.cookies.get(cookie_name(request), "")


def keep_visit(request: web.Request, response: web.StreamResponse, secret: str) -> None:
    """Bind a visit to the city's sign-in to this browser."""
    _keep(request, response, _visit_name(request), secret, int(CITY_LIFE.total_seconds()))


def visit_of(request: web.Request) -> str:
    """Return the secret of the visit from which this browser comes back; empty when none."""
    return request.cookies.get(_visit_name(request), "")


def end_visit(request: web.Request, response: web.StreamResponse) -> None:
    """Forget the visit's cookie in this browser."""
    response.del_cookie(_visit_name(request), path="/")


def device(request: web.Request) -> Device:
    """Return on which family of device this browser runs."""
    return device_of(request.headers.get("User-Agent", ""))


def _visit_name(request: web.Request) -> str:
    return f"{cookie_name(request)}-city"


def _keep(
    request: web.Request, response: web.StreamResponse, name: str, secret: str, seconds: int
) -> None:
    # `Lax`: the way back from the city's sign-in begins at another site.
    response.set_cookie(
        name,
        secret,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=request.app[SURROUNDINGS].secure,
        path="/",
    )
