"""A resident reads what happened with her data."""

from collections.abc import Iterable

from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.usecases.accesslog.history import Event
from infobank.web.api.bodies import query
from infobank.web.api.schemas import EventDocument, PageQuery, read
from infobank.web.explaining import explained
from infobank.web.state import BANK, PRINCIPAL

DECISIONS = frozenset({EntryKind.PERMIT, EntryKind.REFUSAL})


async def listing(request: web.Request) -> web.Response:
    """List one page of the resident's own entries, newest first."""
    before = read(PageQuery(), query(request))["before"]
    events = await request.app[BANK].history(request[PRINCIPAL].resident, before)
    return web.json_response(documents(request, events))


def documents(request: web.Request, events: Iterable[Event]) -> dict[str, object]:
    """Return events as JSON writes them, decisions with their reasons in the reader's words."""
    schema = EventDocument()
    return {"events": [schema.dump(event_values(request, event)) for event in events]}


def event_values(request: web.Request, event: Event) -> dict[str, object]:
    """Return an event for `EventDocument`."""
    document: dict[str, object] = {
        "index": event.index,
        "kind": event.kind.value,
        "at": event.at,
        "in_effect": event.in_effect,
        "fields_": dict(event.fields),
    }
    if event.kind in DECISIONS:
        named = [name for name in str(event.fields.get("reasons", "")).split(",") if name]
        document["reasons"] = explained(request, named)
    return document
