"""Prove anew who sits there, and come back to what was begun, with nothing typed lost."""

from aiohttp import web

from infobank.web.access import CSRF_FIELD, PROOF_FIELD
from infobank.web.forms import FORM, read_fields, read_pairs
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.entrance.cookies import HOMES, secret_of
from infobank.web.portal.handlers.pages import detour, see_other, show
from infobank.web.portal.navigation import local_path
from infobank.web.portal.views.entrance.confirm import ConfirmedPage, ProveAgainPage
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

_NOT_KEPT = frozenset({CSRF_FIELD, PROOF_FIELD})


async def ask(request: web.Request) -> web.Response:
    """Ask for the proof before going on to a page."""
    wanted = local_path(request.query.get("next", ""))
    return await _show(request, address("confirm"), (("next", wanted),), next_path=wanted)


async def confirm(request: web.Request) -> web.Response:
    """Go on: the proof that came with the form was taken where every form is checked."""
    wanted = local_path((await read_fields(request)).get("next", ""))
    home = HOMES[request[PRINCIPAL].signed_in.account.role]
    return see_other(wanted or address(home))


async def options(request: web.Request) -> web.Response:
    """Tell the browser which passkeys to ask its owner's device for."""
    asked = await request.app[BANK].entrance.passkeys.ask_confirm(
        secret_of(request), request[PRINCIPAL].signed_in
    )
    return web.json_response(text=asked)


async def confirmed(request: web.Request) -> web.Response:
    """Say that it is done, in the window that went to the city's sign-in."""
    return await show(request, "confirmed", ConfirmedPage())


async def ask_first(request: web.Request, *, fault: bool = False) -> web.Response:
    """Ask for the proof that what was called asks for; a form that was sent is kept in the page."""
    if request.method == "GET":
        return detour(request, "confirm")
    pairs = await read_pairs(request) if request.content_type == FORM else ()
    kept = tuple((name, value) for name, value in pairs if name not in _NOT_KEPT)
    return await _show(request, request.path_qs, kept, status=403, fault=fault)


async def _show(
    request: web.Request,
    action: str,
    kept: tuple[tuple[str, str], ...],
    *,
    status: int = 200,
    fault: bool = False,
    next_path: str | None = None,
) -> web.Response:
    entrance, account = request.app[BANK].entrance, request[PRINCIPAL].signed_in.account
    linked = entrance.city is not None and await entrance.city.of(account) is not None
    view = ProveAgainPage(
        action=action,
        kept=kept,
        passkey=bool(await entrance.passkeys.of(account)),
        city=linked,
        demo=request.app[SURROUNDINGS].demo,
        fault=fault,
        next_path=next_path,
    )
    return await show(request, "confirm", view, status=status)
