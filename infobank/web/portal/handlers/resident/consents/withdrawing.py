"""End one consent, and follow it to its end."""

import contextlib
from collections.abc import Mapping

from aiohttp import web

from infobank.consent.consent import ConsentState
from infobank.consent.ending.notice import Afterwards
from infobank.consent.errors import WithdrawnConsentError
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.handlers.resident.consents.found import Found, consent_found, see
from infobank.web.portal.views.resident.consents import WithdrawnPage, WithdrawPage
from infobank.web.portal.wording.consents.cards import proof_of_end
from infobank.web.state import BANK, PRINCIPAL


async def ask(request: web.Request) -> web.Response:
    """Say what a withdrawal ends and what it does not; only what is in force can be withdrawn."""
    found = await consent_found(request)
    return _ended(found) if not found.card.active else await _form(request, found)


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw; when the answer arrives, nothing more is released."""
    found = await consent_found(request)
    afterwards = chosen_afterwards(await read_fields(request))
    if not found.card.active:
        return _ended(found)  # pressed twice, or in another window: it is what was wanted
    if afterwards is None:
        return await _form(request, found, fault=True)
    with contextlib.suppress(WithdrawnConsentError):
        await request.app[BANK].withdraw(
            found.consent.resident, found.consent.consent_id, request[PRINCIPAL].by, afterwards
        )
    return see("withdrawn", found.consent)


async def withdrawn(request: web.Request) -> web.Response:
    """Show what became of a withdrawal: who was told, who answered, what was deleted."""
    found = await consent_found(request)
    if found.consent.withdrawn_at is None:
        return see("consent", found.consent)
    ways = await request.app[BANK].notices.follow.aftermath(
        found.consent.resident, found.consent.consent_id
    )
    view = WithdrawnPage(
        card=found.card,
        entry=proof_of_end(found.consent, found.events),
        ways=found.writer.ways(ways, found.consent),
    )
    return await show(request, "withdrawn", view)


def chosen_afterwards(form: Mapping[str, str]) -> Afterwards | None:
    """Return what was chosen for what was received already; None where nothing was."""
    return next((each for each in Afterwards if each == form.get("afterwards")), None)


async def _form(request: web.Request, found: Found, *, fault: bool = False) -> web.Response:
    stops = await request.app[BANK].ask.stops(found.consent.resident, found.consent.consent_id)
    view = WithdrawPage(found.card, found.writer.stops(stops), found.writer.ending(fault=fault))
    return await show(request, "withdraw", view, status=422 if fault else 200)


def _ended(found: Found) -> web.Response:
    withdrawn = found.card.state is ConsentState.WITHDRAWN
    return see("withdrawn" if withdrawn else "consent", found.consent)
