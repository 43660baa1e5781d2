"""The files of a release, byte for byte as they were published and signed."""

import re

from aiohttp import web

from infobank.errors import NotFoundError
from infobank.publication.rendering.bundle import MANIFEST_NAME
from infobank.web.opendata.answering import FOR_EVER, SHARED, answer
from infobank.web.portal.addresses import address
from infobank.web.state import BANK

SIGNED_MANIFEST = f"{MANIFEST_NAME}.note"
"""The manifest inside a C2SP signed note: what the bank's key vouches for."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")

TEXT = "text/plain; charset=utf-8"


async def file(request: web.Request) -> web.Response:
    """Return one file of a release; the signed manifest is `manifest.json.note`."""
    release, name = _release(request), _name(request, "file")
    catalogue = request.app[BANK].catalogue
    if name == SIGNED_MANIFEST:
        return answer(request, await catalogue.signed_manifest(release), TEXT, FOR_EVER)
    found = await catalogue.file(release, name)
    return answer(request, found.body, _declared(found.media_type), FOR_EVER)


async def statistic_page(request: web.Request) -> web.Response:
    """Send readers of a statistic's address to its page in the portal."""
    code = _name(request, "statistic")
    if not await request.app[BANK].catalogue.releases(code):
        raise NotFoundError("no statistic with this name was published")
    return _see(code)


async def release_page(request: web.Request) -> web.Response:
    """Send readers of a release's address to the page of its statistic."""
    found = await request.app[BANK].catalogue.release(_release(request))
    return _see(found.statistic)


def _release(request: web.Request) -> str:
    """Return the release an address names, which must be one of its statistic's."""
    statistic, release = _name(request, "statistic"), _name(request, "release")
    if not release.startswith(f"{statistic}-"):
        raise NotFoundError("no release has this name")
    return release


def _name(request: web.Request, part: str) -> str:
    name = request.match_info[part]
    if not _NAME.fullmatch(name):
        raise NotFoundError(f"no {part} has this name")
    return name


def _declared(media_type: str) -> str:
    """Return a media type with what RFC 4180 wants said about our CSV: UTF-8, with a header."""
    return (
        f"{media_type}; charset=utf-8; header=present" if media_type == "text/csv" else media_type
    )


def _see(code: str) -> web.Response:
    """Answer 303: the page describes the thing, it is not the thing itself (RFC 9110 15.4.4)."""
    return web.Response(status=303, headers={**SHARED, "Location": address("dataset", code=code)})
