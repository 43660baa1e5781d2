"""The access log over HTTP: C2SP tlog-tiles for anybody, shown fields for auditors."""

import base64

from aiohttp import web

from infobank.accesslog.errors import MalformedProofError
from infobank.accesslog.tiles import Coordinate, parse_path
from infobank.errors import NotFoundError
from infobank.web.api.bodies import query
from infobank.web.api.history import documents
from infobank.web.api.schemas import PageQuery, read
from infobank.web.state import BANK

FOR_EVER = "public, max-age=31536000, immutable"


async def checkpoint(request: web.Request) -> web.Response:
    """Return the newest signed checkpoint (C2SP tlog-checkpoint)."""
    newest = await request.app[BANK].prove.checkpoint()
    return web.Response(body=newest.note, content_type="text/plain", charset="utf-8")


async def tile(request: web.Request) -> web.Response:
    """Return a tile or a bundle of entries (C2SP tlog-tiles)."""
    coordinate = _coordinate(f"tile/{request.match_info['tile']}")
    body = await request.app[BANK].prove.tile(coordinate)
    return web.Response(
        body=body,
        content_type="application/octet-stream",
        headers={"Cache-Control": FOR_EVER},
    )


async def shown(request: web.Request) -> web.Response:
    """Return what auditors may see of a bundle's entries, one JSON document a line."""
    coordinate = _coordinate(f"tile/entries/{request.match_info['shown']}")
    body = await request.app[BANK].prove.shown(coordinate)
    return web.Response(body=body, content_type="application/jsonl")


async def inclusion(request: web.Request) -> web.Response:
    """Return the offline proof of one entry (C2SP tlog-proof)."""
    index = entry_number(request.match_info["index"])
    body = await request.app[BANK].prove.inclusion(index, document=b"")
    return proof_file(body, index)


async def consistency(request: web.Request) -> web.Response:
    """Return the proof that the log grew from an earlier size, one base64 hash a line."""
    hashes = await request.app[BANK].prove.consistency(entry_number(request.match_info["size"]))
    lines = "".join(base64.b64encode(each).decode() + "\n" for each in hashes)
    return web.Response(text=lines, content_type="text/plain")


async def entries(request: web.Request) -> web.Response:
    """List one page of the log's shown fields, newest first."""
    before = read(PageQuery(), query(request))["before"]
    return web.json_response(documents(request, await request.app[BANK].inspect(before)))


def proof_file(body: bytes, index: int) -> web.Response:
    """Return a proof as a file to keep."""
    name = f'attachment; filename="infobank-log-{index}.tlog-proof"'
    return web.Response(body=body, content_type="text/plain", headers={"Content-Disposition": name})


def _coordinate(path: str) -> Coordinate:
    try:
        return parse_path(path)
    except MalformedProofError:
        raise NotFoundError("the log has no such tile") from None


def entry_number(text: str) -> int:
    """Return the number that an address names.

    Raises:
        NotFoundError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - int64
        raise NotFoundError("the log has no such entry")
    return int(text)
