"""What script adds, in a real browser; every page works without it too."""

import re
from datetime import datetime, timedelta

import pytest
from browser import open_menu, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from running_bank import BankServer


def home(page: Page, server: BankServer) -> None:
    sign_in(page, server.url, "hanako")
    page.goto(f"{server.url}/home?lang=en")
    page.wait_for_load_state("load")


def test_a_form_is_sent_once_however_often_its_button_is_pressed(
    chromium: Browser, bank_server: BankServer
):
    with visitor(chromium, "en") as page:
        home(page, bank_server)
        page.evaluate(
            """() => {
                window.sendings = 0;
                addEventListener("submit", event => {
                    if (!event.defaultPrevented) window.sendings += 1;
                    event.preventDefault();
                });
            }"""
        )
        button = page.get_by_role("button", name="Sign out")
        for _ in range(3):
            button.click()
        assert page.evaluate("window.sendings") == 1
        form = page.locator('form[action="/sign-out"]')
        expect(form).to_have_attribute("aria-busy", "true")


def test_a_page_brought_back_tells_what_waits_now(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "en") as page:
        home(page, bank_server)
        told = {"ends": "2999-01-01T00:00:00+00:00", "waiting": "7 requests"}
        page.route("**/account/presence.json", lambda route: route.fulfill(json=told))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".nav .badge")).to_have_text("7 requests")
        page.unroute("**/account/presence.json")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".nav .badge")).to_be_hidden()


def test_the_bank_says_when_the_session_ends_and_what_waits(
    chromium: Browser, bank_server: BankServer
):
    with visitor(chromium, "en") as page:
        sign_in(page, bank_server.url, "hanako")
        told = page.request.get(f"{bank_server.url}/account/presence.json").json()
        assert told["waiting"] == ""
        assert datetime.fromisoformat(told["ends"]) > bank_server.bank.clock.now()
        sign_in(page, bank_server.url, "steward")
        told = page.request.get(f"{bank_server.url}/account/presence.json").json()
        left = datetime.fromisoformat(told["ends"]) - bank_server.bank.clock.now()
        assert left < bank_server.bank.policies.house.staff_idle


@pytest.mark.parametrize("stays", [True, False], ids=["by using it", "not any more"])
def test_the_reader_is_warned_before_the_session_ends(
    chromium: Browser, bank_server: BankServer, *, stays: bool
):
    with visitor(chromium, "en") as page:
        home(page, bank_server)
        warning = page.locator("#session-end")
        expect(warning).to_be_hidden()
        soon = bank_server.bank.clock.now() + timedelta(minutes=4)
        later = soon + timedelta(hours=1) if stays else soon
        told = [{"ends": each.isoformat(), "waiting": ""} for each in (soon, later)]
        page.route("**/account/presence.json", lambda route: route.fulfill(json=told.pop(0)))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(warning).to_contain_text("In about 5 minutes you will be signed out")
        expect(warning.locator(".session-final")).to_be_hidden()
        page.get_by_role("link", name="Stay signed in").click()
        if stays:
            expect(warning).to_be_hidden()
        else:
            expect(warning.locator(".session-final")).to_be_visible()
        expect(page).to_have_url(re.compile("/home"))


def test_without_script_staying_signed_in_is_opening_the_page_again(
    chromium: Browser, bank_server: BankServer
):
    with visitor(chromium, "en", scripts=False) as page:
        home(page, bank_server)
        stay = page.locator("#session-stay")
        expect(stay).to_be_hidden()
        assert stay.get_attribute("href") == "/home"


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_links_of_the_header_are_one_press_away(
    chromium: Browser, bank_server: BankServer, width: int, *, scripts: bool
):
    with visitor(chromium, "en", width=width, scripts=scripts) as page:
        home(page, bank_server)
        link = page.get_by_role("link", name="History", exact=True)
        if width == 390:
            expect(link).to_be_hidden()
        open_menu(page)
        link.click()
        expect(page).to_have_url(f"{bank_server.url}/history")


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without"])
def test_a_word_explains_itself_by_the_keyboard_alone(
    chromium: Browser, bank_server: BankServer, *, scripts: bool
):
    with visitor(chromium, "en", scripts=scripts) as page:
        sign_in(page, bank_server.url, "steward")
        page.goto(f"{bank_server.url}/log/key?lang=en")
        word = page.locator(".explained").first
        meaning = page.locator(".explanation").first
        expect(meaning).to_be_hidden()
        word.focus()
        page.keyboard.press("Enter")
        expect(meaning).to_be_visible()
        page.keyboard.press("Escape")
        expect(meaning).to_be_hidden()


def test_what_is_chosen_is_listed_at_once_and_as_text(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "en") as page:
        home(page, bank_server)
        page.locator("main").evaluate(
            """main => { main.innerHTML = `<form>
                <section data-live hidden><p><span data-count></span></p><ul></ul></section>
                <input type="checkbox" data-label="<b>Steps</b>" aria-label="one">
                <input type="checkbox" data-label="Distance" aria-label="two"></form>` }"""
        )
        live = page.locator("[data-live]")
        page.get_by_label("one").check()
        page.get_by_label("two").check()
        expect(live.locator("li")).to_have_text(["<b>Steps</b>", "Distance"])
        page.get_by_label("two").uncheck()
        expect(live.locator("[data-count]")).to_have_text("1")
