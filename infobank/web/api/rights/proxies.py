"""A guardian's program says for whom it acts."""

from uuid import UUID

from aiohttp import web

from infobank.accounts.account import Role
from infobank.web.access import cookie_name
from infobank.web.api.bodies import json_body
from infobank.web.api.rights.documents import ActDocument, ProxiesDocument, proxy_values
from infobank.web.api.schemas import read
from infobank.web.principal import NotYoursError
from infobank.web.state import BANK, PRINCIPAL


async def listing(request: web.Request) -> web.Response:
    """List those for whom the signed-in person may act, and for whom it acts now."""
    session = request[PRINCIPAL].signed_in
    found = await request.app[BANK].proxies.of(session)
    values = [proxy_values(each, session.proxy) for each in found]
    return web.json_response(ProxiesDocument().dump({"proxies": values}))


async def act(request: web.Request) -> web.Response:
    """Act for somebody, or for oneself again, from now on in this session."""
    document = read(ActDocument(), await json_body(request))
    await choose(request, document["proxy"])
    return web.Response(status=204)


async def choose(request: web.Request, proxy_id: UUID | None) -> None:
    """Let the session of a request act for somebody.

    Raises:
        NotYoursError: whoever is signed in is not a resident.
        UnknownProxyError: the person may act for nobody by that name.
    """
    principal = request[PRINCIPAL]
    if principal.role is not Role.RESIDENT:
        raise NotYoursError("only residents act for others")
    secret = request.cookies[cookie_name(request)]
    await request.app[BANK].proxies.choose(secret, principal.signed_in, proxy_id)
