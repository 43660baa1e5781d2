"""Answer what residents report, and send the letters that they asked for."""

from datetime import date

from aiohttp import web

from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import RightsRequest
from infobank.clock import day_in
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.rights.sealing import Reported
from infobank.vocabulary.givenby import GivenBy
from infobank.web.api.rights.handlers import request_in
from infobank.web.forms import read_fields
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import see_other, show, terms_writer
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.views.steward.desk import (
    LetterLine,
    LetterPage,
    LettersPage,
    ReportCard,
    ReportsPage,
)
from infobank.web.portal.wording.events import EventWriter
from infobank.web.portal.wording.summary import SummaryWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def reports(request: web.Request) -> web.Response:
    """List what residents did not expect, due first."""
    return await _reports(request)


async def answer(request: web.Request) -> web.Response:
    """Write back to the resident; she reads it at the rights desk."""
    name, form = request_in(request), await read_fields(request)
    said = form.get("answer", "")
    try:
        await request.app[BANK].rights.report.answer(name, said)
    except RightsRequestOverError:
        pass  # answered in another window a moment ago
    except InvalidInputError:
        return await _reports(request, missing=str(name), typed=said)
    return see_other(address("reports"))


async def letters(request: web.Request) -> web.Response:
    """List the letters that wait, by number alone."""
    found = await request.app[BANK].letters.desk.waiting()
    lines = tuple(
        LetterLine(str(each.letter_id), each.number, each.month, each.made_at, each.printed_at)
        for each in found
    )
    view = LettersPage(lines, posted="posted" in request.query)
    return await show(request, "letters", view)


async def letter(request: web.Request) -> web.Response:
    """Open one letter to print it; that stands in the history of whom it is to, each time."""
    staff = request[PRINCIPAL].signed_in.account.account_id
    printed = await request.app[BANK].letters.desk.print(named(request, "letter"), staff)
    site = request.app[SURROUNDINGS].public_url
    writer = SummaryWriter(await event_writer(request), site)
    month = printed.letter.month or _today(request)
    view = LetterPage(
        letter=str(printed.letter.letter_id),
        number=printed.letter.number,
        to=tuple(printed.address.to.splitlines()),
        summary=writer.month(month, printed.events),
    )
    return await show(request, "letter", view, language=printed.address.language)


async def posted(request: web.Request) -> web.Response:
    """Note that a letter went out; one that went out before stays so."""
    staff = request[PRINCIPAL].signed_in.account.account_id
    try:
        await request.app[BANK].letters.desk.posted(named(request, "letter"), staff)
    except NotFoundError:
        return see_other(address("letters"))
    return see_other(f"{address('letters')}?posted")


async def _reports(request: web.Request, missing: str = "", typed: str = "") -> web.Response:
    waiting = await request.app[BANK].rights.report.waiting()
    writer, today = await event_writer(request, "resident"), _today(request)
    cards = tuple([await _card(request, writer, today, *each) for each in waiting])
    status = 422 if missing else 200
    return await show(request, "reports", ReportsPage(cards, missing, typed), status=status)


async def _card(
    request: web.Request,
    writer: EventWriter,
    today: date,
    report: RightsRequest,
    reported: Reported,
) -> ReportCard:
    """Return a report with the entry as an auditor sees it: nobody and no item is named."""
    event = await request.app[BANK].inspect.one(reported.entry)
    return ReportCard(
        request=str(report.request_id),
        line=writer.line(event),
        note=reported.note,
        asked_at=report.asked_at,
        due=report.due,
        overdue=report.overdue(today),
        by_guardian=report.by is GivenBy.GUARDIAN,
    )


def _today(request: web.Request) -> date:
    return day_in(terms_writer(request).zone, request.app[BANK].clock.now())
