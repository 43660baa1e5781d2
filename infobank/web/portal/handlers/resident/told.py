"""What the bank tells a resident without being asked, until she has seen it."""

from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from infobank.accounts.contact import Matter
from infobank.errors import NotFoundError
from infobank.usecases.letters.write import matter_of
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show
from infobank.web.portal.handlers.resident.history import event_writer
from infobank.web.portal.views.resident.told import ToldLine, ToldPage
from infobank.web.state import BANK, PRINCIPAL

BESIDES = frozenset({Matter.DELETION, Matter.ACCOUNT})
"""Of what the page tells from the history, beside her mandates."""

MOST_BESIDES = 10

HOUR = timedelta(hours=1)


async def told(request: web.Request) -> web.Response:
    """Show what she was told, the new first."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    found = await bank.history.find(resident, lambda event: matter_of(event) in BESIDES)
    writer = await event_writer(request)
    besides = tuple(writer.line(event) for event in found.events[:MOST_BESIDES])
    return await show(request, "told", ToldPage(await told_lines(request), besides))


async def see(request: web.Request) -> web.Response:
    """Note that she has seen one thing, or all there is; once more changes nothing."""
    principal, tell = request[PRINCIPAL], request.app[BANK].mandates.tell
    chosen = (await read_fields(request)).get("told", "")
    try:
        wanted = [UUID(chosen)] if chosen else await _unseen(request)
    except ValueError:
        raise NotFoundError("you were told no such thing") from None
    for each in wanted:
        await tell.seen(principal.resident, each)
    return see_other(address("told"))


async def told_lines(request: web.Request) -> tuple[ToldLine, ...]:
    """Return what she was told of her mandates, newest first."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    words, now = request.app[PAGES].words, bank.clock.now()
    found = await bank.mandates.tell.of_resident(resident)
    if not found:
        return ()
    names = {each.provider_id: each.name for each in await bank.register_provider.all()}
    consents = await bank.review.of_resident(resident)
    begins = {
        each.consent_id: each.terms.valid_from for each, _ in consents if each.withdrawn_at is None
    }
    return tuple(
        ToldLine(
            told=str(each.told_id),
            at=each.made_at,
            what=words(f"told.{each.kind}", name=names[each.provider]),
            mandate=str(each.mandate),
            consent=str(each.consent or ""),
            hours=hours_left(begins[each.consent], now) if each.consent in begins else 0,
            seen=each.seen_at is not None,
        )
        for each in found
    )


def hours_left(begins: datetime, now: datetime) -> int:
    """Return the begun hours until something begins, 0 once it has."""
    return max(0, -((now - begins) // HOUR))


async def _unseen(request: web.Request) -> list[UUID]:
    found = await request.app[BANK].mandates.tell.of_resident(request[PRINCIPAL].resident)
    return [each.told_id for each in found if each.seen_at is None]
