"""A resident's own pages: what is new, and what the bank holds."""

from aiohttp import web

from infobank.consent.consent import ConsentState
from infobank.errors import NotFoundError
from infobank.web.portal.handlers.pages import page_number, show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.handlers.resident.requests import waiting_requests
from infobank.web.portal.views.resident.home import HoldingsPage, HomePage
from infobank.web.portal.wording.records import category_page, holding_words, pages_of
from infobank.web.state import BANK, PRINCIPAL

RECENT = 5
"""Lines of the history that the home page shows."""


async def home(request: web.Request) -> web.Response:
    """Show what waits, what happened lately, and where everything is."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    now = bank.clock.now()
    writer = await event_writer(request)
    events = await bank.history.recent(resident, RECENT)
    consents = await bank.review.of_resident(resident)
    held = await bank.holdings(resident)
    view = HomePage(
        waiting=await waiting_requests(request),
        recent=tuple(writer.line(event) for event in events),
        consents=sum(each.state(now) is ConsentState.LIVE for each, _ in consents),
        records=sum(holding.records for holding in held),
        categories=len(held),
        wards=len(await bank.proxies.of(request[PRINCIPAL].signed_in)),
    )
    return await show(request, "home", view)


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
    return await show(request, "category", category_page(holding, records, page))
