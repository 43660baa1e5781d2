"""A resident says whether she agrees for her household, and sees who acts for her."""

from aiohttp import web

from infobank.web.api.bodies import json_body
from infobank.web.api.people import documents
from infobank.web.api.schemas import read
from infobank.web.named import named
from infobank.web.state import BANK, PRINCIPAL


async def households(request: web.Request) -> web.Response:
    """List the households in which the resident is asked."""
    found = await request.app[BANK].households.of(request[PRINCIPAL].resident)
    values = [documents.membership_values(each) for each in found]
    return web.json_response(documents.MembershipsDocument().dump({"households": values}))


async def agree(request: web.Request) -> web.Response:
    """Agree that data of a household be used, or end that."""
    document = read(documents.AgreementDocument(), await json_body(request))
    principal = request[PRINCIPAL]
    membership = await request.app[BANK].households.agree(
        principal.resident, document["household"], principal.by, agrees=document["agrees"]
    )
    return web.json_response(
        documents.MembershipDocument().dump(documents.membership_values(membership))
    )


async def proxies(request: web.Request) -> web.Response:
    """List who acts or acted for the resident."""
    bank = request.app[BANK]
    found, now = await bank.proxies.acting_for(request[PRINCIPAL].resident), bank.clock.now()
    values = [documents.own_proxy_values(each, now) for each in found]
    return web.json_response(documents.OwnProxiesDocument().dump({"proxies": values}))


async def end_proxy(request: web.Request) -> web.Response:
    """End a proxy, on the word of whom it acts for."""
    bank, principal = request.app[BANK], request[PRINCIPAL]
    ended = await bank.proxies.end_own(principal.resident, named(request, "proxy"), principal.by)
    values = documents.own_proxy_values(ended, bank.clock.now())
    return web.json_response(documents.OwnProxyDocument().dump(values))
