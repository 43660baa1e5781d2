"""One month on one page, to be printed and kept."""

import re
from datetime import date, timedelta

from aiohttp import web

from infobank.errors import NotFoundError
from infobank.web.api.rights.handlers import today_of
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.views.resident.summary import SummaryPage
from infobank.web.portal.wording.summary import SummaryWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


async def summary(request: web.Request) -> web.Response:
    """Show the month that is asked for, or the one that runs."""
    current = today_of(request).replace(day=1)
    month = _month(request.query.get("month", f"{current:%Y-%m}"))
    if month > current:
        raise NotFoundError("this month has not begun")
    events = await request.app[BANK].letters.desk.month(request[PRINCIPAL].resident, month)
    writer = SummaryWriter(await event_writer(request), request.app[SURROUNDINGS].public_url)
    newer = (month + timedelta(days=31)).replace(day=1)
    view = SummaryPage(
        summary=writer.month(month, events),
        older=(month - timedelta(days=1)).replace(day=1),
        newer=newer if newer <= current else None,
    )
    return await show(request, "summary", view)


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise NotFoundError("there is no such month")
    return date(int(found[1]), int(found[2]), 1)
