"""The resource server: who asks with a token, how it is refused, how what it may have leaves."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar

import structlog
from aiohttp import web

from infobank.consent.decision import Decision
from infobank.errors import UnavailableError
from infobank.oauth.access import read_access_token
from infobank.oauth.errors import InsufficientScopeError, InvalidDpopProofError, OAuthError
from infobank.usecases.consent.disclose import Disclosure
from infobank.usecases.oauth.identify import Reader
from infobank.web.explaining import explained
from infobank.web.oauth.endpoints import checked_proof
from infobank.web.observing import route_of
from infobank.web.problems import problem, token_challenge
from infobank.web.state import BANK, REQUEST_ID

LOG = structlog.get_logger()


class UnprovenReadError(InvalidDpopProofError):
    """Refuse a read without a good proof: 401 here (RFC 9449 section 7.1), 400 at the broker."""

    status: ClassVar[int] = 401


async def identify(request: web.Request) -> Reader:
    """Return who reads, with a proof that is used up.

    Raises:
        OAuthError: the reader did not prove itself; answer with `challenged`.
    """
    bank, now = request.app[BANK], request.app[BANK].clock.now()
    token = read_access_token(request.headers.getall("Authorization", []))
    try:
        proof = checked_proof(request, now, access_token=token)
        return await bank.identify(token, proof, now)
    except InvalidDpopProofError as error:
        raise UnprovenReadError(error.message, detail=error.detail) from error


def challenged(request: web.Request, error: OAuthError) -> web.Response:
    """Answer a reader that did not prove itself, and tell the operator."""
    LOG.info(
        "refused",
        request_id=request[REQUEST_ID],
        route=route_of(request),
        code=error.code,
        error=error.detail,
    )
    response = problem(request, error)
    response.headers["WWW-Authenticate"] = token_challenge(request, error)
    return response


def refused(request: web.Request, decision: Decision) -> web.Response:
    """Answer a refusal with every reason: by name, and in the words of the reader's language."""
    reasons = ", ".join(decision.reasons)
    error = InsufficientScopeError(f"not covered by the consent: {reasons}")
    response = problem(request, error, {"reasons": explained(request, decision.reasons)})
    response.headers["WWW-Authenticate"] = token_challenge(request, error)
    response.headers["Vary"] = "Accept-Language"
    return response


async def release(
    request: web.Request, disclosure: Disclosure, document: Mapping[str, object]
) -> web.StreamResponse:
    """Send a document while its consent is held; a slow reader loses it instead."""
    response, transport = web.json_response(document), request.transport
    if transport is None:
        raise UnavailableError("the reader has gone")
    # INVARIANT: nothing waits in this process once it counts as sent: what did would leave
    # later, when the consent is held no more.
    transport.set_write_buffer_limits(high=0)
    left = disclosure.check_release()
    try:
        with disclosure.when_lost(transport.abort):
            async with asyncio.timeout(left):
                await response.prepare(request)
                await response.write_eof()
    except TimeoutError:
        transport.abort()
        raise UnavailableError("the answer was not taken in time") from None
    return response
