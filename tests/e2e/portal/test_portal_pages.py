"""Every page in a real browser: every language, wide and narrow, light and dark.

The pages are found, not listed: one that nobody leads to fails the test.
"""

import pytest
from browser import WalkCoach, visitor
from crawling import AFTER_A_FORM, READERS, found
from playwright.sync_api import Browser, Page
from running_bank import BankServer
from scene import Place, enter, play, publish
from soundness import LOOKS, axe_faults, faults_of, layout_faults

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

    found = faults_of(chromium, bank_server.url, mine.values(), come_in)
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


def test_contrast_is_judged_once_for_each_look_and_whatever_changes_it_is_another(
    chromium: Browser,
):
    with visitor(chromium, "en") as page:

        def looks(second: str) -> int:
            page.set_content(f"<main><p>words</p>{second}</main>")
            return len(page.evaluate(LOOKS))

        assert looks("<p>other words</p>") == 1
        assert looks("<div><section><p>other words</p></section></div>") == 1
        for another in (
            "<p style='color: #eee'>words</p>",
            "<p style='font-size: 30px'>words</p>",
            "<p style='font-weight: bold'>words</p>",
            "<p style='text-shadow: 1px 1px #eee'>words</p>",
            "<p style='background: #eee'>words</p>",
            "<p style='background: url(x.png)'>words</p>",
            "<div style='background: #eee'><p>words</p></div>",
            "<div style='opacity: 0.2'><p>words</p></div>",
            "<div style='position: absolute; top: 0'>words</div>",
            "<input value='words'>",
        ):
            assert looks(another) == 2, another


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
