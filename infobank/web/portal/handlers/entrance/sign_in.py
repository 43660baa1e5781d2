"""Come in and go out."""

from aiohttp import web

from infobank.accounts.entrance.errors import CeremonyError
from infobank.web.access import check_same_origin
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.entrance.cookies import device, leave, secret_of
from infobank.web.portal.handlers.entrance.resume import go_on
from infobank.web.portal.handlers.pages import see_other, show
from infobank.web.portal.navigation import local_path
from infobank.web.portal.views.entrance.sign_in import SignInPage
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def ask(request: web.Request) -> web.Response:
    """Show the ways in; in the demo also who may be tried."""
    return await show_ways(request, request.query.get("next", ""))


async def show_ways(
    request: web.Request, wanted: str, fault: str = "", *, status: int = 200
) -> web.Response:
    """Show the ways in, and what went wrong with one."""
    view = SignInPage(
        people=request.app[SURROUNDINGS].people,
        next_path=local_path(wanted),
        city=request.app[BANK].entrance.city is not None,
        fault=fault,
    )
    return await show(request, "sign_in", view, status=status)


async def sign_in(request: web.Request) -> web.Response:
    """Sign in the demo's way, with a new session."""
    check_same_origin(request)
    form = await read_fields(request)
    begun = await request.app[BANK].sign_in.by_handle(form.get("handle", ""), device(request))
    return await go_on(request, *begun, form)


async def passkey_options(request: web.Request) -> web.Response:
    """Tell the browser what to ask its owner's device for."""
    check_same_origin(request)
    options = await request.app[BANK].entrance.passkeys.ask_sign_in()
    return web.json_response(text=options)


async def passkey(request: web.Request) -> web.Response:
    """Sign in whoever shows a passkey."""
    check_same_origin(request)
    form = await read_fields(request)
    wanted = form.get("next", "")
    try:
        begun = await request.app[BANK].entrance.passkeys.sign_in(
            form.get("answer", ""), device(request)
        )
    except CeremonyError:
        return await show_ways(request, wanted, "passkey", status=422)
    return await go_on(request, *begun, form)


async def sign_out(request: web.Request) -> web.Response:
    """End the session, here and in the bank."""
    sessions = request.app[BANK].entrance.sessions
    await sessions.out(secret_of(request), request[PRINCIPAL].signed_in)
    response = see_other(address("front"))
    leave(request, response)
    return response
