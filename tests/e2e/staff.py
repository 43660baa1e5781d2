"""A provider's or an auditor's staff at a browser, in the words of the page they see."""

from playwright.sync_api import Page
from running_bank import BankServer
from signed_in import COOKIE

from infobank.vocabulary.text.language import Language
from infobank.web.portal.texts import load_texts

WAYS = [("ja", 1280), ("ja", 390), ("en", 1280), ("en", 390)]
"""The languages and widths in which every journey is walked."""

_TEXTS = load_texts()


def say(language: str, key: str, **parts: object) -> str:
    """Return what a page says in a language."""
    return _TEXTS[Language(language)].say(key, **parts)


def come_in(page: Page, server: BankServer, handle: str) -> None:
    """Sign a browser in by a handle, as the demo does."""
    secret, _ = server.run(server.bank.sign_in.by_handle(handle))
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": server.url}])
