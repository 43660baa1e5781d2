"""Begin a way in with a code on paper: type it, then make a passkey, or link the city's sign-in."""

from contextlib import suppress

from aiohttp import web

from infobank.accounts.entrance.enrolment import Opening
from infobank.accounts.entrance.errors import CeremonyError, CodeRefusedError, CodeWaitsError
from infobank.accounts.entrance.passkey import Holder
from infobank.errors import ConflictError
from infobank.web.access import check_same_origin
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.entrance.cookies import come_in, device
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.views.entrance.enrol import EnrolPage, EnrolPasskeyPage
from infobank.web.state import BANK


async def ask(request: web.Request) -> web.Response:
    """Ask for the code."""
    return await show(request, "enrol", EnrolPage())


async def code(request: web.Request) -> web.Response:
    """Take the code, and show what it begins."""
    check_same_origin(request)
    typed = (await read_fields(request)).get("code", "")
    return await _show(request, typed)


async def options(request: web.Request) -> web.Response:
    """Tell the browser what passkey to ask its owner's device for."""
    check_same_origin(request)
    form, enrolments = await read_fields(request), request.app[BANK].entrance.enrolments
    typed = form.get("code", "")
    role = (await enrolments.look(typed)).account.role
    return web.json_response(text=await enrolments.ask(typed, label(request, role.value)))


async def passkey(request: web.Request) -> web.Response:
    """Keep the passkey, use the code up, and sign in."""
    check_same_origin(request)
    form = await read_fields(request)
    typed = form.get("code", "")
    try:
        begun = await request.app[BANK].entrance.enrolments.enrol(
            typed, form.get("answer", ""), holder_of(form.get("holder", "")), device(request)
        )
    except (CeremonyError, ConflictError):
        return await _show(request, typed, "passkey")
    except CodeRefusedError:
        return await _refused(request, "refused")
    return come_in(request, *begun)


def holder_of(text: str) -> Holder:
    """Return where somebody says that a passkey lives."""
    with suppress(ValueError):
        return Holder(text)
    return Holder.OTHER


def label(request: web.Request, role: str) -> str:
    """Return what a device shows beside the bank's name: for what somebody comes in."""
    words = request.app[PAGES].words(f"role.{role}")
    return f"{words.ja} / {words.en}"


async def _show(request: web.Request, typed: str, fault: str = "") -> web.Response:
    try:
        enrolment = await request.app[BANK].entrance.enrolments.look(typed)
    except CodeRefusedError:
        return await _refused(request, "refused")
    except CodeWaitsError:
        return await _refused(request, "waits")
    view = EnrolPasskeyPage(
        code=typed,
        role=enrolment.account.role,
        recovery=enrolment.opening is Opening.RECOVERY,
        city=request.app[BANK].entrance.city is not None,
        fault=fault,
    )
    return await show(request, "enrol_passkey", view, status=422 if fault else 200)


async def _refused(request: web.Request, fault: str) -> web.Response:
    return await show(request, "enrol", EnrolPage(fault), status=422)
