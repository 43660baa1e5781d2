"""A resident at a browser without script: cookies, pages, and the forms on them."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests
from running_bank import BankServer

SECONDS = 30


class _Forms(HTMLParser):
    """The forms of a page: where each posts to, what it holds, what it lets one choose."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a hidden field or a radio button."""
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((named.get("action", ""), {}, []))
        if tag == "input" and self.found and named.get("type") == "hidden":
            self.found[-1][1][named["name"]] = named["value"]
        if tag == "input" and self.found and named.get("type") == "radio":
            self.found[-1][2].append(named["name"])


class ScriptedResident:
    """One signed-in resident; every step is a request a browser would send."""

    def __init__(self, server: BankServer, handle: str) -> None:
        self.server = server
        self.browser = requests.Session()
        self._post("/sign-in", {"handle": handle})

    def open(self, url: str) -> requests.Response:
        """Follow a provider's link; return the page the bank shows."""
        return self.browser.get(url, timeout=SECONDS)

    def answer(self, url: str, decision: str, share: Sequence[str] = ()) -> str:
        """Open a request and answer it; return where the bank sends the browser.

        `decision` is `agree`, `later` or `refuse`; every field that is not shared is
        answered with no.
        """
        page = self.open(url)
        assert page.status_code == 200, page.text
        forms = _Forms()
        forms.feed(page.text)
        place = urlsplit(page.url).path
        hidden, choices = next(each[1:] for each in forms.found if each[0] == place)
        chosen = {name: "yes" if _field(name) in share else "no" for name in choices}
        return self._post(place, hidden | chosen | {"decision": decision})

    def withdraw(self) -> None:
        """Withdraw the newest consent, as its page offers it."""
        page = self.open(self.server.url + "/consents")
        newest = re.findall(r"/consents/([0-9a-f-]{36})", page.text)[0]
        place = f"/consents/{newest}/withdraw"
        forms = _Forms()
        forms.feed(self.open(self.server.url + place).text)
        hidden = next(each[1] for each in forms.found if each[0] == place)
        self._post(place, hidden | {"afterwards": "keep"})

    def _post(self, path: str, form: dict[str, str]) -> str:
        answer = self.browser.post(
            self.server.url + path, data=form, allow_redirects=False, timeout=SECONDS
        )
        assert answer.status_code == 303, answer.text
        return urljoin(self.server.url, answer.headers["Location"])


def _field(name: str) -> str:
    """Return the field that a radio button is about: the last word of its name."""
    return re.split(r"[^a-z_]", name)[-1]
