"""Choose the media type an answer has (RFC 9110 section 12.5.1)."""

from collections.abc import Sequence
from typing import Final

from aiohttp import hdrs, web

JSON: Final = "application/json"
LD_JSON: Final = "application/ld+json"

LONGEST_LIST: Final = 20
"""Media ranges that are read of an Accept header; nobody needs more."""


def preferred(request: web.Request, offered: Sequence[str]) -> str:
    """Return the offered media type that the caller likes best; the first one when all are equal.

    Raises:
        HTTPNotAcceptable: none of them is acceptable.
    """
    text = ",".join(request.headers.getall(hdrs.ACCEPT, ()))
    if not text.strip():
        return offered[0]
    ranges = [_range(part) for part in text.split(",")[:LONGEST_LIST]]
    best = max(offered, key=lambda kind: _liking(kind, ranges))
    if _liking(best, ranges) <= 0:
        raise web.HTTPNotAcceptable
    return best


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    weights = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0


def _liking(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight of the most specific range that fits, or 0."""
    for pattern in (kind, kind.split("/", 1)[0] + "/*", "*/*"):
        weights = [weight for name, weight in ranges if name == pattern]
        if weights:
            return max(weights)
    return 0.0
