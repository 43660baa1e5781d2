"""What is looked at on every page: its answer, its layout, and what axe-core says."""

from collections.abc import Callable, Iterable, Iterator

from axe_playwright_python.sync_playwright import Axe
from browser import visitor
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from scene import Place

from infobank.vocabulary.text.language import Language

WIDTHS = (1280, 640, 320)
"""Pixels; 640 is 1280 at 200 % zoom."""

LARGEST = 100_000
"""Bytes of a page: it must arrive quickly on an old phone."""

STRUCTURE = """
() => {
  const told = ["class", "role", "type", "scope", "open", "hidden", "disabled", "tabindex"];
  const walk = element => element.classList.contains("read") ? "" : element.tagName
    + [...element.attributes].map(({name, value}) => told.includes(name) ? name + value : name)
    + "(" + [...element.children].map(walk) + ")";
  return walk(document.body);
}
"""
"""What axe-core judges a page by, other than its words and its colours."""

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
CONTRAST = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}
"""What another colour scheme can change."""


def faults_of(
    browser: Browser,
    site: str,
    places: Iterable[Place],
    come_in: Callable[[Page], object],
    languages: Iterable[Language] = tuple(Language),
) -> Iterator[str]:
    """Yield what is wrong with some pages, each named by its page; `come_in` opens the site."""
    judged: set[str] = set()
    with visitor(browser) as page:
        come_in(page)
        visit = Visit(page, site)
        for place in places:
            for language in languages:
                found = [*visit.faults(place, language)]
                structure = page.evaluate(STRUCTURE)
                if structure not in judged:
                    judged.add(structure)
                    found += axe_faults(page)
                yield from (f"{place.name} in {language} ({place.path}): {each}" for each in found)


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

    def faults(self, place: Place, language: Language) -> Iterator[str]:
        """Open a page in a language; yield what is wrong with its answer and its layout."""
        self.errors.clear()
        response = self._open(place, language)
        yield from document_faults(response, self.page, language)
        yield from layout_faults(self.page)
        yield from self.errors
        yield from self.page.evaluate("window.violations")

    def _open(self, place: Place, language: Language) -> Response:
        joint = "&" if "?" in place.path else "?"
        response = self.page.goto(f"{self.bank}{place.path}{joint}lang={language}")
        assert response is not None
        return response


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
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > 1280:
        yield f"{wide} pixels wide with words of twice the size"
    page.evaluate("document.documentElement.style.fontSize = ''")


def axe_faults(page: Page) -> Iterator[str]:
    """Yield what axe-core finds: all of it in light and wide, contrast in dark and narrow too."""
    for width, scheme, rules in ((1280, "light", RULES), (390, "dark", CONTRAST)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for violation in AXE.run(page, options=rules).response["violations"]:
            targets = [node["target"] for node in violation["nodes"][:3]]
            yield f"{violation['id']} ({scheme}, {width}) at {targets}"
    page.emulate_media(color_scheme="light")
