"""A resident's window: it speaks her language, needs no script, and counts her clicks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from browser import press_person, visitor
from playwright.sync_api import Browser, Locator, Page, expect
from provider_client import CALLBACK
from running_bank import BankServer

from infobank.vocabulary.text.language import Language
from infobank.web.portal.texts import load_texts

TEXTS = load_texts()


@dataclass(frozen=True)
class Walk:
    """A resident's window; it counts her clicks, and speaks her language."""

    page: Page
    server: BankServer
    language: str
    clicks: list[str]

    def say(self, key: str, **parts: object) -> str:
        """Return what the portal says."""
        return TEXTS[Language(self.language)].say(key, **parts)

    def go(self, path: str) -> None:
        """Open a page of the bank, without a click."""
        self.page.goto(f"{self.server.url}{path}")

    def click(self, what: Locator) -> None:
        """Click once."""
        self.clicks.append(what.inner_text())
        what.click()

    def button(self, key: str) -> Locator:
        """Return the first button that is called so."""
        return self.page.get_by_role("button", name=self.say(key)).first

    def link(self, key: str) -> Locator:
        """Return the first link of the page itself that is called so."""
        return self.page.locator("main").get_by_role("link", name=self.say(key)).first

    def tick(self, name: str, value: str) -> None:
        """Choose an answer by the field's name."""
        self.clicks.append(f"{name}={value}")
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def headed(self, text: str) -> None:
        """Expect the page's own heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)


@contextmanager
def walking(
    browser: Browser, server: BankServer, language: str, width: int = 1280, handle: str = "hanako"
) -> Iterator[Walk]:
    """Open a window and sign in."""
    with visitor(browser, language, width=width, scripts=False) as page:
        page.route(f"{CALLBACK}**", lambda route: route.fulfill(body="back at the provider"))
        page.goto(f"{server.url}/sign-in")
        press_person(page, handle)
        yield Walk(page, server, language, [])
