"""Say that an entry of the history was not expected; the steward looks into it and answers."""

from aiohttp import web

from infobank.accounts.rights import Right
from infobank.errors import InvalidInputError
from infobank.usecases.rights.sealing import Reported
from infobank.web.api.log import entry_number
from infobank.web.api.rights.handlers import today_of
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.handlers.resident.rights.desk import see
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.history import UnexpectedPage
from infobank.web.state import BANK, PRINCIPAL


async def ask(request: web.Request) -> web.Response:
    """Show the entry, and what happens when she reports it."""
    return await _form(request, FilledForm())


async def report(request: web.Request) -> web.Response:
    """Take the report; a second one about the same entry leads to the first."""
    principal, fields = request[PRINCIPAL], await read_fields(request)
    note = fields.get("note", "").strip()
    try:
        reported = Reported(entry_number(request.match_info["entry"]), note)
        made = await request.app[BANK].rights.report.ask(principal.resident, principal.by, reported)
    except InvalidInputError:
        fault = request.app[PAGES].words("correction.fault_note")
        return await _form(request, FilledForm({"note": note}, {"note": fault}))
    return see(made.request_id)


async def _form(request: web.Request, form: FilledForm) -> web.Response:
    bank, index = request.app[BANK], entry_number(request.match_info["entry"])
    event, _ = await bank.history.one(request[PRINCIPAL].resident, index)
    writer = await event_writer(request)
    until = bank.rights.desk.rules.due(Right.REPORT, today_of(request))
    view = UnexpectedPage(writer.line(event), until, form)
    return await show(request, "unexpected", view, status=422 if form.faults else 200)
