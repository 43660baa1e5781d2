"""A provider reads records, with a DPoP-bound token, under a consent."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from aiohttp import web

from infobank.consent.question import DisclosureRequest, Recipient
from infobank.errors import InfobankError, InvalidInputError, UnavailableError
from infobank.oauth.access import read_access_token
from infobank.oauth.errors import InsufficientScopeError, InvalidDpopProofError, OAuthError
from infobank.usecases.consent.disclose import Disclosure, wanted_item
from infobank.usecases.oauth.identify import Reader
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.web.api.bodies import query as query_of
from infobank.web.api.schemas import RecordsQuery
from infobank.web.api.schemas import read as read_document
from infobank.web.api.values import plain_records
from infobank.web.oauth.endpoints import checked_proof
from infobank.web.observing import route_of
from infobank.web.problems import problem, token_challenge
from infobank.web.state import BANK, REQUEST_ID

LOG = structlog.get_logger()

QUERY = RecordsQuery()


class UnprovenReadError(InvalidDpopProofError):
    """Refuse a read without a good proof: 401 here (RFC 9449 section 7.1), 400 at the broker."""

    status: ClassVar[int] = 401


async def read(request: web.Request) -> web.StreamResponse:
    """Answer with the records that the consent permits, or with why it does not."""
    try:
        reader = await _identify(request)
    except OAuthError as error:
        return _challenged(request, error)
    wanted = _disclosure_request(reader, _query(request))
    async with request.app[BANK].disclose(wanted, reader.consent) as disclosure:
        if not disclosure.decision.permitted:
            return _refusal(request, disclosure)
        return await _release(request, disclosure)


async def _identify(request: web.Request) -> Reader:
    bank, now = request.app[BANK], request.app[BANK].clock.now()
    token = read_access_token(request.headers.getall("Authorization", []))
    try:
        proof = checked_proof(request, now, access_token=token)
        return await bank.identify(token, proof, now)
    except InvalidDpopProofError as error:
        raise UnprovenReadError(error.message, detail=error.detail) from error


def _challenged(request: web.Request, error: OAuthError) -> web.Response:
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


def _query(request: web.Request) -> Mapping[str, Any]:
    document = query_of(request)
    if "fields" in document:
        document["fields"] = str(document["fields"]).split(",")
    return read_document(QUERY, document)


def _disclosure_request(reader: Reader, query: Mapping[str, Any]) -> DisclosureRequest:
    if (query["from_"] is None) != (query["to"] is None):
        raise InvalidInputError("give both from and to, or neither", field="from")
    period = Period(query["from_"], query["to"]) if query["to"] else None
    item = wanted_item(reader.consent, query["category"], tuple(query["fields_"] or ()), period)
    provider, consent = reader.provider, reader.consent
    return DisclosureRequest(
        resident=reader.resident,
        recipient=Recipient(provider.provider_id, provider.active, provider.vetted_until),
        purpose=consent.terms.purpose if consent else "",
        item=item,
        # INVARIANT: what this address gives are records, whatever the consent says: a consent
        # to answers or statistics does not cover them.
        mode=OutputMode.RECORDS,
    )


def _refusal(request: web.Request, disclosure: Disclosure) -> web.Response:
    """Answer a refusal with every reason, by name."""
    reasons = ", ".join(disclosure.decision.reasons)
    error = InsufficientScopeError(f"not covered by the consent: {reasons}")
    response = problem(request, error)
    response.headers["WWW-Authenticate"] = token_challenge(request, error)
    return response


async def _release(request: web.Request, disclosure: Disclosure) -> web.StreamResponse:
    """Send the records while their consent is held; a slow reader loses them instead."""
    response, transport = web.json_response(_document(disclosure)), request.transport
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


def _document(disclosure: Disclosure) -> dict[str, object]:
    """Return the answer in the shape of `schemas.RecordsDocument`, without its cost per record."""
    category = disclosure.category
    if category is None:
        raise InfobankError("a permit for an unknown category")
    names = disclosure.item.fields
    fields = [category.field(name) for name in names]
    return {
        "request": str(disclosure.request_id),
        "subject": disclosure.subject,
        "grant_id": str(disclosure.decision.consent_id),
        "category": category.code,
        "fields": list(names),
        "obligations": {duty.name: duty.parameter for duty in disclosure.decision.obligations},
        "records": plain_records(fields, disclosure.columns),
    }
