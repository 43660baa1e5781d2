"""Read forms that people and programs send: one encoding, one kind, a bounded size."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from aiohttp import web

from infobank.errors import InvalidInputError

FORM = "application/x-www-form-urlencoded"

LONGEST = 256 * 1024
"""Bytes of the longest form a page sends: an answer to a request for 20 whole categories."""

MOST_FIELDS = 4096

_ENCODINGS = frozenset({"", "utf-8", "utf8"})


async def read_pairs(request: web.Request, longest: int = LONGEST) -> Sequence[tuple[str, str]]:
    """Return a form's fields as they came, repetitions kept.

    The caller's word for its encoding is not followed: some that Python knows are slow
    enough to stop a worker.

    Raises:
        HTTPUnsupportedMediaType: the body is no form, or not in UTF-8 by its own word.
        HTTPRequestEntityTooLarge: it is longer than `longest` bytes, however it was sent.
        InvalidInputError: it is not UTF-8, or has too many fields.
    """
    if request.content_type != FORM or (request.charset or "").lower() not in _ENCODINGS:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > longest:
        raise web.HTTPRequestEntityTooLarge(longest, request.content_length or 0)
    body = await request.read()
    if len(body) > longest:
        raise web.HTTPRequestEntityTooLarge(longest, len(body))
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InvalidInputError(f"a form is UTF-8 of at most {MOST_FIELDS} fields") from None


async def read_fields(request: web.Request) -> Mapping[str, str]:
    """Return a page's form by field; of a repeated field the first counts.

    Raises:
        HTTPUnsupportedMediaType: as `read_pairs`.
        HTTPRequestEntityTooLarge: as `read_pairs`.
        InvalidInputError: as `read_pairs`.
    """
    return dict(reversed(await read_pairs(request)))
