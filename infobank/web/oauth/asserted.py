"""Let in a provider's program that shows its assertion where it has no form to put it in."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web

from infobank.oauth.authentication import ASSERTION_TYPE
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidClientError
from infobank.web.access import Handler
from infobank.web.problems import problem
from infobank.web.state import BANK

# token68 of RFC 9110 section 11.2; the scheme's name is case-insensitive.
_BEARER: Final = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)


def by_assertion(
    handler: Callable[[web.Request, Client], Awaitable[web.StreamResponse]],
) -> Handler:
    """Return a handler that is given the client which signed the request's bearer token.

    The token is the assertion of RFC 7523 that the OAuth endpoints take, good once.
    """

    async def checked(request: web.Request) -> web.StreamResponse:
        # INVARIANT: the time is taken after the body has come.  Were it taken before, a caller
        # who sends slowly would keep expired assertions alive.
        await request.read()
        try:
            client = await _client(request)
        except InvalidClientError as error:
            response = problem(request, error)
            response.headers[hdrs.WWW_AUTHENTICATE] = f'Bearer error="{error.code}"'
            return response
        return await handler(request, client)

    return checked


async def _client(request: web.Request) -> Client:
    headers = request.headers.getall(hdrs.AUTHORIZATION, [])
    found = _BEARER.fullmatch(headers[0]) if len(headers) == 1 else None
    if found is None:
        raise InvalidClientError("not exactly one Authorization header in the Bearer scheme")
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": found[1]}
    bank = request.app[BANK]
    return await bank.authenticate(form, [], bank.clock.now())
