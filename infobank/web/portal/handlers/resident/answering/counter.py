"""Offer less than is asked for; the provider may take it without asking again."""

from dataclasses import replace

from aiohttp import web

from infobank.consent.errors import EmptyConsentError
from infobank.consent.terms import Terms
from infobank.errors import InvalidInputError, NotFoundError
from infobank.web.access import demand_fresh_for
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.handlers.resident.answering.asked import Asked, asked_in, gone
from infobank.web.portal.views.resident.narrowing import Fault
from infobank.web.portal.views.resident.requests import CounterPage
from infobank.web.portal.wording.consents.asked import (
    AskedWriter,
    Choices,
    explicit_in,
    explicit_name,
    explicit_names,
    read_choices,
)
from infobank.web.portal.wording.consents.narrower import NarrowingWriter
from infobank.web.portal.wording.consents.narrowing import Form, NarrowingReader, field_name
from infobank.web.state import BANK, PRINCIPAL


async def ask(request: web.Request) -> web.Response:
    """Show everything that can be made narrower of what is asked for."""
    asked = await asked_in(request)
    return await gone(request) if asked is None else await _form(request, asked, {})


async def offer(request: web.Request) -> web.Response:
    """Keep the offer, and send the browser back to the provider meanwhile."""
    asked = await asked_in(request)
    if asked is None:
        return await gone(request)
    form, words = await read_fields(request), request.app[PAGES].words
    wanted, faults = NarrowingReader(terms_writer(request), words, asked.terms, form).wanted()
    choices = _choices(request, asked, form)
    if wanted is None:
        return await _form(request, asked, form, faults)
    missing = [each for each in _special(request, wanted) if each not in choices]
    if missing:
        faults = tuple(Fault(f"{name}-yes", words("request.choose_one")) for name in missing)
        return await _form(request, asked, form, faults)
    return await _offer(request, asked, form, wanted, choices)


async def _offer(
    request: web.Request, asked: Asked, form: Form, wanted: Terms, choices: Choices
) -> web.Response:
    principal = request[PRINCIPAL]
    items = tuple(item for item in wanted.items if choices.get(explicit_name(item.category), True))
    explicit = explicit_in(items, choices)
    demand_fresh_for(request, explicit)
    try:
        redirect = await request.app[BANK].counter(
            principal.resident,
            asked.waiting.request_id,
            lambda now: replace(
                wanted, items=items, explicit=frozenset(), valid_from=now.valid_from
            ),
            explicit,
            principal.by,
        )
    except NotFoundError:
        return await gone(request)
    except (EmptyConsentError, InvalidInputError) as error:
        key = "nothing" if isinstance(error, EmptyConsentError) else "same"
        first = field_name(0, asked.terms.items[0].fields[0])
        fault = Fault(first, request.app[PAGES].words(f"narrower.{key}"))
        return await _form(request, asked, form, (fault,))
    return see_other(redirect)


async def _form(
    request: web.Request, asked: Asked, form: Form, faults: tuple[Fault, ...] = ()
) -> web.Response:
    writer, words = terms_writer(request), request.app[PAGES].words
    complain = any(fault.name.startswith(explicit_name("")) for fault in faults)
    view = CounterPage(
        request=str(asked.waiting.request_id),
        terms=writer.terms(asked.terms, asked.provider),
        form=NarrowingWriter(writer, words, asked.terms, form, faults).write(),
        explicit=AskedWriter(writer, _choices(request, asked, form), complain).explicit(
            asked.terms.items
        ),
    )
    return await show(request, "request_counter", view, status=422 if faults else 200)


def _choices(request: web.Request, asked: Asked, form: Form) -> Choices:
    names = explicit_names(asked.terms.items, request.app[BANK].policies)
    return read_choices(form, list(names.values()))


def _special(request: web.Request, wanted: Terms) -> list[str]:
    """Return the names of what needs a yes by itself among the items that are offered."""
    return list(explicit_names(wanted.items, request.app[BANK].policies).values())
