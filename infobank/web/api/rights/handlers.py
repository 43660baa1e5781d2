"""A resident, or her guardian, asks at the rights desk; the steward decides corrections."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from aiohttp import web

from infobank.accounts.errors import UnknownRightsRequestError
from infobank.accounts.rights import Refusal, RightsRequest
from infobank.clock import day_in
from infobank.errors import InvalidInputError
from infobank.usecases.rights.correct import Correction
from infobank.usecases.rights.sealing import Told
from infobank.vocabulary.identifiers import ProviderId
from infobank.web.api.bodies import json_body
from infobank.web.api.rights.documents import (
    ClosedDocument,
    ClosureDocument,
    CorrectionDocument,
    DecisionDocument,
    ObjectionDocument,
    RestrictionDocument,
    RightsRequestDocument,
    RightsRequestsDocument,
    WaitingCorrectionsDocument,
    request_values,
)
from infobank.web.api.schemas import read
from infobank.web.api.values import kept
from infobank.web.named import named
from infobank.web.state import BANK, PRINCIPAL, SURROUNDINGS


async def listing(request: web.Request) -> web.Response:
    """List the resident's requests, newest first, each with its deadline."""
    rights = request.app[BANK].rights
    found = await rights.desk.all(request[PRINCIPAL].resident)
    told, today = await rights.correct.told(found), today_of(request)
    values = [request_values(each, told.get(each.request_id), today) for each in found]
    return web.json_response(RightsRequestsDocument().dump({"requests": values}))


async def ask_export(request: web.Request) -> web.Response:
    """Ask for a copy of everything; it can be fetched at once."""
    principal = request[PRINCIPAL]
    made = await request.app[BANK].rights.export.ask(principal.resident, principal.by)
    return _made(request, made)


async def fetch_export(request: web.Request) -> web.StreamResponse:
    """Send the copy, made as it leaves."""
    principal, name = request[PRINCIPAL], request_in(request)
    parts = await request.app[BANK].rights.export.fetch(principal.resident, principal.by, name)
    return await send_archive(request, parts, name)


async def correct(request: web.Request) -> web.Response:
    """Ask for the correction of one value."""
    bank, principal = request.app[BANK], request[PRINCIPAL]
    document = read(CorrectionDocument(), await json_body(request))
    field = bank.policies.category(document["category"]).field(document["field"])
    hour, minute = document["time"].split(":")
    told = Told(
        document["category"],
        document["field"],
        document["observed"],
        60 * int(hour) + int(minute),
        document["note"],
    )
    wanted = Correction(told, kept(field, document["value"]))
    made = await bank.rights.correct.ask(principal.resident, principal.by, wanted)
    return _made(request, made, told)


async def restrict(request: web.Request) -> web.Response:
    """Freeze the use of a category; when this answers, nothing more of it is released."""
    principal = request[PRINCIPAL]
    document = read(RestrictionDocument(), await json_body(request))
    made = await request.app[BANK].rights.stop.restrict(
        principal.resident, principal.by, document["category"]
    )
    return _made(request, made)


async def object_to(request: web.Request) -> web.Response:
    """End every consent to a recipient's purpose, and refuse new ones."""
    principal = request[PRINCIPAL]
    document = read(ObjectionDocument(), await json_body(request))
    made = await request.app[BANK].rights.stop.object_to(
        principal.resident, principal.by, ProviderId(document["provider"]), document["purpose"]
    )
    return _made(request, made)


async def lift(request: web.Request) -> web.Response:
    """End a restriction or an objection."""
    principal = request[PRINCIPAL]
    lifted = await request.app[BANK].rights.stop.lift(
        principal.resident, principal.by, request_in(request)
    )
    values = request_values(lifted, None, today_of(request))
    return web.json_response(RightsRequestDocument().dump(values))


async def close(request: web.Request) -> web.Response:
    """Close the account; nobody signs in to it afterwards."""
    principal = request[PRINCIPAL]
    document = read(ClosureDocument(), await json_body(request))
    signed = await request.app[BANK].rights.close(
        principal.resident, principal.by, sure=document["sure"]
    )
    values = {"receipt": signed.document.decode(), "signature": signed.signature.hex()}
    return web.json_response(ClosedDocument().dump(values))


async def waiting(request: web.Request) -> web.Response:
    """List the corrections that wait for the steward; no value is shown."""
    found = await request.app[BANK].rights.correct.waiting()
    today = today_of(request)
    values = [{**request_values(each, told, today), "note": told.note} for each, told in found]
    return web.json_response(WaitingCorrectionsDocument().dump({"requests": values}))


async def decide(request: web.Request) -> web.Response:
    """Carry a correction out, or refuse it for a stated reason."""
    correct = request.app[BANK].rights.correct
    document, name = read(DecisionDocument(), await json_body(request)), request_in(request)
    if document["accept"] is (document["reason"] is not None):
        raise InvalidInputError("a refusal needs a reason, and nothing else does", field="reason")
    if document["accept"]:
        decided = await correct.accept(name)
    else:
        decided = await correct.refuse(name, Refusal(document["reason"]))
    values = request_values(decided, None, today_of(request))
    return web.json_response(RightsRequestDocument().dump(values))


async def send_archive(
    request: web.Request, parts: AsyncIterator[bytes], name: UUID
) -> web.StreamResponse:
    """Send an archive as it is made; one that breaks off has no end and does not open."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="infobank-{name}.zip"',
            "Cache-Control": "no-store",
        }
    )
    first = await anext(parts)  # what fails before anything leaves is told as an error
    await response.prepare(request)
    await response.write(first)
    async for part in parts:
        await response.write(part)
    await response.write_eof()
    return response


def request_in(request: web.Request) -> UUID:
    """Return the request that an address names.

    Raises:
        UnknownRightsRequestError: the address holds no identifier.
    """
    return named(request, "request", UnknownRightsRequestError)


def today_of(request: web.Request) -> date:
    """Return the day it is where the bank stands."""
    return day_in(request.app[SURROUNDINGS].zone, request.app[BANK].clock.now())


def _made(request: web.Request, made: RightsRequest, told: Told | None = None) -> web.Response:
    values = request_values(made, told, today_of(request))
    return web.json_response(RightsRequestDocument().dump(values), status=201)
