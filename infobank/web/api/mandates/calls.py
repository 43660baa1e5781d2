"""A provider's program calls on everybody whose mandate admits what it asks for."""

import json

from aiohttp import web

from infobank.db.consenting.calls import Call
from infobank.errors import InvalidInputError
from infobank.oauth.client import Client
from infobank.vocabulary.identifiers import CallId
from infobank.web.api.bodies import json_body
from infobank.web.api.mandates import documents
from infobank.web.named import named
from infobank.web.oauth.asserted import by_assertion
from infobank.web.state import BANK


@by_assertion
async def make(request: web.Request, client: Client) -> web.Response:
    """Take a call; who does not answer it at once is asked soon after."""
    document = await json_body(request)
    if not isinstance(document, dict) or document.keys() != {"authorization_details"}:
        raise InvalidInputError(
            "the document must hold authorization_details alone", field="authorization_details"
        )
    # Its parts are read as strictly as those of a pushed request, by the same rules.
    details = json.dumps(document["authorization_details"], ensure_ascii=False)
    call = await request.app[BANK].mandates.call(client, details)
    return web.json_response(
        documents.MadeCallDocument().dump(_told(call)),
        status=202,
        headers={"Location": f"/api/v1/calls/{call.call_id}"},
    )


@by_assertion
async def grants(request: web.Request, client: Client) -> web.Response:
    """Show a provider what a call of its own was given."""
    call_id = CallId(named(request, "call"))
    call, found = await request.app[BANK].mandates.call.grants(client, call_id)
    shown = [
        {
            "subject": each.subject,
            "grant_id": each.consent.consent_id,
            "valid_from": each.consent.terms.valid_from,
            "valid_until": each.consent.terms.valid_until,
        }
        for each in found
    ]
    return web.json_response(documents.GrantsDocument().dump(_told(call) | {"grants": shown}))


def _told(call: Call) -> dict[str, object]:
    return {"call": call.call_id, "ends_at": call.ends_at, "answered": call.answered_to is None}
