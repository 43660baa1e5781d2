"""A resident's consents: all of them, one, and how it came to be."""

from collections.abc import Iterable

from aiohttp import web

from infobank.consent.consent import ConsentState
from infobank.errors import NotFoundError
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal import typed
from infobank.web.portal.handlers.choices import language_of
from infobank.web.portal.handlers.pages import page_number, show, terms_writer
from infobank.web.portal.handlers.resident.consents.found import (
    EXAMINED,
    consent_found,
    newest,
)
from infobank.web.portal.views.resident.consents import (
    ConsentCard,
    ConsentPage,
    ConsentsPage,
    Order,
    Sought,
    VersionsPage,
)
from infobank.web.portal.views.shared import Paging
from infobank.web.portal.wording.consents.cards import CardWriter
from infobank.web.portal.wording.consents.receipts import ReceiptWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

PAGE = 8
"""Consents a page: each shows every term."""

MOST_NAMED = 40
"""Others that a page names, so that each is one click away."""


async def consents(request: web.Request) -> web.Response:
    """List the consents that are asked for, those in force first."""
    found = await request.app[BANK].review.of_resident(request[PRINCIPAL].resident)
    writer = CardWriter(terms_writer(request), await newest(request), EXAMINED)
    cards = [writer.card(*each) for each in found]
    sought = _sought(request)
    fitting = _ordered([card for card in cards if _fits(card, sought)], sought.order)
    page = page_number(request)
    pages = max(1, -(-len(fitting) // PAGE))
    if page > pages:
        raise NotFoundError("there is no such page")
    before, after = (page - 1) * PAGE, page * PAGE
    view = ConsentsPage(
        cards=tuple(fitting[before:after]),
        others=tuple([*fitting[:before], *fitting[after:]][:MOST_NAMED]),
        paging=Paging(page, pages, len(fitting)),
        known=len(cards),
        in_force=sum(card.active for card in cards),
        sought=sought,
        withdrawn="withdrawn" in request.query,
    )
    return await show(request, "consents", view)


async def consent(request: web.Request) -> web.Response:
    """Show one consent with every term, why it is here, and what became of its parts."""
    found = await consent_found(request)
    ways = await request.app[BANK].notices.follow.aftermath(
        found.consent.resident, found.consent.consent_id
    )
    view = ConsentPage(
        card=found.card,
        ways=found.writer.ways(ways, found.consent),
        narrowed="narrowed" in request.query,
    )
    return await show(request, "consent", view)


async def versions(request: web.Request) -> web.Response:
    """Show how a consent came to say what it says."""
    found = await consent_found(request)
    kept = await request.app[BANK].review.versions(found.consent.resident, found.consent.consent_id)
    return await show(request, "versions", VersionsPage(found.card, found.writer.versions(kept)))


async def receipt(request: web.Request) -> web.Response:
    """Show a consent's receipt, to print and keep; in easy Japanese where that is asked for."""
    bank, found = request.app[BANK], await consent_found(request)
    issued = await bank.receipt.unsigned(found.consent.resident, found.consent.consent_id)
    easy = request.query.get("lang") == Language.EASY
    language = Language.EASY if easy else language_of(request)
    writer = ReceiptWriter(bank.policies, bank.phrases, language, request.app[SURROUNDINGS].zone)
    return await show(request, "receipt", writer.page(issued))


def _sought(request: web.Request) -> Sought:
    """Return what the list is asked for; what nobody offers is ignored."""
    query = request.query
    state = next((each.value for each in ConsentState if each == query.get("state")), "")
    order = next((each for each in Order if each == query.get("order")), Order.NEWEST)
    return Sought(typed.plain(query.get("words", ""))[:100], state, order)


def _fits(card: ConsentCard, sought: Sought) -> bool:
    if sought.state and card.state != sought.state:
        return False
    told = typed.alike(" ".join(_words(card)))
    return all(word in told for word in typed.alike(sought.words).split())


def _words(card: ConsentCard) -> Iterable[str]:
    """Yield everything a consent can be found by, in every language."""
    texts = [card.terms.recipient.name, card.terms.purpose]
    for item in card.items:
        texts += [item.category, *item.fields]
    return (said for text in texts for said in _all(text))


def _all(text: Text) -> tuple[str, str, str]:
    return text.ja, text.en, text.easy


def _ordered(cards: list[ConsentCard], order: Order) -> list[ConsentCard]:
    """Return consents in an order, those in force first."""
    if order is Order.NEWEST:
        cards.sort(key=lambda card: card.given_at, reverse=True)
    elif order is Order.ENDING:
        cards.sort(key=lambda card: card.terms.until)
    elif order is Order.NAME:
        cards.sort(key=lambda card: typed.alike(card.terms.recipient.name.ja))
    else:
        cards.sort(key=lambda card: (card.last_read is not None, card.last_read), reverse=True)
    return sorted(cards, key=lambda card: not card.active)
