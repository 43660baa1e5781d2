"""A resident's journeys, without script: her child's coming of age, a doubt, an e-mail."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from browser import visitor
from desk import Desk
from letterbox import Mailbox, mail_server, words_of
from majority import comes_of_age
from newcomers import newcomer
from playwright.sync_api import Browser, Page, expect
from provider_client import ProviderClient, registered
from running_bank import BankServer
from stewards import STEWARDS, let_act
from walking import agreed

from infobank.app.installation import Databases
from infobank.cli.custody.notices import open_notifier
from infobank.cli.custody.retention import open_daily
from infobank.clock import day_in
from infobank.vocabulary.text.language import Language
from infobank.web.portal.texts import load_texts

TEXTS = load_texts()

every_reader = pytest.mark.parametrize(
    ("language", "width"), [("ja", 1280), ("ja", 390), ("en", 1280), ("en", 390)]
)


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def besides(mailbox: Mailbox) -> Mapping[str, str]:
    return mailbox.settings


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return registered(Desk(bank_server, STEWARDS[0]))


class Reading:
    """One window of somebody who is signed in, and the words of its language."""

    def __init__(self, page: Page, server: BankServer, language: str) -> None:
        self.page = page
        self.server = server
        self.texts = TEXTS[Language(language)]

    def say(self, key: str, **parts: object) -> str:
        """Return words as the pages say them."""
        return self.texts.say(key, **parts)

    def open(self, path: str) -> None:
        """Open a page of the bank."""
        self.page.goto(f"{self.server.url}{path}")

    def press(self, key: str, **parts: object) -> None:
        """Press the first button, or follow the first link, of these words."""
        words = self.say(key, **parts)
        role = self.page.get_by_role
        role("button", name=words).or_(role("link", name=words)).first.click()

    def sees(self, words: str) -> None:
        """Expect words on the page."""
        expect(self.page.locator("main")).to_contain_text(words)

    def sees_not(self, words: str) -> None:
        """Expect words not to be on the page."""
        expect(self.page.locator("main")).not_to_contain_text(words)


@contextmanager
def signed_in_as(
    browser: Browser, server: BankServer, handle: str, language: str, width: int
) -> Iterator[Reading]:
    """Open a window in which somebody has signed in."""
    secret, _ = server.run(server.bank.sign_in.by_handle(handle))
    with visitor(browser, language, width=width, scripts=False) as page:
        page.context.add_cookies([{"name": "infobank", "value": secret, "url": server.url}])
        yield Reading(page, server, language)


def beat(server: BankServer) -> None:
    """Do once what the notifier does every few seconds."""

    async def once() -> None:
        async with open_notifier(server.settings, Databases(server.settings, None)) as notifier:
            await notifier()

    server.sequence()
    server.run(once())


def hand_over(server: BankServer) -> None:
    """Do what the daily work does about who has come of age."""

    async def once() -> None:
        async with open_daily(server.settings, Databases(server.settings, None)) as daily:
            await daily.hand_over()

    server.run(once())


@every_reader
def test_a_guardian_acts_until_the_child_decides_alone(
    chromium: Browser, bank_server: BankServer, language: str, width: int
):
    child, parent = f"child-{language}-{width}", f"parent-{language}-{width}"
    home = newcomer(bank_server, child)
    newcomer(bank_server, parent)
    now = bank_server.bank.clock.now()
    born = day_in(bank_server.settings.zone, now) - timedelta(days=17 * 365)
    let_act(bank_server, child, parent, now + timedelta(days=300), label="Aoi", born=born)
    with signed_in_as(chromium, bank_server, parent, language, width) as reading:
        reading.open("/people")
        reading.sees("Aoi")
        reading.sees(reading.say("people.hand_over"))
        reading.press("acting.do", name="Aoi")
        reading.open("/rights")
        reading.press("right.export.do")
        reading.sees(reading.say("rights.by_guardian"))
    with signed_in_as(chromium, bank_server, child, language, width) as reading:
        reading.open("/people")
        reading.sees(reading.say("people.live"))
        reading.sees(reading.say("people.not_yours"))
        expect(reading.page.get_by_role("button", name=reading.say("people.end"))).to_have_count(0)
        reading.press("people.did")
        reading.sees(reading.say("actor.guardian"))
        comes_of_age(bank_server, home, datetime.now(UTC))
        hand_over(bank_server)
        reading.open("/people")
        reading.sees(reading.say("people.over"))
        reading.sees_not(reading.say("people.live"))
        reading.open("/home")
        reading.sees(reading.say("act.proxy_of_age"))
    with signed_in_as(chromium, bank_server, parent, language, width) as reading:
        reading.open("/people")
        reading.sees_not("Aoi")


@every_reader
def test_what_was_not_expected_is_reported_and_answered(
    chromium: Browser,
    bank_server: BankServer,
    client: ProviderClient,
    language: str,
    width: int,
):
    handle = f"doubter-{language}-{width}"
    newcomer(bank_server, handle)
    held = agreed(client, handle)
    assert held.read().status_code == 200
    bank_server.sequence()
    with signed_in_as(chromium, bank_server, handle, language, width) as reading:
        reading.open("/history")
        reading.page.locator("summary", has_text=reading.say("looking.title")).click()
        reading.page.get_by_label(reading.say("looking.what"), exact=True).select_option("shared")
        reading.press("looking.do")
        expect(reading.page.locator("ol.entries > li")).to_have_count(1)
        reading.press("history.unexpected")
        note = "<script>alert(1)</script> 知らない"
        reading.page.get_by_label(reading.say("unexpected.note")).fill(f"\u202e{note}")
        reading.press("unexpected.do")
        reading.sees(reading.say("correction.fault_note"))
        reading.page.get_by_label(reading.say("unexpected.note")).fill(note)
        reading.press("unexpected.do")
        reading.sees(reading.say("rights_status.received"))
        reading.sees("<script>alert(1)</script>")
        asked = reading.page.url
        (waiting,) = [
            each
            for each, reported in bank_server.run(bank_server.bank.rights.report.waiting())
            if reported.note == note and str(each.request_id) in asked
        ]
        reading.open("/home")
        reading.sees(reading.say("right.report.name"))
        answering = bank_server.bank.rights.report.answer(waiting.request_id, "It was <b>you</b>.")
        bank_server.run(answering)
        reading.page.goto(asked)
        reading.sees(reading.say("rights_status.answered"))
        reading.sees("It was <b>you</b>.")


@every_reader
def test_an_e_mail_is_confirmed_and_then_tells_where_to_look(  # noqa: PLR0917 - fixtures
    chromium: Browser,
    bank_server: BankServer,
    mailbox: Mailbox,
    client: ProviderClient,
    language: str,
    width: int,
):
    handle, to = f"mailed-{language}-{width}", f"{language}{width}@example.jp"
    newcomer(bank_server, handle)
    beat(bank_server)
    with signed_in_as(chromium, bank_server, handle, language, width) as reading:
        reading.open("/settings")
        reading.page.get_by_label(reading.say("settings.email")).fill("nobody")
        reading.press("settings.email_do")
        reading.sees(reading.say("settings.fault_email"))
        full = "".join(chr(ord(sign) + 0xFEE0) for sign in to)
        reading.page.get_by_label(reading.say("settings.email")).fill(f"　{full} ")
        reading.press("settings.email_do")
        reading.sees(to)
        beat(bank_server)
        found = re.search(r"[0-9]{6}", words_of(mailbox.to(to)[-1]))
        assert found is not None
        code = "".join(chr(ord(digit) + 0xFEE0) for digit in found[0])
        reading.page.get_by_label(reading.say("settings.code"), exact=True).fill("000")
        reading.press("settings.code_do")
        reading.sees(reading.say("settings.fault_code"))
        reading.page.get_by_label(reading.say("settings.code"), exact=True).fill(code)
        reading.press("settings.code_do")
        reading.sees(reading.say("settings.on"))
    assert agreed(client, handle).read().status_code == 200
    beat(bank_server)
    said = words_of(mailbox.to(to)[-1])
    assert bank_server.url in said
    assert client.client_id not in said
