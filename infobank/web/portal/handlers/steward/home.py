"""The steward's first page: the work that waits."""

from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.accounts.provider import OWN_CLASSES
from infobank.accounts.rights import Right, Status
from infobank.clock import day_in
from infobank.usecases.accesslog.search import LogQuestion
from infobank.web.portal.handlers.pages import PAGES, show, terms_writer
from infobank.web.portal.views.steward.home import AlarmLine, StewardHomePage, Task
from infobank.web.portal.wording.steward.vetting import VettingWriter
from infobank.web.state import BANK

ALARM_DAYS = timedelta(days=30)
MOST_ALARMS = 10

RIGHTS = {"corrections": Right.CORRECTION, "reports": Right.REPORT}
"""Where each kind of request is decided that a steward decides."""


async def home(request: web.Request) -> web.Response:
    """Show what waits, and the newest alarms."""
    tasks = tuple([task async for task in _tasks(request)])
    return await show(request, "steward_home", StewardHomePage(tasks, await _alarms(request)))


async def _tasks(request: web.Request) -> AsyncIterator[Task]:
    bank, zone = request.app[BANK], terms_writer(request).zone
    approvals = await bank.stewardship.approvals.waiting()
    yield Task("approvals", len(approvals), 0, _first(day_in(zone, a.lapses_at) for a in approvals))
    late = len(await bank.notices.follow.overdue())
    yield Task("overdue", late, late)
    tallied = [each for each in await bank.rights.desk.tally() if each.status is Status.RECEIVED]
    for page, right in RIGHTS.items():
        mine = [each for each in tallied if each.right is right]
        dues = _first(each.due for each in mine if each.due)
        yield Task(page, sum(t.count for t in mine), sum(t.overdue for t in mine), dues)
    yield await _lapsing(request)
    yield Task("letters", len(await bank.letters.desk.waiting()))


async def _lapsing(request: web.Request) -> Task:
    """Return the certificates that lapse soon as work to do."""
    writer = VettingWriter(terms_writer(request))
    found = await request.app[BANK].register_provider.all()
    lines = [writer.line(each, decided=True) for each in found if each.kind not in OWN_CLASSES]
    soon = [line.ends for line in lines if line.lapsing and line.ends]
    return Task("providers", len(soon), 0, _first(soon))


async def _alarms(request: web.Request) -> tuple[AlarmLine, ...]:
    bank, words = request.app[BANK], request.app[PAGES].words
    since = day_in(terms_writer(request).zone, bank.clock.now() - ALARM_DAYS)
    question = LogQuestion({"kind": EntryKind.ALARM.value}, first=since)
    found = (await bank.search(question, limit=MOST_ALARMS)).events
    codes = ((each.at, str(each.fields.get("what", ""))) for each in found)
    return tuple(AlarmLine(at, words.known(f"alarm.{code}", code)) for at, code in codes)


def _first(days: Iterable[date]) -> date | None:
    return min(days, default=None)
