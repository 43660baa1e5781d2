"""A provider's request before the resident: open it, read it, answer it."""

from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from infobank.accounts.account import Role
from infobank.accounts.provider import Provider
from infobank.clock import day_in
from infobank.consent.terms import Terms
from infobank.db.consenting.requests import WaitingRequest as Waiting
from infobank.errors import InvalidInputError, NotFoundError
from infobank.oauth.authorize import read_reference
from infobank.vocabulary.rules.policies import Policies
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import ask_to_sign_in, see_other, show, terms_writer
from infobank.web.portal.views.resident.consents import (
    RequestFault,
    RequestPage,
    WaitingPage,
    WaitingRequest,
)
from infobank.web.portal.wording.terms import (
    Choices,
    chosen_items,
    explicit_in,
    explicit_names,
    field_name,
)
from infobank.web.principal import NotYoursError
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

ANSWERS = {"yes": True, "no": False}


class Asked(NamedTuple):
    """A request that waits: as it was kept, who asks, and what for."""

    waiting: Waiting
    provider: Provider
    terms: Terms


async def authorize(request: web.Request) -> web.Response:
    """Open a pushed request for whoever is signed in (RFC 9126 section 4)."""
    principal = request[PRINCIPAL]
    if principal.session is None:
        return ask_to_sign_in(request)
    if principal.role is not Role.RESIDENT:
        raise NotYoursError("only a resident can answer a provider's request")
    reference = read_reference(list(request.query.items()))
    bank = request.app[BANK].authorize
    opened = await bank.open(reference, principal.resident)
    away = await bank.turn_away(principal.resident, opened)
    away = away or await bank.accept(principal.resident, opened)
    away = away or await request.app[BANK].mandates.request(principal.resident, opened)
    return see_other(away or address("request", request=opened))


async def waiting(request: web.Request) -> web.Response:
    """List the requests that wait for an answer."""
    view = WaitingPage(await waiting_requests(request), answered="answered" in request.query)
    return await show(request, "waiting", view)


async def waiting_requests(request: web.Request) -> tuple[WaitingRequest, ...]:
    """Return the requests that wait for the signed-in resident, newest first."""
    bank, writer = request.app[BANK], terms_writer(request)
    found = await bank.authorize.waiting(request[PRINCIPAL].resident)
    return tuple(
        WaitingRequest(
            request=str(each.request_id),
            recipient=writer.recipient(provider),
            purpose=bank.policies.purpose(each.stored.request.access.purpose).label,
            asked_at=each.pushed_at,
            open_until=day_in(writer.zone, each.waits_until),
        )
        for each, provider in reversed(found)
    )


async def ask(request: web.Request) -> web.Response:
    """Show who asks for what, why and until when; nothing is chosen beforehand."""
    asked = await _asked(request)
    return _gone() if asked is None else await _form(request, asked, {}, None)


async def answer(request: web.Request) -> web.Response:
    """Take the answer, and send the browser back to the provider with it."""
    asked = await _asked(request)
    if asked is None:
        return _gone()
    form = await read_fields(request)
    if form.get("decision") == "agree":
        names = _names(asked.terms, request.app[BANK].policies)
        choices = {name: ANSWERS[str(form[name])] for name in names if form.get(name) in ANSWERS}
        fault = _fault(asked.terms, names, choices)
        if fault is not None:
            return await _form(request, asked, choices, fault)
    else:
        choices = {}
    try:
        return see_other(await _decide(request, asked, choices, form.get("decision")))
    except NotFoundError:
        return _gone()  # answered in another window a moment ago


async def _decide(request: web.Request, asked: Asked, choices: Choices, decision: object) -> str:
    authorize = request.app[BANK].authorize
    resident, request_id = request[PRINCIPAL].resident, asked.waiting.request_id
    if decision == "agree":
        items = chosen_items(asked.terms.items, choices)
        explicit = explicit_in(asked.terms.items, choices)
        return await authorize.agree(resident, request_id, items, request[PRINCIPAL].by, explicit)
    if decision == "refuse":
        return await authorize.refuse(resident, request_id, request[PRINCIPAL].by)
    if decision == "later":
        return await authorize.defer(resident, request_id)
    raise InvalidInputError("a request is answered with agree, later or refuse", field="decision")


async def _asked(request: web.Request) -> Asked | None:
    """Return the request of an address, or None when this resident has answered it.

    Raises:
        NotFoundError: it is nobody's, or somebody else's.
    """
    authorize, resident = request.app[BANK].authorize, request[PRINCIPAL].resident
    try:
        request_id = UUID(request.match_info["request"])
    except ValueError:
        raise NotFoundError("there is no such request") from None
    try:
        return Asked(*await authorize.one(resident, request_id))
    except NotFoundError:
        if await authorize.answered(resident, request_id):
            return None
        raise


def _gone() -> web.Response:
    return see_other(f"{address('waiting')}?{urlencode({'answered': 1})}")


async def _form(
    request: web.Request, asked: Asked, choices: Choices, fault: RequestFault | None
) -> web.Response:
    writer = terms_writer(request)
    complain = fault is RequestFault.CHOICE_MISSING
    view = RequestPage(
        request=str(asked.waiting.request_id),
        terms=writer.terms(asked.terms, asked.provider),
        items=writer.asked(asked.terms.items, choices, complain=complain),
        open_until=day_in(request.app[SURROUNDINGS].zone, asked.waiting.waits_until),
        own_words=asked.waiting.stored.request.access.purpose_text,
        fault=fault,
    )
    return await show(request, "request", view, status=200 if fault is None else 422)


def _names(terms: Terms, policies: Policies) -> list[str]:
    """Return the names of everything that needs an answer; nothing else in a form is read."""
    fields = [
        field_name(place, field) for place, item in enumerate(terms.items) for field in item.fields
    ]
    return [*explicit_names(terms.items, policies).values(), *fields]


def _fault(terms: Terms, names: list[str], choices: Choices) -> RequestFault | None:
    if len(choices) < len(names):
        return RequestFault.CHOICE_MISSING
    return None if chosen_items(terms.items, choices) else RequestFault.NOTHING_SHARED
