"""A resident's history, narrowed to what she looks for, and the proofs of what it says."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from infobank.usecases.accesslog.history import Event
from infobank.vocabulary.givenby import GivenBy
from infobank.web.api.log import entry_number, proof_file
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, page_number, show
from infobank.web.portal.handlers.resident.looking import Sought, What, read_sought
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.history import HistoryPage
from infobank.web.portal.views.shared import Paging
from infobank.web.portal.wording.events import EventWriter
from infobank.web.portal.wording.proofs import ProofWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def history(request: web.Request) -> web.Response:
    """Show what happened with the resident's data, newest first, all of it or what she seeks."""
    words, zone = request.app[PAGES].words, request.app[SURROUNDINGS].zone
    sought, form = read_sought(request.query, words, zone)
    if sought is None:
        view = await _page(request, [], form, narrowed=True)
        return await show(request, "history", view, status=422)
    if any(form.typed.values()):
        return await show(request, "history", await _found(request, sought, form))
    number = page_number(request)
    found = await request.app[BANK].history.page(request[PRINCIPAL].resident, number)
    paging = Paging(number, found.pages, found.placed)
    return await show(request, "history", await _page(request, found.events, form, paging=paging))


async def proof(request: web.Request) -> web.Response:
    """Show one entry with all of its fields, and what proves it."""
    index, file = await _proof(request)
    writer = ProofWriter(request.app[SURROUNDINGS].verifier_key, await event_writer(request))
    view = writer.page(file, address("proof_file", entry=index))
    return await show(request, "proof", view)


async def download(request: web.Request) -> web.Response:
    """Return the proof as a file that opens all of the entry's fields, to be checked offline."""
    index, file = await _proof(request)
    return proof_file(file, index)


async def event_writer(request: web.Request, owner: str = "you") -> EventWriter:
    """Return what puts events in words: to the resident they are about, unless `owner` differs."""
    bank, words = request.app[BANK], request.app[PAGES].words
    providers = await bank.register_provider.all()
    return EventWriter(
        words=words,
        phrases=bank.phrases,
        policies=bank.policies,
        providers={str(each.provider_id): each.name for each in providers},
        owner=words(f"actor.{owner}"),
    )


async def _found(request: web.Request, sought: Sought, form: FilledForm) -> HistoryPage:
    asked = request.query.get("before")
    before = None if asked is None else entry_number(asked)
    resident = request[PRINCIPAL].resident
    found = await request.app[BANK].history.find(resident, sought.wanted, before)
    older = "" if found.older is None else _address(form.typed, found.older)
    return await _page(request, found.events, form, narrowed=True, older=older)


async def _page(
    request: web.Request,
    events: list[Event],
    form: FilledForm,
    *,
    narrowed: bool = False,
    paging: Paging | None = None,
    older: str = "",
) -> HistoryPage:
    writer, words = await event_writer(request), request.app[PAGES].words
    persons = [Option(by.value, words(f"actor.{by}")) for by in (GivenBy.SELF, GivenBy.GUARDIAN)]
    providers = [Option(name, label) for name, label in writer.providers.items()]
    policies = request.app[BANK].policies
    return HistoryPage(
        lines=tuple(writer.line(event) for event in events),
        form=form,
        who=(*persons, *providers),
        what=tuple(Option(what.value, words(f"what.{what}")) for what in What),
        categories=tuple(Option(each.code, each.label) for each in policies.categories.values()),
        purposes=tuple(Option(each.code, each.label) for each in policies.purposes.values()),
        narrowed=narrowed,
        paging=paging,
        older=older,
    )


def _address(said: Mapping[str, str], before: int) -> str:
    chosen = {name: value for name, value in said.items() if value}
    return f"{address('history')}?{urlencode({**chosen, 'before': before})}"


async def _proof(request: web.Request) -> tuple[int, bytes]:
    """Return an entry of the resident's own history as a proof file.

    Raises:
        NotFoundError: there is no such entry, or it is about somebody else.
    """
    bank, index = request.app[BANK], entry_number(request.match_info["entry"])
    _, document = await bank.history.one(request[PRINCIPAL].resident, index)
    return index, await bank.prove.inclusion(index, document)
