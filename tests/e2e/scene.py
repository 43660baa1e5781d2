"""A scene to look at: what a resident and the demo's provider did, and every page that shows it."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from browser import SECONDS, press_person, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from running_bank import BankServer

from infobank.app.installation import Databases
from infobank.app.processes import open_publisher
from infobank.clock import SystemClock
from infobank.consent.terms import Terms
from infobank.publication.mechanism import draw
from infobank.publication.release import Release
from infobank.usecases.vault.deposit import EARLIEST
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

STATISTIC = "monthly_steps"
PURPOSE = "open_statistics"


@dataclass(frozen=True)
class Place:
    """One page: its name, whoever reads it (by handle; nobody signed in is empty), its path."""

    name: str
    reader: str
    path: str


def play(
    browser: Browser, bank: str, provider: str, sequence: Callable[[], object]
) -> tuple[Place, ...]:
    """Let a resident agree, be read, withdraw, narrow, and leave one request waiting.

    `sequence` gives the log's entries their places, where nobody else does.
    """
    with visitor(browser, "en") as page:
        _ask(page, provider)
        press_person(page, "hanako")
        _answer(page, provider, kept=())
        sign_of_data(page)
        withdrawn = _withdraw(page, bank)
        page.goto(provider)
        page.get_by_role("button", name="Read again").click()
        _ask_afresh(page, provider)
        _answer(page, provider, kept=("Distance",))
        sign_of_data(page)
        _ask_afresh(page, provider)
        request = _path(page, bank)
        sequence()
        proof = _proof(page, bank)
        asked = _ask_at_the_desk(page, bank)
        page.goto(f"{bank}/consents")
        live = page.locator("article", has_text="WalkCoach").first.get_by_role("link").first
        consent = live.get_attribute("href") or ""
    residents = (*_resident(consent, withdrawn, request, proof), *_desk(asked))
    return (*_public(), *residents, *_staff())


def sign_of_data(page: Page) -> None:
    """Wait until the provider shows what it received."""
    expect(page.get_by_role("heading", name="What we received")).to_be_visible()


def _ask(page: Page, provider: str) -> None:
    page.goto(f"{provider}/?lang=en")
    page.get_by_role("button", name="Ask my information bank").click()


def _ask_afresh(page: Page, provider: str) -> None:
    """Ask as a visitor whom the provider does not know yet."""
    page.context.clear_cookies(name="walkcoach")
    _ask(page, provider)
    expect(page.get_by_role("heading", level=1)).to_have_text("A request from WalkCoach")


def _answer(page: Page, provider: str, kept: tuple[str, ...]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("A request from WalkCoach")
    for group in page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
        keep = any(name in group.inner_text() for name in kept)
        group.get_by_role("radio", name="Do not share" if keep else "Share", exact=True).check()
    page.get_by_role("button", name="Agree").click()
    expect(page).to_have_url(re.compile(re.escape(provider)))


def _withdraw(page: Page, bank: str) -> str:
    page.goto(f"{bank}/consents")
    page.locator("article", has_text="WalkCoach").get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw and have it deleted").click()
    expect(page).to_have_url(re.compile("/withdrawn"))
    return _path(page, bank)


def _proof(page: Page, bank: str) -> str:
    """Return the address of a proof, as soon as the log's sequencer has been by."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        page.goto(f"{bank}/history")
        read = page.locator("ol.entries > li", has=page.locator(".entry-permit")).first
        link = read.get_by_role("link", name="See the proof")
        if link.count():
            return link.get_attribute("href") or ""
    pytest.fail("the log was not sequenced")


def _ask_at_the_desk(page: Page, bank: str) -> str:
    """Ask for a correction, a restriction and a copy; return the page of the restriction."""
    page.goto(f"{bank}/rights/correction?category=health_check&field=waist")
    page.get_by_label("What is right").fill("81.5")
    page.get_by_label("Note").fill("It says so on the paper from the clinic.")
    page.get_by_role("button", name="Send the correction").click()
    page.goto(f"{bank}/rights/restriction")
    page.get_by_label("Health check results").check()
    page.get_by_role("button", name="Stop its use").click()
    restriction = _path(page, bank)
    page.goto(f"{bank}/rights")
    page.get_by_role("button", name="Ask for a copy").click()
    return restriction


def _path(page: Page, bank: str) -> str:
    return page.url.removeprefix(bank)


def _public() -> Iterable[Place]:
    for name, path in (
        ("front", "/"),
        ("about", "/about"),
        ("datasets", "/datasets"),
        ("dataset", f"/datasets/{STATISTIC}"),
        ("api_docs", "/api"),
        ("error_catalogue", "/api/errors"),
        ("api_part", "/api/operations/resident"),
        ("api_schema", "/api/schemas/ConsentDocument"),
        ("api_schemas", "/api/schemas"),
        ("log_key", "/log/key"),
        ("sign_in", "/sign-in"),
    ):
        yield Place(name, "", path)


def _resident(consent: str, withdrawn: str, request: str, proof: str) -> Iterable[Place]:
    for name, path in (
        ("home", "/home"),
        ("holdings", "/holdings"),
        ("category", "/holdings/daily_activity"),
        ("profile", "/holdings/profile"),
        ("waiting", "/requests"),
        ("request", request),
        ("consents", "/consents"),
        ("consent", consent),
        ("receipt", f"{consent}/receipt"),
        ("withdraw", f"{consent}/withdraw"),
        ("withdrawn", withdrawn),
        ("history", "/history"),
        ("proof", proof),
        ("unexpected", f"{proof}/unexpected"),
        ("category_hours", "/holdings/half_hourly_electricity"),
        ("category_times", "/holdings/trips"),
        ("history_narrowed", "/history?what=shared&category=daily_activity"),
        ("summary", "/summary"),
        ("told", "/told"),
        ("people", "/people"),
        ("settings", "/settings"),
    ):
        yield Place(name, "hanako", path)


def _desk(restriction: str) -> Iterable[Place]:
    form = "/rights/correction?category=health_check&field=waist"
    for name, path in (
        ("rights", "/rights"),
        ("rights_request", restriction),
        ("correction", "/rights/correction"),
        ("correction_form", form),
        ("restriction", "/rights/restriction"),
        ("objection", "/rights/objection"),
        ("closure", "/rights/closure"),
        ("acting", "/acting"),
    ):
        yield Place(name, "hanako", path)


def _staff() -> Iterable[Place]:
    yield Place("provider_home", "walkcoach", "/provider")
    for name in ("consents", "requests", "builder", "keys", "certificates", "notices", "sandbox"):
        yield Place(f"provider_{name}", "walkcoach", f"/provider/{name}")
    yield Place("provider_built", "walkcoach", f"/provider/builder?{_BUILT}")
    yield Place("builder_preview", "walkcoach", f"/provider/builder/preview?{_BUILT}")
    yield Place("log", "auditor", "/log")
    yield Place("log_proof", "auditor", "/log/1")
    for name in ("entries", "health", "trends"):
        yield Place(f"log_{name}", "auditor", f"/log/{name}")
    yield Place("evidence", "auditor", "/log/evidence?kind=consent_given")
    yield Place("steward_home", "steward", "/steward")
    yield Place("corrections", "steward", "/steward/corrections")
    yield Place("publications", "steward", "/steward/publications")


_BUILT = urlencode(
    {
        "ask": "1",
        "purpose": "health_promotion",
        "mode": "records",
        "fields": "health_check.bmi",
        "first": "2026-01-01",
        "last": "2026-10-31",
        "until": str((SystemClock().now() + timedelta(days=30)).date()),
        "retention_days": "30",
    }
)
"""A request that is well-formed, and against which the house has something to say."""


def enter(page: Page, bank: str, reader: str) -> None:
    """Come in as somebody, or as nobody."""
    if reader:
        sign_in(page, bank, reader)


def publish(server: BankServer) -> Release:
    """Let everybody of the cast take part, and publish the last whole month."""
    last = server.last_day.replace(day=1) - timedelta(days=1)
    return server.run(_publish(server, Period.month(last.year, last.month)))


async def _publish(server: BankServer, month: Period) -> Release:
    bank, now = server.bank, server.bank.clock.now()
    desk = await bank.register_provider.desk()
    until = now + timedelta(days=365)
    terms = Terms(
        purpose=PURPOSE,
        mode=OutputMode.STATISTICS,
        items=(
            Item("daily_activity", ("steps",), Period(month.first, until.date())),
            Item("profile", ("birth_year", "sex"), Period(EARLIEST, until.date())),
        ),
        valid_from=now,
        valid_until=until,
        retention_days=0,
    )
    await bank.grant(list(server.residents.values()), desk.provider_id, terms)
    found = Databases(server.settings, None)
    async with open_publisher(server.settings, found, draw) as (parts, publish_month):
        return await publish_month(parts.statistics[STATISTIC], month)
