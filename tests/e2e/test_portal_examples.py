"""An example of every page there is, awkward ones too, in a real browser.

The examples are those of `tests/unit/portal`, which has one of each page.  What a form alone
leads to is looked at in every language; of the others, which `test_portal_pages.py` finds by
their links, each in one language, turn by turn.
"""

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from crawling import AFTER_A_FORM
from playwright.sync_api import Browser
from running_bank import Loop, address, listen
from scene import Place
from soundness import faults_of

from infobank.vocabulary.text.language import Language
from infobank.web.observing import HEADERS
from infobank.web.portal.assets import FOLDER
from infobank.web.portal.rendering import load_pages

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "portal"))
from browser import launched
from portal_examples.pages import examples, reader_of

EXAMPLES = examples()


def site() -> web.Application:
    """Return an application that answers with the examples, as the bank would."""
    pages = load_pages("Asia/Tokyo")

    async def show(request: web.Request) -> web.Response:
        example = EXAMPLES[int(request.match_info["number"])]
        language = Language(request.query["lang"])
        reader = replace(reader_of(example, language), furigana=language is Language.EASY)
        html = pages.render(example.page, example.view, reader)
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    application = web.Application()
    application.router.add_static("/static/", FOLDER)
    application.router.add_get("/{number}", show)
    return application


@pytest.fixture(scope="module")
def shown() -> Iterator[str]:
    """Return where the examples are shown."""
    listening = listen()
    with closing(Loop()) as loop, loop.serving(site(), listening):
        yield address(listening)


@pytest.fixture(scope="module")
def window(shown: str) -> Iterator[Browser]:
    """Return a browser that comes after the examples and goes before them."""
    del shown
    with launched() as browser:
        yield browser


@pytest.mark.timeout(1800)  # a hundred examples
@pytest.mark.parametrize("turn", Language)
def test_every_example_is_sound(window: Browser, shown: str, turn: Language):
    languages = tuple(Language)
    places = [
        Place(example.label, "", f"/{number}")
        for number, example in enumerate(EXAMPLES)
        if example.page in AFTER_A_FORM or languages[number % len(languages)] is turn
    ]
    assert list(faults_of(window, shown, places, lambda _: None, (turn,))) == []
