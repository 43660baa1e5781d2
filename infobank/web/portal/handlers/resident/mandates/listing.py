"""Look at mandates: all of them, or one."""

from aiohttp import web

from infobank.web.portal.handlers.pages import show
from infobank.web.portal.handlers.resident.mandates.found import card_of, mandate_found, standing
from infobank.web.portal.views.resident.mandates import MandatePage, MandatesPage
from infobank.web.state import BANK, PRINCIPAL

DONE = frozenset({"given", "narrowed"})


async def mandates(request: web.Request) -> web.Response:
    """List the resident's mandates, those that count first."""
    found = await request.app[BANK].mandates.reach.of_resident(request[PRINCIPAL].resident)
    consents = await standing(request)
    cards = [await card_of(request, each, consents) for each in found]
    view = MandatesPage(
        tuple(sorted(cards, key=lambda card: not card.live)), minor="minor" in request.query
    )
    return await show(request, "mandates", view)


async def mandate(request: web.Request) -> web.Response:
    """Show one mandate: what it lets in, whom it covers today, and what was given under it."""
    _, card = await mandate_found(request)
    done = request.query.get("done", "")
    return await show(request, "mandate", MandatePage(card, done if done in DONE else ""))
