"""Find every page a reader can reach, by following links from all addresses without parts."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit

from browser import visitor
from playwright.sync_api import Browser, Page
from scene import Place, enter

from infobank.accounts.account import Role
from infobank.web.access import ROLES, Access
from infobank.web.portal.handlers.routes import PORTAL
from infobank.web.portal.reader import CHOICES

READERS = {
    "": None,
    "hanako": Role.RESIDENT,
    "walkcoach": Role.PROVIDER,
    "auditor": Role.AUDITOR,
    "steward": Role.STEWARD,
}
"""Who reads, by handle; nobody signed in is empty."""

AFTER_A_FORM = frozenset(
    {
        *("error", "closed", "resume", "told_once", "enrol_passkey", "passkey_remove"),
        *("request_confirm", "request_preview", "mandate", "mandate_narrow", "mandate_stop"),
        *("approval", "letter", "counter_visit", "counter_request", "counter_consent"),
        "counter_receipt",
    }
)
"""Pages that no link of the scene leads to, but a form; `test_portal_examples.py` shows them."""

MOST = 3
"""Addresses of one pattern that are opened: more of the same show the same page."""

_NAME = re.compile(r'class="main page-([a-z_]+)"')
_LINK = re.compile(r'href="(/[^"]*)"')
_PART = re.compile(r"\\\{[^}]*\\\}")


def patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return each address that answers a GET with its pattern, the most exact first."""
    asked = {page.path for page in PORTAL if page.method == "GET"}
    paths = sorted(asked, key=lambda path: "{" in path)
    return [(re.compile(_PART.sub("[^/]+", re.escape(path))), path) for path in paths]


PATTERNS = patterns()


def found(browser: Browser, bank: str, reader: str) -> tuple[Place, ...]:
    """Return the pages that links lead a reader to."""
    with visitor(browser, "en") as page:
        enter(page, bank, reader)
        return crawl(page, bank, reader, starts(READERS[reader]))


def starts(role: Role | None) -> Iterator[str]:
    """Yield every address without parts that a role may open."""
    mine = {Access.ANYBODY} if role is None else {Access.SIGNED_IN, _access(role)}
    for page in PORTAL:
        if page.method == "GET" and page.access in mine and "{" not in page.path:
            yield page.path


def crawl(page: Page, bank: str, reader: str, first: Iterable[str]) -> tuple[Place, ...]:
    """Return one place for every page met; nothing is sent, only links are followed."""
    waiting, opened = deque(first), Counter[str]()
    seen: set[str] = set()
    met: dict[str, Place] = {}
    while waiting:
        path = plain(waiting.popleft())
        shape = shape_of(path)
        if path in seen or shape is None or opened[shape] >= MOST:
            continue
        seen.add(path)
        opened[shape] += 1
        answer = page.request.get(bank + path, max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        html = answer.text()
        name = _NAME.search(html)
        if name:
            met.setdefault(name[1], Place(name[1], reader, path))
        waiting.extend(link.replace("&amp;", "&") for link in _LINK.findall(html))
    return tuple(met.values())


def plain(path: str) -> str:
    """Return an address without its fragment and without choices of reading."""
    parts = urlsplit(urldefrag(path).url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in CHOICES]
    return f"{parts.path}?{urlencode(kept)}" if kept else parts.path


def shape_of(path: str) -> str | None:
    """Return the pattern of an address and the names of what it asks; None for no page."""
    parts = urlsplit(path)
    pattern = next((shown for found, shown in PATTERNS if found.fullmatch(parts.path)), None)
    if pattern is None or pattern in {"/static/{name}", "/oauth/authorize"}:
        return None
    return f"{pattern}?{','.join(sorted({name for name, _ in parse_qsl(parts.query)}))}"


def _access(role: Role) -> Access:
    return next(access for access, of in ROLES.items() if of is role)
