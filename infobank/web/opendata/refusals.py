"""How the NGSI-LD interface refuses: ProblemDetails of the standard (clause 6.3.2)."""

import json
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from infobank.errors import InfobankError
from infobank.web.opendata.answering import SHARED
from infobank.web.opendata.errors import NgsiLdError
from infobank.web.problems import http_title, row_of
from infobank.web.state import REQUEST_ID

TYPES: Final = "https://uri.etsi.org/ngsi-ld/errors/"
NAMES: Mapping[int, str] = {
    400: "BadRequestData",
    404: "ResourceNotFound",
    405: "OperationNotSupported",
    406: "InvalidRequest",
    413: "BadRequestData",
    415: "InvalidRequest",
}
"""The standard's name for what other parts of the bank, or HTTP itself, refuse."""


def ngsi_ld_refusal(request: web.Request, error: InfobankError) -> web.Response:
    """Return an error in the form of ETSI GS CIM 009."""
    row = row_of(type(error))
    known = NAMES.get(row.status, NgsiLdError.name)
    name = error.name if isinstance(error, NgsiLdError) else known
    detail = {"detail": error.message} if row.public else {}
    return _answer(request, row.status, name, row.title.en, detail)


def http_ngsi_ld_refusal(request: web.Request, error: web.HTTPException) -> web.Response:
    """Return a refusal of the HTTP layer itself in the form of ETSI GS CIM 009."""
    name = NAMES.get(error.status, NgsiLdError.name)
    response = _answer(request, error.status, name, http_title(error.status).en, {})
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _answer(
    request: web.Request, status: int, name: str, title: str, more: Mapping[str, str]
) -> web.Response:
    document = {
        "type": f"{TYPES}{name}",
        "title": title,
        "status": status,
        **more,
        "instance": f"urn:uuid:{request[REQUEST_ID]}",
    }
    headers = {**SHARED, "Cache-Control": "no-store"}
    if status == 503:  # noqa: PLR2004 - RFC 9110
        headers["Retry-After"] = "1"
    text = json.dumps(document)
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
