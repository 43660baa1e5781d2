"""A resident's consents: look at them, and end them."""

import contextlib

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.errors import WithdrawnConsentError
from infobank.usecases.accesslog.history import Event
from infobank.vocabulary.text.language import Language
from infobank.web.api.consents import consent_in
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import language_of, see_other, show, terms_writer
from infobank.web.portal.views.resident.consents import (
    ConsentCard,
    ConsentPage,
    ConsentsPage,
    WithdrawnPage,
    WithdrawPage,
)
from infobank.web.portal.wording.receipts import ReceiptWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

EXAMINED = 200
"""Of the resident's history this many entries are opened to count how often a consent was used.

Which consent a read was under is sealed with the entry, so nothing else can count it.
"""


async def consents(request: web.Request) -> web.Response:
    """List all consents, those in force first."""
    found = await request.app[BANK].review.of_resident(request[PRINCIPAL].resident)
    events = await _events(request)
    cards = tuple(_card(request, consent, provider, events) for consent, provider in found)
    return await show(request, "consents", ConsentsPage(cards))


async def consent(request: web.Request) -> web.Response:
    """Show one consent with every term."""
    found, provider = await _found(request)
    card = _card(request, found, provider, await _events(request))
    return await show(request, "consent", ConsentPage(card))


async def ask(request: web.Request) -> web.Response:
    """Say what a withdrawal ends and what it does not; only what is in force can be withdrawn."""
    found, provider = await _found(request)
    card = _card(request, found, provider, await _events(request))
    if not card.active:
        return _see(_ended_page(card), found)
    return await show(request, "withdraw", WithdrawPage(card))


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw; when the answer arrives, nothing more is released."""
    found, _ = await _found(request)
    # Pressed twice, or in another window: it is what was wanted.
    with contextlib.suppress(WithdrawnConsentError):
        await request.app[BANK].withdraw(found.resident, found.consent_id, request[PRINCIPAL].by)
    return _see("withdrawn", found)


async def withdrawn(request: web.Request) -> web.Response:
    """Show a withdrawn consent, with the proof of its end as soon as there is one."""
    found, provider = await _found(request)
    if found.withdrawn_at is None:
        return _see("consent", found)
    events = await _events(request)
    view = WithdrawnPage(_card(request, found, provider, events), _proof(found, events))
    return await show(request, "withdrawn", view)


async def receipt(request: web.Request) -> web.Response:
    """Show a consent's receipt, to print and keep; in easy Japanese where that is asked for."""
    bank = request.app[BANK]
    found = await bank.receipt.unsigned(request[PRINCIPAL].resident, consent_in(request))
    easy = request.query.get("lang") == Language.EASY
    language = Language.EASY if easy else language_of(request)
    writer = ReceiptWriter(bank.policies, bank.phrases, language, request.app[SURROUNDINGS].zone)
    return await show(request, "receipt", writer.page(found))


async def _found(request: web.Request) -> tuple[Consent, Provider]:
    return await request.app[BANK].review.one(request[PRINCIPAL].resident, consent_in(request))


async def _events(request: web.Request) -> list[Event]:
    return await request.app[BANK].history.recent(request[PRINCIPAL].resident, EXAMINED)


def _card(
    request: web.Request, consent: Consent, provider: Provider, events: list[Event]
) -> ConsentCard:
    return terms_writer(request).card(consent, provider, events, EXAMINED)


def _ended_page(card: ConsentCard) -> str:
    return "withdrawn" if card.state is ConsentState.WITHDRAWN else "consent"


def _see(page: str, consent: Consent) -> web.Response:
    return see_other(address(page, consent=consent.consent_id))


def _proof(consent: Consent, events: list[Event]) -> str:
    return next(
        (
            str(event.index)
            for event in events
            if event.kind is EntryKind.CONSENT_WITHDRAWN
            and event.fields.get("consent") == str(consent.consent_id)
            and event.index is not None
        ),
        "",
    )
