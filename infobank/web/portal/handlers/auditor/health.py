"""How the log stands, and what happened in it day by day."""

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.vocabulary.text.language import Text
from infobank.web.portal.handlers.auditor.log import verify_command
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.views.auditor.log import LogHealthPage, LogTrendsPage
from infobank.web.portal.views.shared import DailySeries
from infobank.web.portal.wording.log.health import checks
from infobank.web.state import BANK, SURROUNDINGS

COUNTED = (EntryKind.PERMIT, EntryKind.REFUSAL, EntryKind.CONSENT_WITHDRAWN)


async def health(request: web.Request) -> web.Response:
    """Look at the log now, and show what was found."""
    key = request.app[SURROUNDINGS].verifier_key
    found = await request.app[BANK].examine(key)
    writer = await event_writer(request, "resident")
    view = LogHealthPage(
        at=found.at,
        checks=checks(found, request.app[PAGES].words),
        alarms=tuple(writer.row(event) for event in found.alarms),
        verifier_key=key.text,
        command=verify_command(request),
    )
    return await show(request, "log_health", view)


async def trends(request: web.Request) -> web.Response:
    """Show reads, refusals and withdrawals, day by day."""
    found, whole = await request.app[BANK].search.trends(COUNTED)
    words = request.app[PAGES].words
    labels: tuple[Text, ...] = tuple(words(f"event.{kind.value}") for kind in COUNTED)
    series = tuple(
        DailySeries(label, "entries", 0, tuple((day.day, day.counts[place]) for day in found))
        for place, label in enumerate(labels)
    )
    return await show(request, "log_trends", LogTrendsPage(series, whole))
