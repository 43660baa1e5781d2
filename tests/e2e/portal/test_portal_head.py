"""The head of every page on a phone: one row, and everything in it one press away."""

from collections.abc import Iterator

import pytest
from browser import launched, visitor
from exhibition import EXAMPLES, exhibition
from playwright.sync_api import Browser, Locator, Page

from infobank.vocabulary.text.language import Language

ROW, TARGET = 64, 44
"""Pixels: the height of the row at most, and of all that is pressed at least."""

PAGES = ("home", "log", "provider_home", "steward_home", "front")
"""A page of each who reads."""

FOLDED = {".languages": "a", ".menu": "a, button"}
"""What folds away on a phone, and what in it is pressed."""


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


@pytest.mark.parametrize("language", Language)
def test_a_phone_shows_one_row_that_opens_by_keyboard(
    window: Browser, shown: str, language: Language
):
    with visitor(window, width=390, scripts=False) as page:
        for name in PAGES:
            page.goto(f"{shown}/{_number(name)}?lang={language}")
            assert _height(page.locator(".head-row")) <= ROW
            for fold, pressed in FOLDED.items():
                inside = page.locator(fold).locator(pressed)
                assert not any(each.is_visible() for each in inside.all())
                _open(page, page.locator(f"{fold} > summary"))
                heights = [_height(each) for each in inside.all()]
                assert heights
                assert min(heights) >= TARGET


def test_a_desk_shows_everything_at_once(window: Browser, shown: str):
    with visitor(window, scripts=False) as page:
        for name in PAGES:
            page.goto(f"{shown}/{_number(name)}?lang=ja")
            for fold, pressed in FOLDED.items():
                assert page.locator(f"{fold} > summary").is_hidden()
                assert all(each.is_visible() for each in page.locator(fold).locator(pressed).all())


def _number(name: str) -> int:
    return next(number for number, each in enumerate(EXAMPLES) if each.page == name)


def _open(page: Page, summary: Locator) -> None:
    """Come to a summary by the keyboard alone, see where one is, and open it."""
    assert _height(summary) >= TARGET
    for _ in range(9):
        page.keyboard.press("Tab")
        if summary.evaluate("found => found === document.activeElement"):
            break
    assert summary.evaluate("found => getComputedStyle(found).outlineStyle") == "solid"
    page.keyboard.press("Enter")


def _height(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["height"]
