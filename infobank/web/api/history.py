"""A resident reads what happened with her data."""

from collections.abc import Iterable

from aiohttp import web

from infobank.usecases.accesslog.history import Event
from infobank.web.api.bodies import query
from infobank.web.api.schemas import EventDocument, PageQuery, read
from infobank.web.state import BANK, PRINCIPAL


async def listing(request: web.Request) -> web.Response:
    """List one page of the resident's own entries, newest first."""
    before = read(PageQuery(), query(request))["before"]
    events = await request.app[BANK].history(request[PRINCIPAL].resident, before)
    return web.json_response(documents(events))


def documents(events: Iterable[Event]) -> dict[str, object]:
    """Return events as JSON writes them."""
    schema = EventDocument()
    return {
        "events": [
            schema.dump(
                {
                    "index": event.index,
                    "kind": event.kind.value,
                    "at": event.at,
                    "in_effect": event.in_effect,
                    "fields_": dict(event.fields),
                }
            )
            for event in events
        ]
    }
