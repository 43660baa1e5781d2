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

WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""

FACTS = """
() => ({
  language: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  bytes: performance.getEntriesByType("navigation")[0].decodedBodySize,
})
"""

WIDE = "document.documentElement.scrollWidth"
WIDE_AT_TWICE_THE_SIZE = """
() => {
  const whole = document.documentElement;
  whole.style.fontSize = "200%";
  const wide = whole.scrollWidth;
  whole.style.fontSize = "";
  return wide;
}
"""

AXE = Axe().axe_script
LOOKS = """
() => {
  const blank = ({nodeType, data}) => nodeType !== Node.TEXT_NODE || !data.trim();
  const told = ["backgroundColor", "backgroundImage", "opacity", "filter", "mixBlendMode"];
  const behind = new Map([[null, ""]]);
  const below = element => {
    if (!behind.has(element)) {
      const style = getComputedStyle(element), lower = below(element.parentElement);
      const own = told.map(name => style[name]).join() + ";";
      behind.set(element, lower.endsWith(own) ? lower : lower + own);
    }
    return behind.get(element);
  };
  const looks = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].every(blank) || element.matches("input, select, textarea")) {
      const {color, fontSize, fontWeight, textShadow, position} = getComputedStyle(element);
      const look = [color, fontSize, fontWeight, textShadow, position, below(element)].join();
      looks.has(look) || looks.set(look, element);
    }
  }
  return [...looks.values()];
}
"""
"""One element of each look on a page: what contrast is judged by, and nothing of the words."""

VIOLATIONS = "async rules => (await axe.run(rules)).violations"
VIOLATIONS_OF_LOOKS = f"async rules => (await axe.run({{include: ({LOOKS})()}}, rules)).violations"
CONTRAST = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}
"""What is judged by look: most of axe-core's work on a long page is the same look again."""
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast": {"enabled": False}},
}


def faults_of(
    browser: Browser,
    site: str,
    places: Iterable[Place],
    come_in: Callable[[Page], object],
    languages: Iterable[Language] = tuple(Language),
) -> Iterator[str]:
    """Yield what is wrong with some pages, each named by its page; `come_in` opens the site."""
    with visitor(browser) as page:
        come_in(page)
        visit = Visit(page, site)
        for place in places:
            for language in languages:
                found = (*visit.faults(place, language), *axe_faults(page))
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
    facts = page.evaluate(FACTS)
    if response.status != 200:
        yield f"status {response.status}"
    if "default-src 'none'" not in response.headers.get("content-security-policy", ""):
        yield "no strict policy"
    if facts["bytes"] > LARGEST:
        yield f"{facts['bytes']} bytes"
    if facts["language"] != language:
        yield "another language"
    if facts["headings"] != 1:
        yield "not one heading of the first level"


def layout_faults(page: Page) -> Iterator[str]:
    """Yield the widths at which something sticks out of the page; leave it narrow."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate(WIDE)
        if wide > width:
            yield f"{wide} pixels wide at {width}"
        if width == WIDTHS[0]:
            wide = page.evaluate(WIDE_AT_TWICE_THE_SIZE)
            if wide > width:
                yield f"{wide} pixels wide with words of twice the size"


def axe_faults(page: Page) -> Iterator[str]:
    """Yield what axe-core finds: contrast in dark and narrow, all of it in light and wide."""
    page.evaluate(AXE)
    for width, scheme in ((WIDTHS[-1], "dark"), (WIDTHS[0], "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(VIOLATIONS_OF_LOOKS, CONTRAST)
        if scheme == "light":
            found += page.evaluate(VIOLATIONS, RULES)
        for violation in found:
            targets = [node["target"] for node in violation["nodes"][:3]]
            yield f"{violation['id']} ({scheme}, {width}) at {targets}"
