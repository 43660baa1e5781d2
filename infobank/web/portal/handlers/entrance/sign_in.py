"""Come in and go out."""

from urllib.parse import urlsplit

from aiohttp import web

from infobank.accounts.account import SESSION_LIFE, Role
from infobank.web.access import check_same_origin, cookie_name
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import see_other, show
from infobank.web.portal.views.entrance.sign_in import SignInPage
from infobank.web.state import BANK, SURROUNDINGS

HOMES = {
    Role.RESIDENT: "home",
    Role.PROVIDER: "provider_home",
    Role.AUDITOR: "log",
    Role.STEWARD: "steward_home",
}


async def ask(request: web.Request) -> web.Response:
    """Show who may be tried in the demo."""
    view = SignInPage(request.app[SURROUNDINGS].people, local_path(request.query.get("next", "")))
    return await show(request, "sign_in", view)


async def sign_in(request: web.Request) -> web.Response:
    """Sign in, with a new session, and go where the reader wanted to go."""
    check_same_origin(request)
    form = await read_fields(request)
    secret, session = await request.app[BANK].sign_in.by_handle(form.get("handle", ""))
    wanted = local_path(form.get("next", ""))
    response = see_other(wanted or address(HOMES[session.account.role]))
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.app[SURROUNDINGS].secure,
        path="/",
    )
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End the session, here and in the bank."""
    secret = request.cookies.get(cookie_name(request))
    if secret is not None:
        await request.app[BANK].sign_in.out(secret)
    response = see_other(address("front"))
    response.del_cookie(cookie_name(request), path="/")
    return response


def local_path(wanted: str) -> str:
    """Return a path of this bank, or nothing: never an address elsewhere."""
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if inside and plain and not parts.scheme and not parts.netloc else ""
