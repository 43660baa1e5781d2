"""The examples of the portal's pages, rendered once."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from infobank.vocabulary.text.language import Language
from infobank.web.portal.reader import Reader
from infobank.web.portal.rendering import Pages, load_pages

sys.path.insert(0, str(Path(__file__).parent))
from portal_examples.pages import examples, reader_of


class Shown(NamedTuple):
    """One example in one language, as its reader gets it."""

    label: str
    page: str
    reader: Reader
    html: str


@pytest.fixture(scope="session")
def pages() -> Pages:
    """All pages, loaded once."""
    return load_pages("Asia/Tokyo")


@pytest.fixture(scope="session")
def shown(pages: Pages) -> tuple[Shown, ...]:
    """Every example in every language."""
    return tuple(
        Shown(
            f"{example.label} in {language}",
            example.page,
            reader := reader_of(example, language),
            pages.render(example.page, example.view, reader),
        )
        for example in examples()
        for language in Language
    )


@pytest.fixture(scope="session")
def render(shown: tuple[Shown, ...]) -> Callable[[str, Language], str]:
    """Show the example of a label in a language."""
    by_label = {found.label: found.html for found in shown}
    return lambda label, language: by_label[f"{label} in {language}"]
