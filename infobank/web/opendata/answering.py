"""Answer with public bytes: conditional requests, caching, and readers on other sites."""

import base64
import hashlib
from collections.abc import Mapping

from aiohttp import web

FOR_EVER = "public, max-age=31536000, immutable"
"""For what never changes under its address."""

ASK_AGAIN = "public, no-cache"
"""For what may change: keep it, and ask whether it still is the same."""

SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, NGSILD-Results-Count, Repr-Digest",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Any site's pages may read open data; no cookie counts there (Fetch standard, CORS)."""


def answer(
    request: web.Request,
    body: bytes,
    media_type: str,
    cache: str,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """Return the bytes, or 304 to whoever has them (RFC 9110 section 13.1.2).

    The ETag is strong: the SHA-256 of the very bytes, which `Repr-Digest` repeats for
    programs that check what they received (RFC 9530).
    """
    digest = hashlib.sha256(body).digest()
    shared = {
        **SHARED,
        "Cache-Control": cache,
        "ETag": f'"{digest.hex()}"',
        **(headers or {}),
    }
    if _has(request, digest.hex()):
        return web.Response(status=304, headers=shared)
    shared["Content-Type"] = media_type
    shared["Repr-Digest"] = f"sha-256=:{base64.b64encode(digest).decode()}:"
    return web.Response(body=body, headers=shared)


def _has(request: web.Request, tag: str) -> bool:
    return any(etag.value in {"*", tag} for etag in request.if_none_match or ())
