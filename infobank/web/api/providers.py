"""The steward registers service providers."""

import json

from aiohttp import web

from infobank.vocabulary.text.language import Text
from infobank.web.api.bodies import json_body
from infobank.web.api.schemas import ProviderDocument, RegisteredDocument, read
from infobank.web.state import BANK


async def register(request: web.Request) -> web.Response:
    """Register a provider, keys by value; its `client_id` is in the answer."""
    document = read(ProviderDocument(), await json_body(request))
    provider = await request.app[BANK].register_provider(
        Text(document["name_ja"], document["name_en"]),
        document["redirect_uris"],
        json.dumps(document["jwks"]),
        kind=document["kind"],
        country=document["country"],
    )
    registered = {"client_id": provider.provider_id, "vetted_until": provider.vetted_until}
    return web.json_response(RegisteredDocument().dump(registered), status=201)
