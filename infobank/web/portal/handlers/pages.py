"""Show pages: who reads them, in which language, and what to show when something fails."""

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from infobank.accounts.account import Role
from infobank.accounts.entrance.session import COARSE, Session
from infobank.db.across.calls import Calls
from infobank.errors import InfobankError, NotFoundError
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.choices import era_of, furigana_of, language_of, remember
from infobank.web.portal.reader import Reader
from infobank.web.portal.rendering import Pages
from infobank.web.portal.views.everybody.error import ErrorPage
from infobank.web.portal.wording.terms import TermsWriter
from infobank.web.state import BANK, PRINCIPAL, REQUEST_ID, SURROUNDINGS

PAGES: web.AppKey[Pages] = web.AppKey("pages", Pages)

PASSING = frozenset({429, 500, 503})
"""The statuses that may be over when the reader tries again."""

_PAGE = re.compile(r"[1-9][0-9]{0,8}")


async def show(
    request: web.Request,
    name: str,
    view: object,
    *,
    status: int = 200,
    language: Language | None = None,
) -> web.Response:
    """Return a page for whoever asked, in their language, or in that of whom it is printed for."""
    reader = await reader_of(request)
    reader = reader if language is None else replace(reader, language=language)
    text = request.app[PAGES].render(name, view, reader)
    response = web.Response(text=text, status=status, content_type="text/html")
    remember(request, response, request.query)
    return response


async def show_error(request: web.Request, status: int, code: str, meaning: Text) -> web.Response:
    """Return the page that says what happened and what to do; it asks nothing of the database."""
    reader = _plain_reader(request)
    again = status in PASSING and request.method == "GET"
    view = ErrorPage(status, code, meaning, request[REQUEST_ID], again)
    text = request.app[PAGES].render("error", view, reader)
    response = web.Response(text=text, status=status, content_type="text/html")
    if status == 503:  # noqa: PLR2004 - RFC 9110
        response.headers["Retry-After"] = "1"
    return response


def page_number(request: web.Request) -> int:
    """Return the page of a list that is asked for, from 1.

    Raises:
        NotFoundError: it is not a number.
    """
    wanted = request.query.get("page", "1")
    if not _PAGE.fullmatch(wanted):
        raise NotFoundError("there is no such page")
    return int(wanted)


def terms_writer(request: web.Request) -> TermsWriter:
    """Return what puts requests and consents in words, as they stand now."""
    bank = request.app[BANK]
    zone = request.app[SURROUNDINGS].zone
    return TermsWriter(bank.policies, bank.phrases, zone, bank.clock.now())


def ask_to_sign_in(request: web.Request) -> web.Response:
    """Send the reader to sign in, and back here afterwards."""
    return detour(request, "sign_in")


def detour(request: web.Request, page: str) -> web.Response:
    """Send the reader to a page that leads back here, in the language that was asked for here."""
    response = see_other(f"{address(page)}?{urlencode({'next': request.path_qs})}")
    remember(request, response, request.query)
    return response


def see_other(location: str) -> web.Response:
    """Return a redirect after a form (303): going back never sends the form again."""
    # Where it leads to another site, that site learns nothing of this page (RFC 9700 4.2.4).
    headers = {"Location": location, "Referrer-Policy": "no-referrer"}
    return web.Response(status=303, headers=headers)


async def reader_of(request: web.Request) -> Reader:
    """Return who reads, with what the header shows of a resident."""
    plain = _plain_reader(request)
    if plain.role is not Role.RESIDENT:
        return plain
    bank = request.app[BANK]
    account = request[PRINCIPAL].signed_in.account
    try:
        calls = await bank.entrance.calls(request[PRINCIPAL].resident, account.account_id)
    except InfobankError:
        calls = Calls()  # a count in the corner is no reason to fail a page
    acting = await _acting(request)
    return replace(plain, waiting=calls.waiting, acting=acting, recovering=calls.recovering)


async def _acting(request: web.Request) -> str | None:
    """Return what a guardian calls whom she acts for; None when she acts for herself."""
    session = request[PRINCIPAL].signed_in
    if session.proxy is None:
        return None
    found = await request.app[BANK].proxies.of(session)
    return next((each.label for each in found if each.proxy_id == session.proxy.proxy_id), "")


def _plain_reader(request: web.Request) -> Reader:
    principal = request.get(PRINCIPAL)
    session = principal.session if principal else None
    language = language_of(request)
    return Reader(
        language=language,
        role=session.account.role if session else None,
        csrf=session.csrf if session else "",
        demo=request.app[SURROUNDINGS].demo,
        path=request.path_qs,
        furigana=furigana_of(request, language),
        era=era_of(request),
        ends=_ends(request, session) if session else None,
    )


def _ends(request: web.Request, session: Session) -> datetime:
    """Return when a session ends if nothing more is done in it, at the earliest."""
    if session.account.role is Role.RESIDENT:
        return session.expires_at
    bank = request.app[BANK]
    # The last use is noted coarsely: what was noted may be older than this request.
    left_alone = bank.clock.now() + bank.policies.house.staff_idle - COARSE
    return min(session.expires_at, left_alone)
