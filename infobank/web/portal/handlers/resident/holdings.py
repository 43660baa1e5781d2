"""What the bank holds about a resident: how much of each kind, and its records over time."""

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.history import Event
from infobank.web.portal.handlers.pages import PAGES, page_number, show
from infobank.web.portal.views.resident.home import HoldingsPage, Source
from infobank.web.portal.wording.records import (
    category_page,
    holding_words,
    pages_of,
    source_line,
)
from infobank.web.state import BANK, PRINCIPAL

SOURCES = 10
"""Deposits that a category's page names at most, the newest."""


async def holdings(request: web.Request) -> web.Response:
    """Show how much the bank holds of each category; nothing is opened for it."""
    held = await request.app[BANK].holdings(request[PRINCIPAL].resident)
    return await show(request, "holdings", HoldingsPage(tuple(map(holding_words, held))))


async def category(request: web.Request) -> web.Response:
    """Show the records of one category, which opens them: the history says so."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    code, page = request.match_info["code"], page_number(request)
    holding = next(
        (each for each in await bank.holdings(resident) if each.category.code == code), None
    )
    if holding is None or page > pages_of(holding.records):
        raise NotFoundError("the bank holds nothing like this about you")
    records = await bank.holdings.records(resident, holding.category, request[PRINCIPAL].by)
    sights = await bank.ask.covering(resident, code)
    view = category_page(
        holding,
        records,
        page,
        request.query.get("field", ""),
        sources=await _sources(request, code),
        readers=tuple(dict.fromkeys(sight.provider.name for sight in sights)),
    )
    return await show(request, "category", view)


async def _sources(request: web.Request, code: str) -> tuple[Source, ...]:
    """Return where the records of a category came from, the newest deposits first."""

    def wanted(event: Event) -> bool:
        return event.kind is EntryKind.DEPOSIT and event.fields.get("category") == code

    bank, words = request.app[BANK], request.app[PAGES].words
    found = await bank.history.find(request[PRINCIPAL].resident, wanted)
    return tuple(source_line(event, words) for event in found.events[:SOURCES])
