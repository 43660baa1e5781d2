"""Show the examples of `tests/unit/portal` to a browser, as the bank would answer."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from aiohttp import web
from running_bank import Loop, address, listen

from infobank.vocabulary.text.language import Language
from infobank.web.observing import HEADERS
from infobank.web.portal.assets import FOLDER
from infobank.web.portal.rendering import load_pages

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "portal"))
from portal_examples.pages import examples, reader_of

EXAMPLES = examples()
"""One of every page at least; the address of each is its number."""


@contextmanager
def exhibition() -> Iterator[str]:
    """Return where the examples are shown."""
    listening = listen()
    with closing(Loop()) as loop, loop.serving(_site(), listening):
        yield address(listening)


def _site() -> web.Application:
    pages = load_pages("Asia/Tokyo")

    async def show(request: web.Request) -> web.Response:
        example = EXAMPLES[int(request.match_info["number"])]
        language = Language(request.query["lang"])
        html = pages.render(example.page, example.view, reader_of(example, language))
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    application = web.Application()
    application.router.add_static("/static/", FOLDER)
    application.router.add_get("/{number}", show)
    return application
