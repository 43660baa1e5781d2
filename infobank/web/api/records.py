"""A provider reads records, with a DPoP-bound token, under a consent."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from infobank.consent.coarsen import bands
from infobank.consent.question import DisclosureRequest
from infobank.errors import InfobankError, InvalidInputError
from infobank.oauth.errors import OAuthError
from infobank.usecases.consent.disclose import Disclosure, Wish, wanted_item
from infobank.usecases.consent.grounds import recipient_of
from infobank.usecases.oauth.identify import Reader
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import NumberStep, PlaceStep, TimeStep
from infobank.vocabulary.rules.policies import Policies
from infobank.web.api.bodies import query as query_of
from infobank.web.api.schemas import RecordsQuery
from infobank.web.api.schemas import read as read_document
from infobank.web.api.values import plain_records
from infobank.web.oauth.resource import challenged, identify, refused, release
from infobank.web.state import BANK

QUERY = RecordsQuery()


async def read(request: web.Request) -> web.StreamResponse:
    """Answer with the records that the consent permits, or with why it does not."""
    try:
        reader = await identify(request)
    except OAuthError as error:
        return challenged(request, error)
    wished = wish_in(wished_by(request, QUERY))
    wanted = _disclosure_request(reader, wished, request.app[BANK].policies)
    async with request.app[BANK].disclose(wanted, reader.grounds) as disclosure:
        if not disclosure.decision.permitted:
            return refused(request, disclosure.decision)
        return await release(request, disclosure, _document(disclosure))


def wished_by(request: web.Request, schema: RecordsQuery) -> Mapping[str, Any]:
    """Return the parameters of a request that asks for fields, which commas part."""
    document = query_of(request)
    if "fields" in document:
        document["fields"] = str(document["fields"]).split(",")
    return read_document(schema, document)


def _disclosure_request(reader: Reader, wished: Wish, policies: Policies) -> DisclosureRequest:
    consent = reader.grounds.consent
    return DisclosureRequest(
        resident=reader.resident,
        recipient=recipient_of(reader.provider, policies),
        purpose=consent.terms.purpose if consent else "",
        item=wanted_item(consent, wished),
        # INVARIANT: what this address gives are records, whatever the consent says: a consent
        # to answers or statistics does not cover them.
        mode=OutputMode.RECORDS,
    )


def wish_in(query: Mapping[str, Any]) -> Wish:
    """Return what is asked for.

    Raises:
        InvalidInputError: the period has one end alone, or ends before it begins.
    """
    if (query["from_"] is None) != (query["to"] is None):
        raise InvalidInputError("give both from and to, or neither", field="from")
    return Wish(
        category=query["category"],
        fields=tuple(query["fields_"] or ()),
        period=Period(query["from_"], query["to"]) if query["to"] else None,
        time=TimeStep(query["time"]) if query["time"] else None,
        place=PlaceStep(query["place"]) if query["place"] else None,
        number=NumberStep(query["number"]) if query["number"] else None,
    )


def _document(disclosure: Disclosure) -> dict[str, object]:
    """Return the answer in the shape of `schemas.RecordsDocument`, without its cost per record."""
    category = disclosure.category
    if category is None:
        raise InfobankError("a permit for an unknown category")
    names, precision = disclosure.item.fields, disclosure.item.precision
    fields = [category.field(name) for name in names]
    return {
        "request": str(disclosure.request_id),
        "subject": disclosure.subject,
        "grant_id": str(disclosure.decision.consent_id),
        "category": category.code,
        "fields": list(names),
        "precision": precision.steps,
        "bands": bands(fields, precision),
        "obligations": {duty.name: duty.parameter for duty in disclosure.decision.obligations},
        "records": plain_records(fields, disclosure.columns),
    }
