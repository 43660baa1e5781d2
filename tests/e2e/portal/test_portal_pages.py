"""Every page in a real browser: every language, wide and narrow, light and dark.

The pages are found, not listed: one that nobody leads to fails the test.
"""

import pytest
from browser import WalkCoach, visitor
from crawling import AFTER_A_FORM, READERS, found
from playwright.sync_api import Browser, Page
from running_bank import BankServer
from scene import Place, enter, play, publish
from soundness import STRUCTURE, axe_faults, faults_of, layout_faults

from infobank.web.portal.pages import PAGES


@pytest.fixture(scope="module")
def places(chromium: Browser, bank_server: BankServer, walkcoach: WalkCoach) -> tuple[Place, ...]:
    """Play the scene once; return every page there is then."""
    publish(bank_server)
    return (
        *play(chromium, bank_server.url, walkcoach.url, bank_server.sequence),
        *(place for reader in READERS for place in found(chromium, bank_server.url, reader)),
    )


def test_every_page_there_is_can_be_reached(places: tuple[Place, ...]):
    assert set(PAGES) - {place.name for place in places} - AFTER_A_FORM == set()


@pytest.mark.timeout(1800)  # a hundred pages, each looked at in three languages
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader or "anybody")
def test_every_page_is_sound(
    chromium: Browser, bank_server: BankServer, places: tuple[Place, ...], reader: str
):
    mine = {(place.name, place.path): place for place in places if place.reader == reader}

    def come_in(page: Page) -> None:
        enter(page, bank_server.url, reader)

    found = faults_of(chromium, bank_server.url, mine.values(), come_in, judged=set())
    assert list(found) == []


def test_the_error_page_is_sound_too(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "en") as page:
        response = page.goto(f"{bank_server.url}/no-such-page?lang=en")
        assert response is not None
        assert response.status == 404
        assert [*layout_faults(page), *axe_faults(page)] == []


def test_the_checks_find_what_was_planted(chromium: Browser):
    with visitor(chromium, "en") as page:
        pale = "<p style='width: 500px; color: #eee; background: #fff'>pale words</p>"
        page.set_content(f"<main><h1>x</h1><input>{pale}</main>")
        assert [fault.split()[-1] for fault in layout_faults(page)] == ["320"]
        found = {fault.split()[0] for fault in axe_faults(page)}
        assert found >= {"label", "color-contrast", "html-has-lang"}


def test_a_page_is_judged_again_unless_its_words_alone_differ(chromium: Browser):
    with visitor(chromium, "en") as page:

        def structure(link: str) -> object:
            page.set_content(link)
            return page.evaluate(STRUCTURE)

        judged = structure("<a title='go' style='display: block; height: 40px'>words</a>")
        for link, alike in (
            ("<a title='行く' style='display: block; height: 40px'>別の言葉</a>", True),
            ("<a title='go' style='display: block; height: 40px'></a>", False),
            ("<a title='' style='display: block; height: 40px'>words</a>", False),
            ("<a title='go' style='display: block; height: 9px'>words</a>", False),
            ("<a title='go' style='display: block; height: 40px'><b>words</b></a>", False),
        ):
            assert (structure(link) == judged) is alike, link


def test_the_language_chosen_stays(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "ja") as page:
        page.goto(bank_server.url)
        page.get_by_role("link", name="English").click()
        page.goto(f"{bank_server.url}/about")
        assert page.locator("html").get_attribute("lang") == "en"


def test_withdrawing_takes_only_the_keyboard(
    chromium: Browser, bank_server: BankServer, places: tuple[Place, ...]
):
    withdraw = next(place for place in places if place.name == "withdraw")
    with visitor(chromium, "en") as page:
        enter(page, bank_server.url, withdraw.reader)
        page.goto(bank_server.url + withdraw.path)
        button = page.get_by_role("button", name="Withdraw and have it deleted")
        for _ in range(30):
            page.keyboard.press("Tab")
            if button.evaluate("found => found === document.activeElement"):
                break
        outline = button.evaluate("found => getComputedStyle(found).outlineStyle")
        assert outline == "solid"
