"""A resident reports an entry that she did not expect; a steward answers."""

from aiohttp import web

from infobank.accounts.rights import Right
from infobank.usecases.rights.sealing import Reported
from infobank.web.api.bodies import json_body
from infobank.web.api.history import event_values
from infobank.web.api.rights import documents
from infobank.web.api.rights.handlers import request_in, today_of
from infobank.web.api.schemas import read
from infobank.web.state import BANK, PRINCIPAL


async def listing(request: web.Request) -> web.Response:
    """List the resident's reports with their answers, newest first."""
    rights, today = request.app[BANK].rights, today_of(request)
    found = await rights.desk.all(request[PRINCIPAL].resident)
    said = await rights.report.told(found)
    values = [
        {
            **documents.request_values(each, None, today),
            "entry": said[each.request_id].reported.entry,
            "note": said[each.request_id].reported.note,
            "answer": said[each.request_id].answer or None,
        }
        for each in found
        if each.right is Right.REPORT
    ]
    return web.json_response(documents.ReportsDocument().dump({"reports": values}))


async def report(request: web.Request) -> web.Response:
    """Take a report; a second one about the same entry returns the first."""
    principal = request[PRINCIPAL]
    document = read(documents.AskReportDocument(), await json_body(request))
    reported = Reported(document["entry"], document["note"].strip())
    made = await request.app[BANK].rights.report.ask(principal.resident, principal.by, reported)
    values = documents.request_values(made, None, today_of(request))
    return web.json_response(documents.RightsRequestDocument().dump(values), status=201)


async def waiting(request: web.Request) -> web.Response:
    """List what residents did not expect, due first; each entry as an auditor sees it."""
    bank, today = request.app[BANK], today_of(request)
    found = await bank.rights.report.waiting()
    values = [
        {
            **documents.request_values(each, None, today),
            "note": reported.note,
            "event": event_values(request, await bank.inspect.one(reported.entry)),
        }
        for each, reported in found
    ]
    return web.json_response(documents.WaitingReportsDocument().dump({"reports": values}))


async def answer(request: web.Request) -> web.Response:
    """Write back to the resident."""
    document, name = read(documents.ReplyDocument(), await json_body(request)), request_in(request)
    decided = await request.app[BANK].rights.report.answer(name, document["answer"])
    values = documents.request_values(decided, None, today_of(request))
    return web.json_response(documents.RightsRequestDocument().dump(values))
