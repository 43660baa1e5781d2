"""What is done on the demo before its pictures are taken, so that pages of forms show life.

Everything is pressed in English; what it leaves is seen in any language.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

from browser import sign_in, visitor
from playwright.sync_api import Browser, Page
from provider_client import key_set, new_key
from scene import Place

from infobank.clock import SystemClock

MANDATE = (
    ("group", "health"),
    ("classes", "service"),
    ("categories", "daily_activity"),
    ("mode", "records"),
)
"""One answer a step, until the steps that are typed."""


def done(browser: Browser, bank: str) -> Iterator[Place]:
    """Give a mandate, ask for another key, begin a visit at the counter; yield their pages."""
    with visitor(browser, "en") as page:
        sign_in(page, bank, "misaki")
        mandate = _mandate(page, bank)
    for name in ("mandate", "mandate_narrow", "mandate_stop"):
        yield Place(name, "misaki", mandate + name.removeprefix("mandate").replace("_", "/"))
    with visitor(browser, "en") as page:
        sign_in(page, bank, "hanako")
        page.goto(f"{bank}/counter-code")
        page.get_by_role("button", name="Show a code").click()
        code = re.sub(r"\D", "", page.locator(".paper").first.inner_text())
    with visitor(browser, "en") as page:
        sign_in(page, bank, "walkcoach")
        page.goto(f"{bank}/provider/keys")
        page.get_by_label("New public key").fill(json.dumps(key_set(new_key(), "newer")["keys"][0]))
        page.get_by_role("button", name="Ask to add this key").click()
    with visitor(browser, "en") as page:
        sign_in(page, bank, "steward")
        page.goto(f"{bank}/steward/approvals")
        look = page.locator("main article").get_by_role("link").first
        yield Place("approval", "steward", look.get_attribute("href") or "")
        yield from _visit(page, bank, code)


def _mandate(page: Page, bank: str) -> str:
    """Give a mandate, step by step; return the path of its page."""
    page.goto(f"{bank}/mandates/new")
    for name, value in MANDATE:
        page.locator(f'input[name="{name}"][value="{value}"]').check()
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    until = SystemClock().now() + timedelta(days=300)
    page.locator('input[name="until"]').fill(until.date().isoformat())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Give this mandate").click()
    return page.url.removeprefix(bank).partition("?")[0]


def _visit(page: Page, bank: str, code: str) -> Iterator[Place]:
    """Begin a visit; yield its pages."""
    page.goto(f"{bank}/steward/counter")
    page.locator('[name="number"]').fill("hanako")
    page.locator('[name="code"]').fill(code)
    page.get_by_role("button", name="Begin").click()
    yield Place("counter_visit", "steward", page.url.removeprefix(bank))
    for name, label in (
        ("counter_request", "Read it and take the answer"),
        ("counter_consent", "Look at it, or withdraw"),
        ("counter_receipt", "Print the receipt"),
    ):
        href = page.get_by_role("link", name=label).first.get_attribute("href")
        yield Place(name, "steward", href or "")
