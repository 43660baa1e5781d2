"""A session that ends in the middle of a form: sign in, and send it again, nothing typed lost.

The server keeps nothing: the form travels in the sign-in page, and comes back with the sign-in.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web

from infobank.accounts.entrance.session import Session
from infobank.errors import InvalidInputError
from infobank.web.access import CSRF_FIELD, PROOF_FIELD
from infobank.web.forms import FORM, MOST_FIELDS, read_pairs
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.entrance.cookies import come_in
from infobank.web.portal.handlers.pages import see_other, show
from infobank.web.portal.navigation import local_path
from infobank.web.portal.views.entrance.resume import ResumePage
from infobank.web.portal.views.entrance.sign_in import SignInPage
from infobank.web.principal import Principal
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

KEPT: Final = "kept"
"""The field of the sign-in page that carries a form, as forms are encoded."""

LONGEST: Final = 64 * 1024
"""Bytes of a form that is carried; a longer one has to be typed again."""

_NOT_KEPT: Final = frozenset({CSRF_FIELD, PROOF_FIELD})

Kept = tuple[tuple[str, str], ...]


async def ask_again(request: web.Request) -> web.Response | None:
    """Keep a form that came without a good session in the page that asks to sign in, or to send.

    None where it cannot be kept: it came from elsewhere, or is no form of ours.
    """
    kept = await _sent(request) if _ours(request) else None
    if kept is None:
        return None
    if request[PRINCIPAL].session is not None:
        return await show(request, "resume", ResumePage(request.path_qs, kept), status=403)
    if request.path == address("sign_out"):
        return see_other(address("front"))  # there is nothing left to end
    view = SignInPage(
        people=request.app[SURROUNDINGS].people,
        next_path=request.path_qs,
        city=request.app[BANK].entrance.city is not None,
        kept=kept,
    )
    return await show(request, "sign_in", view, status=401)


async def go_on(
    request: web.Request, secret: str, session: Session, form: Mapping[str, str]
) -> web.Response:
    """Begin a session, and go where the reader wanted to go, or offer to send what she typed."""
    wanted = form.get("next", "")
    response = come_in(request, secret, session, wanted)
    kept = _kept_in(form)
    if not kept or not local_path(wanted):
        return response
    request[PRINCIPAL] = Principal(session)
    page = await show(request, "resume", ResumePage(local_path(wanted), kept))
    page.cookies.update(response.cookies)
    return page


def _ours(request: web.Request) -> bool:
    """Tell whether a form came from a page of this bank: the browser says so itself."""
    sent_from = request.headers.get("Origin")
    return request.content_type == FORM and sent_from == request.app[SURROUNDINGS].public_url


async def _sent(request: web.Request) -> Kept | None:
    """Return what was typed into a form; None when it is too long, or no form at all."""
    try:
        pairs = await read_pairs(request, LONGEST)
    except (web.HTTPException, InvalidInputError):
        return None
    return tuple(pair for pair in pairs if pair[0] not in _NOT_KEPT)


def _kept_in(form: Mapping[str, str]) -> Kept:
    try:
        pairs = parse_qsl(form.get(KEPT, ""), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return ()
    return tuple(pair for pair in pairs if pair[0] not in _NOT_KEPT)
