"""A resident's first page: what waits for her, and what changed since her last visit."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime, timedelta
from itertools import islice

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.accounts.rights import Status
from infobank.clock import day_in
from infobank.consent.consent import Consent, ConsentState
from infobank.usecases.accesslog.history import Event
from infobank.web.portal import formats
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.handlers.resident.requests import waiting_requests
from infobank.web.portal.handlers.resident.told import told_lines
from infobank.web.portal.views.resident.home import HomePage, Wait
from infobank.web.portal.wording.home import NewsWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

MOST_LOOKED_AT = 100
"""Entries of the history, the newest, that the page looks at where no visit before ends it.

To open one takes 0.1 ms; the page says so where it did not look further.
"""

THIS_AND_BEFORE = 2
"""Visits that end the look."""

MOST_LINES = 6
"""Lines of a part of the page: all of it is at most a screen and a half."""

SOON = timedelta(days=30)
"""A consent that ends within this time is told of."""


async def home(request: web.Request) -> web.Response:
    """Show what waits, what changed, and where everything is."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    now = bank.clock.now()
    events = await _recent(request)
    since = last_visit(events)
    new = [event for event in events if since is None or event.at > since]
    news = NewsWriter(request.app[PAGES].words, await event_writer(request)).lines(new)
    consents = await bank.review.of_resident(resident)
    held = await bank.holdings(resident)
    view = HomePage(
        waits=tuple([wait async for wait in _waits(request, [each for each, _ in consents], now)]),
        news=news[:MOST_LINES],
        since=since,
        newest=MOST_LOOKED_AT if since is None and len(events) == MOST_LOOKED_AT else 0,
        unseen=max(0, len(news) - MOST_LINES),
        consents=sum(each.state(now) is ConsentState.LIVE for each, _ in consents),
        records=sum(holding.records for holding in held),
        categories=len(held),
    )
    return await show(request, "home", view)


async def _recent(request: web.Request) -> list[Event]:
    """Return the newest events, as far back as the visit before this one."""
    history, resident = request.app[BANK].history, request[PRINCIPAL].resident
    events: list[Event] = []
    visits = 0
    async with aclosing(history.backwards(resident)) as backwards:
        async for event in backwards:
            events.append(event)
            visits += event.kind is EntryKind.SIGN_IN
            if len(events) == MOST_LOOKED_AT or visits == THIS_AND_BEFORE:
                break
    return events


def last_visit(events: list[Event]) -> datetime | None:
    """Return when a resident signed in the time before this one; None when she never did."""
    visits = (event.at for event in events if event.kind is EntryKind.SIGN_IN)
    return next(islice(visits, 1, None), None)


async def _waits(
    request: web.Request, consents: list[Consent], now: datetime
) -> AsyncIterator[Wait]:
    """Yield what waits for the resident, the most pressing first."""
    words = request.app[PAGES].words
    for line in await told_lines(request):
        if not line.seen:
            note = words("wait.hours", n=line.hours) if line.hours else words("wait.told")
            yield Wait(line.what, note, address("told"), words("wait.look"))
    for asked in await waiting_requests(request):
        what = words("wait.request", name=asked.recipient.name, purpose=asked.purpose)
        note = words("wait.until", day=formats.in_words(asked.open_until, formats.show_day))
        yield Wait(what, note, address("request", request=asked.request), words("waiting.open"))
    for household in await request.app[BANK].households.of(request[PRINCIPAL].resident):
        if household.agreed_at is None:
            note = words("wait.household_note")
            yield Wait(words("wait.household"), note, address("people"), words("wait.look"))
    async for wait in _at_the_desk(request):
        yield wait
    for wait in _ending(request, consents, now):
        yield wait


async def _at_the_desk(request: web.Request) -> AsyncIterator[Wait]:
    """Yield the requests at the rights desk that the bank owes something to."""
    words, resident = request.app[PAGES].words, request[PRINCIPAL].resident
    for each in await request.app[BANK].rights.desk.all(resident):
        if each.status in {Status.RECEIVED, Status.READY}:
            ready = each.status is Status.READY
            due = formats.in_words(each.due, formats.show_day)
            note = words("wait.fetch", day=due) if ready else words("wait.answer", day=due)
            what = words(f"right.{each.right}.name")
            href = address("rights_request", request=each.request_id)
            yield Wait(what, note, href, words("wait.look"))


def _ending(request: web.Request, consents: list[Consent], now: datetime) -> list[Wait]:
    """Return the consents in force that end soon, the first to end first."""
    words, bank = request.app[PAGES].words, request.app[BANK]
    zone = request.app[SURROUNDINGS].zone
    soon = sorted(
        (
            each
            for each in consents
            if each.state(now) is ConsentState.LIVE and each.terms.valid_until < now + SOON
        ),
        key=lambda each: each.terms.valid_until,
    )
    return [
        Wait(
            words("wait.ends", purpose=bank.policies.purpose(each.terms.purpose).label),
            words(
                "wait.ends_on",
                day=formats.in_words(day_in(zone, each.terms.valid_until), formats.show_day),
            ),
            address("consent", consent=each.consent_id),
            words("wait.look"),
        )
        for each in soon
    ]
