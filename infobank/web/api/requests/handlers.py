"""A resident answers requests that wait for her, and a provider follows its own."""

from typing import Final

from aiohttp import web

from infobank.db.consenting.requests import RequestState, WaitingRequest
from infobank.oauth.authorization_details import Element, render
from infobank.oauth.client import Client
from infobank.web.access import demand_fresh_for
from infobank.web.api.bodies import json_body
from infobank.web.api.requests import documents
from infobank.web.api.schemas import read
from infobank.web.api.terms.documents import ChangeDocument
from infobank.web.api.terms.wanted import item_in, narrower
from infobank.web.named import named
from infobank.web.oauth.asserted import by_assertion
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS

AGREE: Final = documents.AgreeDocument()
COUNTER: Final = documents.CounterDocument()


async def listing(request: web.Request) -> web.Response:
    """List the requests that wait for the resident, oldest first."""
    bank = request.app[BANK]
    found = await bank.authorize.waiting(request[PRINCIPAL].resident)
    now = bank.clock.now()
    shown = [
        {
            "request": str(each.request_id),
            "provider": str(each.provider),
            "provider_name": {"ja": provider.name.ja, "en": provider.name.en},
            "asked_at": each.pushed_at.isoformat(),
            "open_until": each.waits_until.isoformat(),
            "state": each.state(now).value,
            "authorization_details": render(each.access),
            "counter_offer": _counter_offer(each),
        }
        for each, provider in found
    ]
    return web.json_response({"requests": shown})


async def changes(request: web.Request) -> web.Response:
    """Tell what a request would change of the consent that it names."""
    found = await request.app[BANK].authorize.changes(
        request[PRINCIPAL].resident, named(request, "request")
    )
    shown = None if found is None else ChangeDocument().dump(found, many=True)
    return web.json_response({"changes": shown})


async def agree(request: web.Request) -> web.Response:
    """Give a consent to what the resident names of what is asked."""
    document = read(AGREE, await json_body(request))
    principal, items = request[PRINCIPAL], tuple(map(item_in, document["items"]))
    demand_fresh_for(request, (item.category for item in items))
    redirect = await request.app[BANK].authorize.agree(
        principal.resident,
        named(request, "request"),
        items,
        principal.by,
        frozenset(document["explicit"]),
    )
    return web.json_response({"redirect": redirect})


async def counter(request: web.Request) -> web.Response:
    """Answer with a counter-offer; the provider may accept it without asking again."""
    document = read(COUNTER, await json_body(request))
    principal, zone = request[PRINCIPAL], request.app[SURROUNDINGS].zone
    demand_fresh_for(request, document["explicit"])
    redirect = await request.app[BANK].counter(
        principal.resident,
        named(request, "request"),
        lambda asked: narrower(asked, document, zone),
        frozenset(document["explicit"]),
        principal.by,
    )
    return web.json_response({"redirect": redirect})


async def refuse(request: web.Request) -> web.Response:
    """Refuse a request, and take back any offer made to it."""
    principal = request[PRINCIPAL]
    redirect = await request.app[BANK].authorize.refuse(
        principal.resident, named(request, "request"), principal.by
    )
    return web.json_response({"redirect": redirect})


@by_assertion
async def follow(request: web.Request, client: Client) -> web.Response:
    """Tell a provider how its request stands."""
    bank = request.app[BANK]
    found = await bank.follow(client, named(request, "request"))
    state = found.state(bank.clock.now())
    # Once it is answered nobody tells what was offered on the way: yes and no look alike.
    offered = _counter_offer(found) if state is RequestState.COUNTER_OFFERED else None
    return web.json_response(
        {
            "request_id": str(found.request_id),
            "state": state.value,
            "open_until": found.waits_until.isoformat(),
            "counter_offer": offered,
            "grant_id": str(found.given) if found.given else None,
        }
    )


@by_assertion
async def withdraw(request: web.Request, client: Client) -> web.Response:
    """Take a request back."""
    await request.app[BANK].follow.withdraw(client, named(request, "request"))
    return web.Response(status=204)


def _counter_offer(found: WaitingRequest) -> list[Element] | None:
    return render(found.counter_offer.access) if found.counter_offer else None
