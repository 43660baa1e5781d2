"""A resident fetches what she keeps of a consent."""

import json
from typing import Final

from aiohttp import hdrs, web

from infobank.web.api.consents import consent_in
from infobank.web.opendata.media import JSON, LD_JSON, preferred
from infobank.web.portal.addresses import address
from infobank.web.state import BANK, PRINCIPAL

JOSE: Final = "application/jose"
HTML: Final = "text/html"

FORMS: Final = (JSON, JOSE, HTML)


async def receipt(request: web.Request) -> web.Response:
    """Answer with the signed receipt, its signed form alone, or the way to the page to print."""
    consent = consent_in(request)
    wanted = preferred(request, FORMS)
    if wanted == HTML:
        page = address("receipt", consent=consent)
        return web.Response(status=303, headers={hdrs.LOCATION: page, hdrs.VARY: hdrs.ACCEPT})
    if wanted == JSON:
        return await download(request)
    issued = await request.app[BANK].receipt(request[PRINCIPAL].resident, consent)
    return _file(issued.signed, JOSE, f"consent-{consent}.jws")


async def download(request: web.Request) -> web.Response:
    """Answer with the signed receipt as JSON, whatever a browser would rather have."""
    consent = consent_in(request)
    issued = await request.app[BANK].receipt(request[PRINCIPAL].resident, consent)
    document = {"receipt": issued.document, "signed": issued.signed}
    return _file(_readable(document), JSON, f"consent-{consent}.json")


async def odrl(request: web.Request) -> web.Response:
    """Answer with the consent as an agreement in ODRL."""
    agreement = await request.app[BANK].receipt.agreement(
        request[PRINCIPAL].resident, consent_in(request)
    )
    return web.Response(text=_readable(agreement), content_type=LD_JSON)


def _file(text: str, kind: str, name: str) -> web.Response:
    """Answer with what a browser keeps as a file."""
    headers = {
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"',
        hdrs.VARY: hdrs.ACCEPT,
    }
    return web.Response(text=text, content_type=kind, headers=headers)


def _readable(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
