"""Read what a program sent."""

import json
from collections.abc import Mapping

from aiohttp import web

from infobank.errors import InvalidInputError


async def json_body(request: web.Request) -> object:
    """Return a request's JSON document; numbers with a fraction come as their text.

    Raises:
        HTTPUnsupportedMediaType: the body is not declared as JSON.
        InvalidInputError: it is not JSON, or names a member twice.
    """
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        text = (await request.read()).decode()
        document: object = json.loads(
            text, parse_float=str, parse_constant=_refuse, object_pairs_hook=_single
        )
        if "\\u" in text:  # only an escape can bring half a surrogate pair: it is no text
            json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InvalidInputError("the body must be a JSON document in UTF-8") from None
    return document


def query(request: web.Request) -> dict[str, object]:
    """Return a request's query parameters.

    Raises:
        InvalidInputError: one comes twice.
    """
    found: dict[str, object] = dict(request.query)
    if len(found) != len(request.query):
        raise InvalidInputError("a parameter must not come twice")
    return found


def _refuse(_: str) -> None:
    raise ValueError("not a number of JSON")


def _single(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a member comes twice")
    return document
