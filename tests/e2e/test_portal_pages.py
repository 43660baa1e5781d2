"""Every page in a real browser: both languages, wide and narrow, light and dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import WalkCoach, visitor
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from running_bank import BankServer
from scene import Place, enter, play, publish

LANGUAGES = ("ja", "en")
READERS = ("", "hanako", "walkcoach", "auditor", "steward")
WIDTHS = (1280, 390, 320)
LARGEST = 100_000
"""Bytes of a page: it must arrive quickly on an old phone."""

WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""

AXE = Axe()
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture(scope="module")
def places(chromium: Browser, bank_server: BankServer, walkcoach: WalkCoach) -> tuple[Place, ...]:
    """Play the scene once; return every page there is then."""
    publish(bank_server)
    return play(chromium, bank_server.url, walkcoach.url, bank_server.sequence)


class Visit:
    """One reader's window, and all that went wrong in it."""

    def __init__(self, page: Page, bank: str) -> None:
        self.page = page
        self.bank = bank
        self.errors: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(WATCH_POLICY)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def open(self, place: Place, language: str) -> Response:
        """Open a page in a language."""
        joint = "&" if "?" in place.path else "?"
        response = self.page.goto(f"{self.bank}{place.path}{joint}lang={language}")
        assert response is not None
        return response


def test_every_reader_of_the_scene_is_looked_at(places: tuple[Place, ...]):
    assert {place.reader for place in places} == set(READERS)


@pytest.mark.timeout(900)  # dozens of pages, each looked at four times
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader or "anybody")
def test_every_page_is_sound(
    chromium: Browser,
    bank_server: BankServer,
    places: tuple[Place, ...],
    reader: str,
    language: str,
):
    mine = [place for place in places if place.reader == reader]
    assert list(faults_of(chromium, bank_server.url, reader, mine, language)) == []


def faults_of(
    browser: Browser, bank: str, reader: str, places: list[Place], language: str
) -> Iterator[str]:
    """Yield what is wrong with the pages of one reader, each named by its page."""
    with visitor(browser, language) as page:
        enter(page, bank, reader)
        visit = Visit(page, bank)
        for place in places:
            response = visit.open(place, language)
            found = [*document_faults(response, page, language), *layout_faults(page)]
            found += [*axe_faults(page), *visit.errors, *page.evaluate("window.violations")]
            yield from (f"{place.name} in {language}: {fault}" for fault in found)
            visit.errors.clear()


def document_faults(response: Response, page: Page, language: str) -> Iterator[str]:
    """Yield what is wrong with the answer itself."""
    if response.status != 200:
        yield f"status {response.status}"
    if "default-src 'none'" not in (response.header_value("content-security-policy") or ""):
        yield "no strict policy"
    if len(response.body()) > LARGEST:
        yield f"{len(response.body())} bytes"
    if page.locator("html").get_attribute("lang") != language:
        yield "another language"
    if page.locator("h1").count() != 1:
        yield "not one heading of the first level"


def layout_faults(page: Page) -> Iterator[str]:
    """Yield the widths at which something sticks out of the page."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} pixels wide at {width}"


def axe_faults(page: Page) -> Iterator[str]:
    """Yield what axe-core finds, in light and dark, wide and narrow."""
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for violation in AXE.run(page, options=RULES).response["violations"]:
            targets = [node["target"] for node in violation["nodes"][:3]]
            yield f"{violation['id']} ({scheme}, {width}) at {targets}"
    page.emulate_media(color_scheme="light")


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
        assert [fault.split()[-1] for fault in layout_faults(page)] == ["390", "320"]
        found = {fault.split()[0] for fault in axe_faults(page)}
        assert found >= {"label", "color-contrast", "html-has-lang"}


def test_the_language_chosen_stays(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "ja") as page:
        page.goto(bank_server.url)
        page.get_by_role("link", name="English").click()
        page.goto(f"{bank_server.url}/about")
        assert page.locator("html").get_attribute("lang") == "en"


def test_withdrawing_takes_only_the_keyboard(
    chromium: Browser, bank_server: BankServer, places: tuple[Place, ...]
):
    [withdraw] = [place for place in places if place.name == "withdraw"]
    with visitor(chromium, "en") as page:
        enter(page, bank_server.url, withdraw.reader)
        page.goto(bank_server.url + withdraw.path)
        button = page.get_by_role("button", name="Withdraw")
        for _ in range(30):
            page.keyboard.press("Tab")
            if button.evaluate("found => found === document.activeElement"):
                break
        outline = button.evaluate("found => getComputedStyle(found).outlineStyle")
        assert outline == "solid"
