"""A resident's mandates as cards: whom each covers today, and what was given under it."""

from aiohttp import web

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.errors import UnknownMandateError
from infobank.consent.mandate import Mandate
from infobank.vocabulary.identifiers import MandateId
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import see_other, terms_writer
from infobank.web.portal.views.resident.mandates import MandateCard
from infobank.web.portal.wording.consents.mandates import MandateWriter
from infobank.web.state import BANK, PRINCIPAL

_IN_FORCE = frozenset({ConsentState.LIVE, ConsentState.WAITING})


async def mandate_found(request: web.Request) -> tuple[Mandate, MandateCard]:
    """Return the mandate of an address, and the same as a card.

    Raises:
        UnknownMandateError: it is nobody's, or somebody else's.
    """
    mandate_id = MandateId(named(request, "mandate", UnknownMandateError))
    found = await request.app[BANK].mandates.reach.of_resident(request[PRINCIPAL].resident)
    mandate = next((each for each in found if each.mandate_id == mandate_id), None)
    if mandate is None:
        raise UnknownMandateError("you have no such mandate")
    return mandate, await card_of(request, mandate, await standing(request))


async def card_of(
    request: web.Request, mandate: Mandate, consents: list[tuple[Consent, Provider]]
) -> MandateCard:
    """Return a mandate as a card; `consents` are those of its resident that stand."""
    reach = request.app[BANK].mandates.reach
    covers = await reach.covers(mandate.resident, mandate.mandate_id)
    given = [each for each in consents if each[0].mandate == mandate.mandate_id]
    return MandateWriter(terms_writer(request)).card(mandate, covers, given)


async def standing(request: web.Request) -> list[tuple[Consent, Provider]]:
    """Return the consents of the signed-in resident that stand, each with its recipient."""
    bank = request.app[BANK]
    now = bank.clock.now()
    found = await bank.review.of_resident(request[PRINCIPAL].resident)
    return [each for each in found if each[0].state(now) in _IN_FORCE]


def see(mandate: Mandate, done: str = "") -> web.Response:
    """Send the reader to a mandate; `done` is what she has just done to it."""
    place = address("mandate", mandate=mandate.mandate_id)
    return see_other(f"{place}?done={done}" if done else place)
