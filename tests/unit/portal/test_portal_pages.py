"""Every page of the portal, in every language: complete, escaped, and free of style and script."""

import dataclasses
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from infobank.accounts.account import Role
from infobank.vocabulary.text.language import Language
from infobank.web.portal.addresses import ADDRESSES, address
from infobank.web.portal.assets import fingerprints
from infobank.web.portal.navigation import NAVIGATION, links
from infobank.web.portal.pages import PAGES
from infobank.web.portal.reader import Reader
from infobank.web.portal.rendering import FOLDER, Pages
from infobank.web.portal.views.everybody.public import AboutPage

VOID = {"meta", "link", "input", "br"}
LARGEST = 100_000
"""Bytes a page may have: it must arrive quickly on an old phone."""


class Outline(HTMLParser):
    """Collect what the tests ask about, and check that elements nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element opened last."""
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of some kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]


class Seen(NamedTuple):
    """One rendered example and its outline."""

    label: str
    page: str
    reader: Reader
    html: str
    outline: Outline


@pytest.fixture(scope="session")
def seen(shown: tuple[tuple[str, str, Reader, str], ...]) -> tuple[Seen, ...]:
    return tuple(Seen(*example, Outline(example[-1])) for example in shown)


def levels(outline: Outline) -> list[int]:
    return [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]


def referenced(outline: Outline) -> set[str]:
    """Return every id that some element refers to."""
    names = ("aria-labelledby", "aria-describedby", "for")
    words = {
        word
        for _, attributes in outline.elements
        for name in names
        for word in (attributes.get(name) or "").split()
    }
    targets = (attributes.get("href") or "" for attributes in outline.all("a"))
    return words | {target[1:] for target in targets if target.startswith("#")}


def test_every_page_has_an_example(seen: tuple[Seen, ...]):
    assert {one.page for one in seen} == set(PAGES)


def test_pages_speak_the_readers_language(seen: tuple[Seen, ...]):
    for one in seen:
        assert one.outline.all("html")[0]["lang"] == one.reader.language.value, one.label


def test_pages_have_no_script_and_no_style_inside_them(seen: tuple[Seen, ...]):
    for one in seen:
        assert one.outline.all("style", "img", "iframe", "object") == [], one.label
        scripts = one.outline.all("script")
        assert {script["type"] for script in scripts} == {"module"}, one.label
        assert all((script["src"] or "").startswith("/static/") for script in scripts), one.label
        assert re.findall(r"<script[^>]*>[^<]", one.html) == [], one.label
        names = {name for _, attributes in one.outline.elements for name in attributes}
        assert not {name for name in names if name == "style" or name.startswith("on")}, one.label


def test_pages_are_small(seen: tuple[Seen, ...]):
    assert [one.label for one in seen if len(one.html.encode()) >= LARGEST] == []


def test_headings_begin_with_one_first_and_skip_no_level(seen: tuple[Seen, ...]):
    for one in seen:
        found = levels(one.outline)
        assert found[0] == 1, one.label
        assert found.count(1) == 1, one.label
        assert all(after <= before + 1 for before, after in pairwise(found)), one.label


def test_ids_are_unique_and_every_reference_finds_one(seen: tuple[Seen, ...]):
    for one in seen:
        ids = [found["id"] for _, found in one.outline.elements if "id" in found]
        assert len(ids) == len(set(ids)), one.label
        assert referenced(one.outline) - set(ids) == set(), one.label


def test_table_headers_say_their_scope(seen: tuple[Seen, ...]):
    for one in seen:
        scopes = {header.get("scope") for header in one.outline.all("th")}
        assert scopes <= {"col", "row"}, one.label


def test_every_form_that_changes_something_posts_the_csrf_token(seen: tuple[Seen, ...]):
    for one in seen:
        forms = [form["method"] for form in one.outline.all("form")]
        tokens = [found for found in one.outline.all("input") if found.get("name") == "csrf"]
        assert set(forms) <= {"post", "get"}, one.label
        assert [token["value"] for token in tokens] == ["csrf-token"] * forms.count("post")


def test_other_languages_keep_the_page(seen: tuple[Seen, ...]):
    for one in seen:
        others = [found["href"] for found in one.outline.all("a") if "hreflang" in found]
        assert others == [one.reader.path_in(language) for language in Language], one.label


def test_sign_in_offers_every_person_of_every_role(seen: tuple[Seen, ...]):
    for one in seen:
        if one.page == "sign_in" and not one.label.startswith("sign_in_"):
            buttons = one.outline.all("button")
            handles = [found["value"] for found in buttons if found.get("name") == "handle"]
            assert handles == ["hanako", "taro", "walkcoach", "auditor", "steward"]


def test_every_template_is_some_page():
    from_folder = {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*.html")
        if path.parent.name != "parts"
    }
    assert {page.template for page in PAGES.values()} == from_folder


def test_a_page_refuses_the_view_of_another(pages: Pages):
    reader = Reader(Language.EN, None, "", demo=False, path="/")
    with pytest.raises(TypeError, match="page front shows a FrontPage"):
        pages.render("front", AboutPage(), reader)


def test_the_demo_band_is_shown_in_the_demo_only(pages: Pages):
    reader = Reader(Language.JA, None, "", demo=True, path="/about")
    outside = dataclasses.replace(reader, demo=False)
    assert "デモ・合成データ" in pages.render("about", AboutPage(), reader)
    assert "デモ・合成データ" not in pages.render("about", AboutPage(), outside)


def test_a_readers_token_is_not_in_its_repr():
    reader = Reader(Language.JA, None, "secret-token", demo=True, path="/")
    assert "secret-token" not in repr(reader)


def test_a_language_link_never_leaves_the_bank():
    reader = Reader(Language.JA, None, "", demo=True, path="//elsewhere.example/x?lang=ja&page=2")
    assert reader.path_in(Language.EN) == "/x?page=2&lang=en"


def test_addresses_quote_what_stands_in_them():
    assert address("category", code="a/b?c") == "/holdings/a%2Fb%3Fc"
    with pytest.raises(KeyError):
        address("category")


def test_every_navigation_entry_is_an_address():
    assert {name for names in NAVIGATION.values() for name in names} <= set(ADDRESSES)


@pytest.mark.parametrize(
    ("path", "current"),
    [("/log/key", ["log_key"]), ("/log/17", ["log"]), ("/logs", []), ("/log?page=2", ["log"])],
)
def test_the_closest_link_alone_is_current(path: str, current: list[str]):
    reader = Reader(Language.EN, Role.AUDITOR, "", demo=True, path=path)
    assert [link.name for link in links(reader) if link.current] == current


def test_a_static_files_address_changes_with_its_content(tmp_path: Path):
    (tmp_path / "a.css").write_text("one")
    before = fingerprints(tmp_path)["a.css"]
    (tmp_path / "a.css").write_text("two")
    assert before.startswith("/static/a.css?v=")
    assert fingerprints(tmp_path)["a.css"] != before
