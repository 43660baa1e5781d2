"""An example of every page there is, awkward ones too, in a real browser.

What a form alone leads to is looked at in every language; of the others, which
`test_portal_pages.py` finds by their links, each in one language, turn by turn.
"""

from collections.abc import Iterator

import pytest
from browser import launched
from crawling import AFTER_A_FORM
from exhibition import EXAMPLES, exhibition
from playwright.sync_api import Browser
from scene import Place
from soundness import faults_of

from infobank.vocabulary.text.language import Language


@pytest.fixture(scope="module")
def shown() -> Iterator[str]:
    """Return where the examples are shown."""
    with exhibition() as where:
        yield where


@pytest.fixture(scope="module")
def window(shown: str) -> Iterator[Browser]:
    """Return a browser that comes after the examples and goes before them."""
    del shown
    with launched() as browser:
        yield browser


@pytest.mark.timeout(1800)  # two hundred examples
@pytest.mark.parametrize("turn", Language)
def test_every_example_is_sound(window: Browser, shown: str, turn: Language):
    languages = tuple(Language)
    places = [
        Place(example.label, "", f"/{number}")
        for number, example in enumerate(EXAMPLES)
        if example.page in AFTER_A_FORM or languages[number % len(languages)] is turn
    ]
    found = faults_of(window, shown, places, lambda _: None, (turn,))
    assert list(found) == []
