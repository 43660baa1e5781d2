"""Tell a page that stands open what changed meanwhile."""

from aiohttp import web

from infobank.web.portal.handlers.pages import PAGES, reader_of


async def presence(request: web.Request) -> web.Response:
    """Return when the session ends, and what waits in words, none of it personal."""
    reader = await reader_of(request)
    texts = request.app[PAGES].words.texts[reader.language]
    waiting = texts.count("request", reader.waiting, str(reader.waiting)) if reader.waiting else ""
    ends = reader.ends.isoformat() if reader.ends else None
    return web.json_response({"ends": ends, "waiting": waiting})
