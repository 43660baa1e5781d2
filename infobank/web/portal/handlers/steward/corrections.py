"""The steward decides corrections, without seeing a value."""

import contextlib

from aiohttp import web

from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import BY_STEWARD, Refusal
from infobank.web.api.rights.handlers import request_in
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show
from infobank.web.portal.handlers.resident.rights.desk import rights_writer
from infobank.web.portal.views.resident.rights import Option
from infobank.web.portal.views.steward.corrections import CorrectionsPage
from infobank.web.state import BANK


async def corrections(request: web.Request) -> web.Response:
    """List what has to be decided, due first."""
    return await _corrections(request)


async def decide(request: web.Request) -> web.Response:
    """Carry a correction out, or refuse it for a stated reason."""
    correct, form = request.app[BANK].rights.correct, await read_fields(request)
    name, reason = request_in(request), form.get("reason", "")
    accepted = form.get("decision") == "accept"
    if not accepted and reason not in BY_STEWARD:
        return await _corrections(request, missing=str(name))
    with contextlib.suppress(RightsRequestOverError):  # decided in another window a moment ago
        await (correct.accept(name) if accepted else correct.refuse(name, Refusal(reason)))
    return see_other(address("corrections"))


async def _corrections(request: web.Request, missing: str = "") -> web.Response:
    words, writer = request.app[PAGES].words, await rights_writer(request)
    found = await request.app[BANK].rights.correct.waiting()
    reasons = tuple(Option(code, words.known(f"refusal.{code}", code)) for code in BY_STEWARD)
    waiting = tuple(writer.waiting(each, told) for each, told in found)
    view = CorrectionsPage(waiting, reasons, missing)
    return await show(request, "corrections", view, status=422 if missing else 200)
