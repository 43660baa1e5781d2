"""A resident's history, and the proofs of what it says."""

from aiohttp import web

from infobank.web.api.log import entry_number, proof_file
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, page_number, show
from infobank.web.portal.views.history import HistoryPage
from infobank.web.portal.views.shared import Paging
from infobank.web.portal.wording.events import EventWriter
from infobank.web.portal.wording.proofs import ProofWriter
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def history(request: web.Request) -> web.Response:
    """Show one page of all that happened with the resident's data, newest first."""
    number = page_number(request)
    found = await request.app[BANK].history.page(request[PRINCIPAL].resident, number)
    writer = await event_writer(request)
    lines = tuple(writer.line(event) for event in found.events)
    view = HistoryPage(lines, Paging(number, found.pages, found.placed))
    return await show(request, "history", view)


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
        policies=bank.policies,
        providers={str(each.provider_id): each.name for each in providers},
        owner=words(f"actor.{owner}"),
    )


async def _proof(request: web.Request) -> tuple[int, bytes]:
    """Return an entry of the resident's own history as a proof file.

    Raises:
        NotFoundError: there is no such entry, or it is about somebody else.
    """
    bank, index = request.app[BANK], entry_number(request.match_info["entry"])
    _, document = await bank.history.one(request[PRINCIPAL].resident, index)
    return index, await bank.prove.inclusion(index, document)
