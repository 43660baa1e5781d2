"""Give a mandate: one decision a page, everything chosen so far carried in the form."""

from typing import Any, Final
from uuid import UUID

from aiohttp import web

from infobank.clock import day_ends
from infobank.consent.errors import MinorMandateError
from infobank.consent.explanation import Consequence
from infobank.consent.mandate import Conditions
from infobank.vocabulary.outputmode import OutputMode
from infobank.web.forms import read_pairs
from infobank.web.portal import typed
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.handlers.resident.mandates.found import see
from infobank.web.portal.views.resident.mandates import MandateNewPage, Step
from infobank.web.portal.views.resident.narrowing import Fault
from infobank.web.portal.wording.consents.mandates import MandateWriter
from infobank.web.portal.wording.consents.steps import (
    SEVERAL,
    STEPS,
    TYPED,
    Chosen,
    Steps,
    points_in,
)
from infobank.web.state import BANK, PRINCIPAL, REQUEST_ID

BACK, GIVE = "back", "give"
ANSWERED: Final = STEPS[:-1]
"""Every step but the last, in which nothing is left to choose."""

FORM = "form"
"""Names the form in which a mandate is given: sent twice, it gives one."""


async def ask(request: web.Request) -> web.Response:
    """Ask for the first decision; nothing is chosen beforehand."""
    return await _step(request, Steps(terms_writer(request)), STEPS[0], {})


async def decide(request: web.Request) -> web.Response:
    """Take one decision and ask for the next; after the last, give the mandate."""
    pairs = await read_pairs(request)
    form = dict(reversed(pairs))
    steps = Steps(terms_writer(request))
    chosen = steps.read(pairs)
    at = next((step for step in STEPS if step == form.get("step")), STEPS[0])
    place = STEPS.index(at)
    if form.get("go") == BACK:
        return await _step(request, steps, STEPS[max(place - 1, 0)], chosen)
    ill = next((step for step in ANSWERED[: place + 1] if not steps.fits(step, chosen)), None)
    if ill is not None:
        return await _step(request, steps, ill, chosen, fault=True)
    if at is not Step.PREVIEW:
        return await _step(request, steps, STEPS[place + 1], chosen)
    name = _form_name(form.get(FORM, ""))
    if form.get("go") != GIVE or name is None:
        return await _step(request, steps, at, chosen)
    return await _give(request, chosen, name)


async def _give(request: web.Request, chosen: Chosen, name: UUID) -> web.Response:
    bank, principal = request.app[BANK], request[PRINCIPAL]
    ends = day_ends(terms_writer(request).zone, typed.day(chosen[Step.UNTIL][0], "until"))
    try:
        given = await bank.mandates.give(
            principal.resident, conditions_of(chosen), ends, principal.by, name
        )
    except MinorMandateError:
        return see_other(f"{address('mandates')}?minor=1")
    return see(given, "given")


async def _step(
    request: web.Request, steps: Steps, step: Step, chosen: Chosen, *, fault: bool = False
) -> web.Response:
    words = request.app[PAGES].words
    ticks = steps.ticks(step, chosen)
    target = step.value if step in TYPED else f"{step.value}-1"
    view = MandateNewPage(
        step=step,
        number=STEPS.index(step) + 1,
        carried=_carried(step, chosen),
        ticks=ticks,
        several=step in SEVERAL,
        typed=next(iter(chosen.get(step, ())), "") if step in TYPED else "",
        latest=steps.latest if step is Step.UNTIL else None,
        fault=Fault(target, words(f"mandates.fault_{step.value}")) if fault else None,
        **(await _preview(request, steps, chosen) if step is Step.PREVIEW else {}),
    )
    return await show(request, "mandate_new", view, status=422 if fault else 200)


async def _preview(request: web.Request, steps: Steps, chosen: Chosen) -> dict[str, Any]:
    """Return what the conditions would let in today, and the name of the form that gives them."""
    conditions = conditions_of(chosen)
    reach = request.app[BANK].mandates.reach
    writer = MandateWriter(steps.writer)
    until = typed.day(chosen[Step.UNTIL][0], "until")
    return {
        "words": writer.conditions(conditions, until),
        "covers": writer.covers(await reach.preview(request[PRINCIPAL].resident, conditions)),
        "then": steps.writer.phrases.text(f"consequence.{Consequence.MANDATE_GIVE}"),
        "form": request[REQUEST_ID],
    }


def conditions_of(chosen: Chosen) -> Conditions:
    """Return the conditions of answers that fit."""
    return Conditions(
        group=chosen[Step.GROUP][0],
        classes=frozenset(chosen[Step.CLASSES]),
        categories=frozenset(chosen[Step.CATEGORIES]),
        mode=OutputMode(chosen[Step.MODE][0]),
        least_points=points_in(next(iter(chosen[Step.POINTS]), "")),
    )


def _carried(step: Step, chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """Return everything chosen in other steps, as fields of the form."""
    return tuple(
        (each.value, value) for each, values in chosen.items() if each != step for value in values
    )


def _form_name(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
