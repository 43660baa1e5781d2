"""Stop a mandate, and with it everything that was given under it."""

import contextlib

from aiohttp import web

from infobank.consent.errors import StoppedMandateError
from infobank.consent.explanation import Consequence
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import show, terms_writer
from infobank.web.portal.handlers.resident.consents.withdrawing import chosen_afterwards
from infobank.web.portal.handlers.resident.mandates.found import mandate_found, see
from infobank.web.portal.views.resident.mandates import MandateCard, MandateStopPage
from infobank.web.portal.wording.consents.cards import CardWriter
from infobank.web.state import BANK, PRINCIPAL


async def ask_stop(request: web.Request) -> web.Response:
    """Say what ends with a mandate; only one that counts can be stopped."""
    held, card = await mandate_found(request)
    return await _stop_form(request, card) if card.live else see(held)


async def stop(request: web.Request) -> web.Response:
    """Stop a mandate; when the answer arrives, nothing more is released under it."""
    held, card = await mandate_found(request)
    afterwards = chosen_afterwards(await read_fields(request))
    if not card.live:
        return see(held)  # pressed twice, or in another window: it is what was wanted
    if afterwards is None:
        return await _stop_form(request, card, fault=True)
    with contextlib.suppress(StoppedMandateError):
        await request.app[BANK].mandates.change.stop(
            held.resident, held.mandate_id, request[PRINCIPAL].by, afterwards
        )
    return see(held)


async def _stop_form(
    request: web.Request, card: MandateCard, *, fault: bool = False
) -> web.Response:
    writer = terms_writer(request)
    then = writer.phrases.text(f"consequence.{Consequence.MANDATE_STOP}")
    view = MandateStopPage(card, then, CardWriter(writer).ending(fault=fault))
    return await show(request, "mandate_stop", view, status=422 if fault else 200)
