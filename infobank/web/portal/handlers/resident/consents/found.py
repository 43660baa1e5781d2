"""The consent that an address names, as a card."""

from typing import NamedTuple

from aiohttp import web

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.usecases.accesslog.history import Event
from infobank.web.api.consents import consent_in
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import see_other, terms_writer
from infobank.web.portal.views.resident.consents import ConsentCard
from infobank.web.portal.wording.consents.cards import CardWriter
from infobank.web.state import BANK, PRINCIPAL

EXAMINED = 200
"""Of the resident's history this many entries are opened to count how often a consent was used.

Which consent a read was under is sealed with the entry, so nothing else can count it.
"""


class Found(NamedTuple):
    """A consent of the signed-in resident, who receives, and what puts both in words."""

    consent: Consent
    provider: Provider
    events: list[Event]
    writer: CardWriter

    @property
    def card(self) -> ConsentCard:
        """The consent with every term."""
        return self.writer.card(self.consent, self.provider)


async def consent_found(request: web.Request) -> Found:
    """Return the consent of an address.

    Raises:
        UnknownConsentError: it is nobody's, or somebody else's.
    """
    resident = request[PRINCIPAL].resident
    consent, provider = await request.app[BANK].review.one(resident, consent_in(request))
    events = await newest(request)
    return Found(consent, provider, events, CardWriter(terms_writer(request), events, EXAMINED))


async def newest(request: web.Request) -> list[Event]:
    """Return the newest events of the signed-in resident."""
    return await request.app[BANK].history.recent(request[PRINCIPAL].resident, EXAMINED)


def see(page: str, consent: Consent, query: str = "") -> web.Response:
    """Send the reader to a page of a consent."""
    return see_other(f"{address(page, consent=consent.consent_id)}{query}")
