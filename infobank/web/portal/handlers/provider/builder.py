"""Build a request: the house's word on it, what a resident sees of it, and its JSON to push."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from aiohttp import web

from infobank.accounts.provider import Provider
from infobank.clock import day_in
from infobank.consent.terms import Terms
from infobank.errors import NotFoundError
from infobank.oauth.authorization_details import RequestedAccess, parse, render
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.oauth.pushed import WAITING_LIFE
from infobank.usecases.oauth.asked import asked_terms
from infobank.vocabulary.bounds import Onward
from infobank.vocabulary.category import Category
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.precision import NumberStep, PlaceStep, TimeStep
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.choices import language_of
from infobank.web.portal.handlers.pages import PAGES, reader_of, show, terms_writer
from infobank.web.portal.handlers.provider.own import own_provider
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.provider.builder import (
    BuilderCategory,
    BuilderPage,
    Complaint,
    SeenPage,
)
from infobank.web.portal.views.resident.requests import RequestPage
from infobank.web.portal.wording.building.complaints import ComplaintWriter, place_of
from infobank.web.portal.wording.building.drafts import Draft, details_of, read_draft
from infobank.web.portal.wording.consents.asked import AskedWriter
from infobank.web.portal.wording.providers import pretty
from infobank.web.state import BANK

SENT = "ask"
"""What the form's button adds: without it nobody is told that something is missing."""

Read = tuple[RequestedAccess | None, tuple[Complaint, ...], dict[str, Text]]


async def builder(request: web.Request) -> web.Response:
    """Show the form; once it is sent, the request, or what is wrong with it."""
    provider, draft = await own_provider(request), read_draft(list(request.query.items()))
    asked = SENT in request.query
    access, complaints, faults = _read(request, provider, draft) if asked else (None, (), {})
    view = _page(request, draft, faults, complaints, access, asked=asked)
    return await show(request, "provider_builder", view, status=422 if faults else 200)


async def preview(request: web.Request) -> web.Response:
    """Show the page that a resident would see, in the language that is asked for.

    Raises:
        NotFoundError: the address holds no whole request.
    """
    provider, draft = await own_provider(request), read_draft(list(request.query.items()))
    access, _, _ = _read(request, provider, draft)
    if access is None:
        raise NotFoundError("this address holds no request")
    wanted = request.query.get("seen", "")
    language = Language(wanted) if wanted in set(Language) else language_of(request)
    view = await _seen(request, provider, access)
    query = _query(draft)
    seen = replace(await reader_of(request), language=language, csrf="")
    page = SeenPage(
        body=request.app[PAGES].main("request", view, seen),
        language=language.value,
        back=f"{address('provider_builder')}?{query}&{SENT}=1",
        query=query,
    )
    return await show(request, "builder_preview", page)


def _read(request: web.Request, provider: Provider, draft: Draft) -> Read:
    """Return what a draft asks for, None where it cannot be asked; complaints; and faults."""
    bank, words = request.app[BANK], request.app[PAGES].words
    writer = terms_writer(request)
    rules = ComplaintWriter(provider, bank.phrases, writer)
    details = details_of(draft, tuple(bank.policies.categories.values()))
    faults = {name: words(f"builder.fault_{fault}") for name, fault in draft.faults.items()}
    complaints = rules.of_draft(draft)
    if faults or complaints:
        return None, complaints, faults | {each.field: each.words for each in complaints}
    try:
        access = parse(json.dumps(details), bank.policies, day_in(writer.zone, writer.now))
    except InvalidAuthorizationDetailsError as error:
        why = words("builder.fault_refused", why=error.message)
        return None, (), {place_of(error.message): why}
    return access, rules.of_terms(_terms(access, request)), {}


def _terms(access: RequestedAccess, request: web.Request) -> Terms:
    writer = terms_writer(request)
    return asked_terms(access, writer.now, writer.zone)


async def _seen(request: web.Request, provider: Provider, access: RequestedAccess) -> RequestPage:
    writer = terms_writer(request)
    terms = asked_terms(access, writer.now, writer.zone)
    return RequestPage(
        request=str(provider.provider_id),
        terms=writer.terms(terms, provider),
        items=AskedWriter(writer, {}).items(terms.items),
        open_until=day_in(writer.zone, writer.now + WAITING_LIFE),
        own_words=access.purpose_text,
    )


def _page(
    request: web.Request,
    draft: Draft,
    faults: dict[str, Text],
    complaints: Sequence[Complaint],
    access: RequestedAccess | None,
    *,
    asked: bool,
) -> BuilderPage:
    policies, say = request.app[BANK].policies, request.app[BANK].phrases.text
    now = request.app[BANK].clock.now()
    return BuilderPage(
        form=FilledForm(draft.typed, faults),
        purposes=tuple(
            Option(each.code, each.label)
            for each in policies.purposes.values()
            if not each.retired(now)
        ),
        modes=_options((mode.value, say(f"mode.{mode}")) for mode in OutputMode),
        categories=tuple(_category(each, draft) for each in policies.categories.values()),
        times=_options((step.value, say(f"time.{step}")) for step in TimeStep),
        places=_options((step.value, say(f"place.{step}")) for step in PlaceStep),
        numbers=_options((step.value, say(f"number.{step}")) for step in NumberStep),
        onwards=_options((each.value, say(f"onward.{each}")) for each in Onward),
        complaints=tuple(complaints),
        details=pretty(render(access)) if access else "",
        query=_query(draft) if access else "",
        asked=asked,
    )


def _category(category: Category, draft: Draft) -> BuilderCategory:
    return BuilderCategory(
        code=category.code,
        label=category.label,
        special_care=category.special_care,
        fields=_options((f"{category.code}.{each.name}", each.label) for each in category.fields),
        chosen=draft.ticked,
    )


def _query(draft: Draft) -> str:
    return urlencode([*draft.typed.items(), *(("fields", each) for each in sorted(draft.ticked))])


def _options(found: Iterable[tuple[str, Text]]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in found)
