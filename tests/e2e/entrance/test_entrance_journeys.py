"""Ways in, in a real browser with a device of its own: begin, come back, prove it, lose it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from browser import open_menu, sign_in, visitor
from devices import Device, device
from playwright.sync_api import Browser, Page, expect
from running_bank import BankServer, address, keys_at, listen
from stewards import stewards

from infobank.accounts.account import Role
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.worker import surroundings
from infobank.clock import ShiftedClock
from infobank.usecases.bank import Bank
from infobank.vocabulary.identifiers import ResidentId
from infobank.web.server import make_application

every_language = pytest.mark.parametrize("language", ["ja", "en"])
every_size = pytest.mark.parametrize("width", [1280, 390])

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBERS = count()

WORDS = {
    "ja": {
        "make": "パスキーを作る",
        "go": "パスキーで入る",
        "next": "次へ進む",
        "prove": "パスキーで確かめる",
    },
    "en": {
        "make": "Make a passkey",
        "go": "Sign in with a passkey",
        "next": "Go on",
        "prove": "Confirm with a passkey",
    },
}


def press(page: Page, language: str, name: str) -> None:
    """Press a button by what it says."""
    page.get_by_role("button", name=WORDS[language][name], exact=True).click()


def code_for(server: BankServer, role: Role, **whose: ResidentId) -> tuple[str, str]:
    """Open an account as the operator does; return its name and its code."""
    handle = f"{role.value}-{next(NUMBERS)}"
    return handle, server.run(server.bank.entrance.enrolments.open(handle, role, **whose))


def type_code(page: Page, bank: str, code: str, language: str) -> None:
    """Type a code from paper."""
    page.goto(f"{bank}/enrol")
    page.fill("#code", code)
    press(page, language, "next")


def enrol(page: Page, bank: str, code: str, language: str) -> None:
    """Type a code and make a passkey."""
    type_code(page, bank, code, language)
    page.check("#holder-phone")
    press(page, language, "make")


def come_in(page: Page, bank: str, language: str) -> None:
    """Sign in with the passkey of the device in the window."""
    page.goto(f"{bank}/sign-in")
    press(page, language, "go")


def sign_out(page: Page) -> None:
    """Press the header's button."""
    open_menu(page)
    page.locator('form[action="/sign-out"] button').click()
    page.wait_for_url("**/")


@contextmanager
def later(server: BankServer, **shift: float) -> Iterator[str]:
    """Run the same bank so much later; return its address.

    Browsers take it for the same host, so cookies and passkeys are those of now.
    """
    clock, listening = ShiftedClock(timedelta(**shift)), listen()
    moved = replace(server.settings, public_url=address(listening))

    @asynccontextmanager
    async def opened() -> AsyncIterator[Bank]:
        async with (
            keys_at(moved, clock) as settings,
            open_bank(settings, Databases(settings, None), clock) as bank,
        ):
            yield bank

    with server.loop.serving(make_application(surroundings(moved), opened), listening):
        yield moved.public_url


@every_size
@every_language
def test_a_code_begins_a_way_in_and_the_passkey_brings_back(
    bank_server: BankServer, chromium: Browser, language: str, width: int
):
    home = bank_server.residents["misaki"]
    _, code = code_for(bank_server, Role.RESIDENT, resident=home)
    with visitor(chromium, language, width=width) as page, device(page) as phone:
        enrol(page, bank_server.url, code.translate(FULL_WIDTH), language)
        page.wait_for_url("**/home")
        assert phone.passkeys == 1
        sign_out(page)
        come_in(page, bank_server.url, language)
        page.wait_for_url("**/home")
        type_code(page, bank_server.url, code, language)
        expect(page.locator("#code-fault")).to_be_visible()  # it counted once


@every_language
def test_a_device_that_does_not_know_its_owner_can_be_asked_again(
    bank_server: BankServer, chromium: Browser, language: str
):
    _, code = code_for(bank_server, Role.AUDITOR)
    with visitor(chromium, language) as page, device(page) as phone:
        enrol(page, bank_server.url, code, language)
        page.wait_for_url("**/log")
        sign_out(page)
        phone.refuse()
        come_in(page, bank_server.url, language)
        expect(page.locator('[data-say="failed"]')).to_be_visible()
        phone.recognise()
        press(page, language, "go")
        page.wait_for_url("**/log")


@every_language
def test_a_page_that_asks_for_a_fresh_proof_comes_after_it(
    bank_server: BankServer, chromium: Browser, language: str
):
    home = bank_server.residents["kenji"]
    _, code = code_for(bank_server, Role.RESIDENT, resident=home)
    with visitor(chromium, language) as page, device(page):
        enrol(page, bank_server.url, code, language)
        page.wait_for_url("**/home")
        page.goto(f"{bank_server.url}/rights/closure")
        expect(page.locator("main.page-closure")).to_be_visible()  # made a moment ago
        with later(bank_server, minutes=6) as bank:
            page.goto(f"{bank}/rights/closure")
            expect(page.locator("main.page-confirm")).to_be_visible()
            press(page, language, "prove")
            page.wait_for_url("**/rights/closure")


@every_language
def test_a_form_that_asks_for_a_fresh_proof_goes_on_after_it(
    bank_server: BankServer, chromium: Browser, language: str
):
    home = bank_server.residents["kenji"]
    _, code = code_for(bank_server, Role.RESIDENT, resident=home)
    with visitor(chromium, language) as page, device(page) as phone:
        enrol(page, bank_server.url, code, language)
        page.wait_for_url("**/home")
        with later(bank_server, minutes=6) as bank:
            page.goto(f"{bank}/rights")
            page.locator('form[action="/rights/export"] button').first.click()
            expect(page.locator("main.page-confirm")).to_be_visible()
            phone.refuse()
            press(page, language, "prove")
            expect(page.locator('[data-say="failed"]')).to_be_visible()
            phone.recognise()
            press(page, language, "prove")
            page.wait_for_url("**/rights/requests/*")


@every_language
def test_a_second_passkey_is_added_and_one_is_removed_and_one_stays(
    bank_server: BankServer, chromium: Browser, language: str
):
    _, code = code_for(bank_server, Role.STEWARD)
    with visitor(chromium, language) as page:
        with device(page) as phone:
            enrol(page, bank_server.url, code, language)
            page.wait_for_url("**/steward")
            page.goto(f"{bank_server.url}/account/passkeys/new")
            page.check("#holder-computer")
            press(page, language, "make")  # the phone has one already
            expect(page.locator('[data-say="failed"]')).to_be_visible()
            phone.leave()
        with device(page):
            press(page, language, "make")
            page.wait_for_url("**/account?added=1")
            assert page.locator("article.card").count() == 2
            page.locator("article.card a").first.click()
            page.locator('main form button[type="submit"]').click()
            page.wait_for_url("**/account?removed=1")
            page.locator("article.card a").first.click()
            page.locator('main form button[type="submit"]').click()
            page.wait_for_url("**/account?last=1")
            assert page.locator("article.card").count() == 1


@every_size
@every_language
def test_a_lost_passkey_is_made_good_by_two_at_the_desk(
    bank_server: BankServer, chromium: Browser, language: str, width: int
):
    home = bank_server.residents["taro"]
    handle, code = code_for(bank_server, Role.RESIDENT, resident=home)
    with visitor(chromium, language, width=width) as page, device(page) as phone:
        enrol(page, bank_server.url, code, language)
        page.wait_for_url("**/home")
        code = at_the_desk(bank_server, handle)
        page.goto(f"{bank_server.url}/account/recovery")  # the finder of the phone sees it too
        expect(page.locator(".button-stop")).to_be_visible()
        lose(page, phone)
        come_in(page, bank_server.url, language)
        expect(page.locator('[data-say="failed"]')).to_be_visible()
        type_code(page, bank_server.url, code, language)
        expect(page.locator("#code-fault")).to_be_visible()  # it waits a day
        with later(bank_server, hours=25) as bank:
            enrol(page, bank, code, language)
            page.wait_for_url("**/home")
            assert phone.passkeys == 1
            sign_out(page)
            come_in(page, bank, language)
            page.wait_for_url("**/home")


def at_the_desk(server: BankServer, handle: str) -> str:
    """Return the code that two stewards give out, each one half of it."""
    one, other = stewards(server)
    stewardship = server.bank.stewardship
    asked, first = server.run(stewardship.recover(handle, one))
    return first + server.run(stewardship.approvals.approve(asked.approval_id, other)).told


def lose(page: Page, phone: Device) -> None:
    """Drop the phone into the sea, and sit at another browser."""
    phone.lose()
    page.context.clear_cookies()


@every_language
def test_a_recovery_that_nobody_asked_for_is_stopped_by_who_is_signed_in(
    bank_server: BankServer, chromium: Browser, language: str
):
    home = bank_server.residents["taro"]
    handle, code = code_for(bank_server, Role.RESIDENT, resident=home)
    with visitor(chromium, language) as page, device(page):
        enrol(page, bank_server.url, code, language)
        page.wait_for_url("**/home")
        stolen = at_the_desk(bank_server, handle)
        page.goto(f"{bank_server.url}/home")
        page.locator('a[href="/account/recovery"]').first.click()
        page.locator(".button-stop").click()
        page.wait_for_url("**/account?stopped=1")
        with later(bank_server, hours=25) as bank:
            type_code(page, bank, stolen, language)
            expect(page.locator("#code-fault")).to_be_visible()


@every_language
def test_everywhere_one_is_signed_in_is_seen_and_ended(
    bank_server: BankServer, chromium: Browser, language: str
):
    with visitor(chromium, language) as here, visitor(chromium, language) as there:
        sign_in(there, bank_server.url, "hanako")
        sign_in(here, bank_server.url, "hanako")
        here.goto(f"{bank_server.url}/account/sessions")
        assert here.locator("article.card").count() >= 2
        assert here.locator("article.card .mark-live").count() == 1
        here.locator('form[action="/account/sessions/end-others"] button').click()
        here.wait_for_url("**/account/sessions?ended=1")
        assert here.locator("article.card").count() == 1
        there.goto(f"{bank_server.url}/home")
        there.wait_for_url("**/sign-in?next=*")


def test_without_script_the_page_says_what_passkeys_need(
    bank_server: BankServer, chromium: Browser
):
    with visitor(chromium, "en", scripts=False) as page:
        page.goto(f"{bank_server.url}/sign-in")
        expect(page.get_by_text("passkeys need them")).to_be_visible()
        assert not page.locator("[data-go]").is_visible()
