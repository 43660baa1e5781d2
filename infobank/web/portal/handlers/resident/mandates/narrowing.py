"""Narrow a mandate: it lets in less, or ends earlier."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from infobank.clock import day_ends
from infobank.consent.ending.notice import Afterwards
from infobank.consent.mandate import Conditions, Mandate
from infobank.errors import ConflictError, InvalidInputError
from infobank.web.forms import read_fields
from infobank.web.portal import typed
from infobank.web.portal.handlers.pages import PAGES, show, terms_writer
from infobank.web.portal.handlers.resident.consents.withdrawing import chosen_afterwards
from infobank.web.portal.handlers.resident.mandates.found import mandate_found, see
from infobank.web.portal.views.resident.mandates import MandateCard, MandateNarrowPage
from infobank.web.portal.views.resident.narrowing import Fault
from infobank.web.portal.wording.consents.cards import CardWriter
from infobank.web.portal.wording.consents.mandates import MandateWriter, left_out
from infobank.web.portal.wording.consents.steps import MOST_POINTS
from infobank.web.state import BANK, PRINCIPAL


async def ask_narrow(request: web.Request) -> web.Response:
    """Show what can be left out of a mandate that counts."""
    held, card = await mandate_found(request)
    return await _narrow_form(request, held, card, {}) if card.live else see(held)


async def narrow(request: web.Request) -> web.Response:
    """Let in less; when the answer arrives, nothing outside is released under the mandate."""
    held, card = await mandate_found(request)
    form = await read_fields(request)
    if form.get("version") != str(held.version) or not card.live:
        return see(held)  # changed meanwhile, or sent twice: it shows how
    wanted, faults = _wanted(request, held, form)
    afterwards = Afterwards.KEEP if card.untouched else chosen_afterwards(form)
    if afterwards is None:
        faults = (*faults, Fault("afterwards-keep", request.app[PAGES].words("withdraw.choose")))
    if wanted is None or afterwards is None:
        return await _narrow_form(request, held, card, form, faults)
    try:
        await request.app[BANK].mandates.change.narrow(
            held.resident,
            held.mandate_id,
            lambda now: _unchanged(now, held, wanted),
            request[PRINCIPAL].by,
            afterwards,
        )
    except ConflictError:
        return see(held)
    return see(held, "narrowed")


def _unchanged(
    now: Mandate, read: Mandate, wanted: tuple[Conditions, datetime]
) -> tuple[Conditions, datetime]:
    """Return the narrower conditions, if they were chosen from those that hold now.

    Raises:
        ConflictError: the mandate changed since.
    """
    if now.version != read.version:
        raise ConflictError("the mandate changed meanwhile")
    return wanted


def _wanted(
    request: web.Request, held: Mandate, form: Mapping[str, str]
) -> tuple[tuple[Conditions, datetime] | None, tuple[Fault, ...]]:
    """Return the narrower conditions and their end, or what is wrong with the form."""
    words, faults = request.app[PAGES].words, []
    known = held.conditions
    kept = {
        name: frozenset(code for code in codes if form.get(left_out(name, code)) is None)
        for name, codes in (("classes", known.classes), ("categories", known.categories))
    }
    for name, codes in kept.items():
        if not codes:
            first = left_out(name, min(getattr(known, name)))
            faults.append(Fault(first, words(f"mandates.fault_{name}")))
    points = _points(form.get("points", ""), known.least_points)
    if points is None:
        faults.append(Fault("points", words("mandates.fault_points_more")))
    ends = _end(request, form.get("until", ""), held)
    if ends is None:
        faults.append(Fault("until", words("narrower.fault_until")))
    if faults or points is None or ends is None:
        return None, tuple(faults)
    wanted = replace(
        known, classes=kept["classes"], categories=kept["categories"], least_points=points
    )
    if (wanted, ends) == (known, held.valid_until):
        return None, (Fault("until", words("narrower.same")),)
    return (wanted, ends), ()


def _points(written: str, held: int) -> int | None:
    if not written.strip():
        return held
    try:
        points = typed.whole(written, "points")
    except InvalidInputError:
        return None
    return points if held <= points <= MOST_POINTS else None


def _end(request: web.Request, written: str, held: Mandate) -> datetime | None:
    if not written.strip():
        return held.valid_until
    bank, zone = request.app[BANK], terms_writer(request).zone
    try:
        ends = day_ends(zone, typed.day(written, "until"))
    except InvalidInputError:
        return None
    return ends if bank.clock.now() < ends <= held.valid_until else None


async def _narrow_form(
    request: web.Request,
    held: Mandate,
    card: MandateCard,
    form: Mapping[str, str],
    faults: tuple[Fault, ...] = (),
) -> web.Response:
    writer = terms_writer(request)
    ticks = MandateWriter(writer)
    view = MandateNarrowPage(
        card=card,
        classes=ticks.classes(held.conditions, form),
        categories=ticks.categories(held.conditions, form),
        points=form.get("points", ""),
        until=form.get("until", ""),
        faults=faults,
        ending=None if card.untouched else CardWriter(writer).ending(),
        afterwards=form.get("afterwards", ""),
    )
    return await show(request, "mandate_narrow", view, status=422 if faults else 200)
