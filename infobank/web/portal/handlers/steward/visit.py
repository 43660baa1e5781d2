"""A visit at the counter: read requests with the resident, take down her yes, end a consent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from aiohttp import web

from infobank.accounts.account import Account
from infobank.accounts.approval import Act
from infobank.accounts.counter import Visit
from infobank.clock import day_in
from infobank.consent.consent import ConsentState
from infobank.consent.ending.notice import Afterwards
from infobank.consent.explanation import Consequence
from infobank.errors import ConflictError, NotFoundError
from infobank.vocabulary.identifiers import ConsentId
from infobank.web.api.consents import consent_in
from infobank.web.forms import read_fields
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.choices import language_of
from infobank.web.portal.handlers.pages import see_other, show, terms_writer
from infobank.web.portal.views.resident.consents import ReceiptPage
from infobank.web.portal.views.steward.counter import (
    AskedBounds,
    AskedHere,
    AskedItem,
    CounterConsentPage,
    CounterRequestPage,
    HeldHere,
    VisitPage,
)
from infobank.web.portal.wording.consents.changes import ChangeWriter
from infobank.web.portal.wording.consents.receipts import ReceiptWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

DONE = frozenset({"asked", "asked_before", "withdrawn", "gone"})
ANSWERS = {"yes": True, "no": False}
ACTIVE = frozenset({ConsentState.LIVE, ConsentState.WAITING})

Answered = TypeVar("Answered", AskedItem, AskedBounds)


async def visit(request: web.Request) -> web.Response:
    """Show what waits for who stands at the counter, and what she agreed to: terms alone."""
    found = await _visit(request)
    done = request.query.get("done", "")
    view = VisitPage(
        visit=str(found.visit_id),
        ends_at=found.ends_at,
        requests=await _requests(request, found),
        consents=await _consents(request, found),
        done=done if done in DONE else "",
    )
    return await show(request, "counter_visit", view)


async def end(request: web.Request) -> web.Response:
    """End the visit."""
    await request.app[BANK].stewardship.counter.visits.end(named(request, "visit"), _by(request))
    return see_other(f"{address('counter')}?ended")


async def ask(request: web.Request) -> web.Response:
    """Show a request's terms, to be read with her and printed."""
    found = await _visit(request)
    try:
        view = await _asked(request, found)
    except NotFoundError:
        return _back(found, "gone")
    return await show(request, "counter_request", view)


async def take_down(request: web.Request) -> web.Response:
    """Take down her answers; another steward has to approve before anything is given."""
    found, form = await _visit(request), await read_fields(request)
    try:
        view = await _asked(request, found)
    except NotFoundError:
        return _back(found, "gone")
    view = _answered(view, form)
    if view.fault:
        return await show(request, "counter_request", view, status=422)
    places = [item.place for item in view.items if item.chosen]
    assist = request.app[BANK].stewardship.counter.assist
    try:
        await assist(found.visit_id, named(request, "request"), places, _by(request))
    except NotFoundError:
        return _back(found, "gone")
    except ConflictError:  # pressed twice, or answered in another window
        return _back(found, "asked_before")
    return _back(found, "asked")


async def consent(request: web.Request) -> web.Response:
    """Show one consent, and the choice before its end."""
    return await _consent(request, await _visit(request))


async def withdraw(request: web.Request) -> web.Response:
    """End it on her word; one that ended before stays ended."""
    found, form = await _visit(request), await read_fields(request)
    afterwards = form.get("afterwards", "")
    if afterwards not in set(Afterwards):
        return await _consent(request, found, missing=True)
    await request.app[BANK].stewardship.counter.withdraw.in_visit(
        found.visit_id, ConsentId(consent_in(request)), Afterwards(afterwards), _by(request)
    )
    return _back(found, "withdrawn")


async def receipt(request: web.Request) -> web.Response:
    """Show the receipt, to print and hand over."""
    found, bank = await _visit(request), request.app[BANK]
    issued = await bank.receipt.unsigned(found.resident, consent_in(request))
    zone, language = request.app[SURROUNDINGS].zone, language_of(request)
    page: ReceiptPage = ReceiptWriter(bank.policies, bank.phrases, language, zone).page(issued)
    return await show(request, "counter_receipt", page)


async def _visit(request: web.Request) -> Visit:
    visits = request.app[BANK].stewardship.counter.visits
    return await visits.one(named(request, "visit"), _by(request))


async def _requests(request: web.Request, found: Visit) -> tuple[AskedHere, ...]:
    bank, zone = request.app[BANK], request.app[SURROUNDINGS].zone
    taken = {
        each.document["request"]
        for each in await bank.stewardship.approvals.waiting()
        if each.act is Act.ASSISTED_CONSENT
    }
    return tuple(
        AskedHere(
            request=str(each.request_id),
            recipient=provider.name,
            purpose=bank.policies.purpose(each.access.purpose).label,
            open_until=day_in(zone, each.waits_until),
            taken=str(each.request_id) in taken,
            amends=each.access.consent is not None,
        )
        for each, provider in await bank.authorize.waiting(found.resident)
    )


async def _consents(request: web.Request, found: Visit) -> tuple[HeldHere, ...]:
    bank, writer = request.app[BANK], terms_writer(request)
    held = (
        HeldHere(
            consent=str(each.consent_id),
            recipient=provider.name,
            purpose=bank.policies.purpose(each.terms.purpose).label,
            state=each.state(writer.now),
            until=writer.last_day(each.terms.valid_until),
        )
        for each, provider in await bank.review.of_resident(found.resident)
    )
    return tuple(sorted(held, key=lambda each: each.state not in ACTIVE))


async def _asked(request: web.Request, found: Visit) -> CounterRequestPage:
    name: UUID = named(request, "request")
    writer, assist = terms_writer(request), request.app[BANK].stewardship.counter.assist
    heard = await assist.heard(found.resident, name)
    words = dict(enumerate(writer.items(heard.terms.items)))
    view = CounterRequestPage(
        visit=str(found.visit_id),
        request=str(name),
        terms=writer.terms(heard.terms, heard.provider),
        items=tuple(AskedItem(at, each) for at, each in words.items() if at not in heard.kept),
    )
    if heard.changes is None:
        return view
    wider = any(change.widens for change in heard.changes)
    return replace(
        view,
        changes=ChangeWriter(writer).changes(heard.changes),
        kept=tuple(words[place] for place in sorted(heard.kept)),
        bounds=AskedBounds() if heard.bounded_anew or not view.items else None,
        widening=writer.phrases.text(f"consequence.{Consequence.WIDEN}") if wider else None,
    )


def _answered(view: CounterRequestPage, form: Mapping[str, str]) -> CounterRequestPage:
    """Return the page with her answers, and what is wrong with them."""
    items = tuple(_said(each, form) for each in view.items)
    bounds = view.bounds and _said(view.bounds, form)
    asked = (*items, *((bounds,) if bounds else ()))
    if any(each.missing for each in asked):
        fault = "missing"
    elif (bounds and not bounds.chosen) or not (view.kept or any(each.chosen for each in items)):
        fault = "nothing"
    else:
        fault = ""
    return replace(view, items=items, bounds=bounds, fault=fault)


def _said(asked: Answered, form: Mapping[str, str]) -> Answered:
    answer = ANSWERS.get(form.get(asked.name, ""))
    return replace(asked, chosen=answer, missing=answer is None)


async def _consent(request: web.Request, found: Visit, *, missing: bool = False) -> web.Response:
    writer = terms_writer(request)
    held, provider = await request.app[BANK].review.one(found.resident, consent_in(request))
    view = CounterConsentPage(
        visit=str(found.visit_id),
        consent=str(held.consent_id),
        terms=writer.terms(held.terms, provider),
        items=writer.items(held.terms.items),
        active=held.state(writer.now) in ACTIVE,
        missing=missing,
    )
    return await show(request, "counter_consent", view, status=422 if missing else 200)


def _back(found: Visit, done: str) -> web.Response:
    return see_other(f"{address('counter_visit', visit=found.visit_id)}?done={done}")


def _by(request: web.Request) -> Account:
    return request[PRINCIPAL].signed_in.account
