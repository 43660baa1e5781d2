"""One request: read it, choose, confirm where it matters, and answer."""

from dataclasses import replace

from aiohttp import web

from infobank.clock import day_in
from infobank.consent.difference import Change, difference
from infobank.consent.errors import UnknownConsentError
from infobank.consent.explanation import Consequence
from infobank.consent.terms import Terms
from infobank.errors import InvalidInputError, NotFoundError
from infobank.web.access import demand_fresh_for
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import see_other, show, terms_writer
from infobank.web.portal.handlers.resident.answering.asked import Asked, asked_in, gone
from infobank.web.portal.views.resident.requests import ConfirmPage, RequestFault, RequestPage
from infobank.web.portal.wording.consents.asked import (
    AskedWriter,
    Choices,
    choice_fields,
    chosen_items,
    explicit_in,
    names_in,
    read_choices,
)
from infobank.web.portal.wording.consents.changes import ChangeWriter
from infobank.web.state import BANK, PRINCIPAL

AGREE, LATER, REFUSE = "agree", "later", "refuse"
REVIEW = "review"
"""Back from the preview or the confirmation, with everything that was chosen."""


async def ask(request: web.Request) -> web.Response:
    """Show who asks for what, why and until when; nothing is chosen beforehand."""
    asked = await asked_in(request)
    return await gone(request) if asked is None else await _form(request, asked, {}, None)


async def answer(request: web.Request) -> web.Response:
    """Take the answer, and send the browser back to the provider with it."""
    asked = await asked_in(request)
    if asked is None:
        return await gone(request)
    form = await read_fields(request)
    decision = form.get("decision")
    names = names_in(asked.terms.items, request.app[BANK].policies)
    choices = read_choices(form, names) if decision in {AGREE, REVIEW} else {}
    if decision == REVIEW:
        return await _form(request, asked, choices, None)
    if decision == AGREE:
        fault = _fault(asked.terms, names, choices)
        if fault is not None:
            return await _form(request, asked, choices, fault)
        confirm = (
            None if form.get("confirmed") == "yes" else await _confirm(request, asked, choices)
        )
        if confirm is not None:
            return await show(request, "request_confirm", confirm)
    try:
        return see_other(await _decide(request, asked, choices, decision))
    except NotFoundError:
        return await gone(request)  # answered in another window a moment ago


async def _decide(
    request: web.Request, asked: Asked, choices: Choices, decision: str | None
) -> str:
    authorize, by = request.app[BANK].authorize, request[PRINCIPAL].by
    resident, request_id = request[PRINCIPAL].resident, asked.waiting.request_id
    if decision == AGREE:
        items = chosen_items(asked.terms.items, choices)
        explicit = explicit_in(asked.terms.items, choices)
        demand_fresh_for(request, (item.category for item in items))
        return await authorize.agree(resident, request_id, items, by, explicit)
    if decision == REFUSE:
        return await authorize.refuse(resident, request_id, by)
    if decision == LATER:
        return await authorize.defer(resident, request_id)
    raise InvalidInputError("a request is answered with agree, later or refuse", field="decision")


async def _form(
    request: web.Request, asked: Asked, choices: Choices, fault: RequestFault | None
) -> web.Response:
    bank, writer = request.app[BANK], terms_writer(request)
    try:
        changes = await bank.authorize.changes(
            request[PRINCIPAL].resident, asked.waiting.request_id
        )
    except UnknownConsentError:
        return await gone(request)  # what it would change has ended
    complain = fault is RequestFault.CHOICE_MISSING
    wider = any(change.widens for change in changes or ())
    view = RequestPage(
        request=str(asked.waiting.request_id),
        terms=writer.terms(asked.terms, asked.provider),
        items=AskedWriter(writer, choices, complain).items(asked.terms.items),
        open_until=day_in(writer.zone, asked.waiting.waits_until),
        own_words=asked.waiting.access.purpose_text,
        fault=fault,
        changes=None if changes is None else ChangeWriter(writer).changes(changes),
        widening=writer.phrases.text(f"consequence.{Consequence.WIDEN}") if wider else None,
        offered=asked.waiting.counter_offer is not None,
    )
    return await show(request, "request", view, status=200 if fault is None else 422)


async def _confirm(request: web.Request, asked: Asked, choices: Choices) -> ConfirmPage | None:
    """Return what is to be confirmed: special care, or more than before; None where neither is."""
    writer, policies = terms_writer(request), request.app[BANK].policies
    items = chosen_items(asked.terms.items, choices)
    explicit = explicit_in(items, choices)
    wider = await _widening(request, asked, replace(asked.terms, items=items, explicit=explicit))
    if not explicit and not wider:
        return None
    return ConfirmPage(
        request=str(asked.waiting.request_id),
        recipient=writer.recipient(asked.provider),
        purpose=policies.purpose(asked.terms.purpose).label,
        shared=writer.items(items),
        special=tuple(policies.category(code).label for code in sorted(explicit)),
        choices=choice_fields(choices),
        changes=ChangeWriter(writer).changes(wider),
        widening=writer.phrases.text(f"consequence.{Consequence.WIDEN}") if wider else None,
    )


async def _widening(request: web.Request, asked: Asked, agreed: Terms) -> tuple[Change, ...]:
    """Return what would reach further than the consent that a request names."""
    consent = asked.waiting.access.consent
    if consent is None:
        return ()
    held, _ = await request.app[BANK].review.one(request[PRINCIPAL].resident, consent)
    changes = difference(held.terms, agreed)
    return tuple(change for change in changes if change.widens and change.term != "explicit")


def _fault(terms: Terms, names: list[str], choices: Choices) -> RequestFault | None:
    if len(choices) < len(names):
        return RequestFault.CHOICE_MISSING
    return None if chosen_items(terms.items, choices) else RequestFault.NOTHING_SHARED
