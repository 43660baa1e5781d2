"""The city's own sign-in, in a real browser: link it to an account, and come back by it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count

import pytest
from browser import open_menu, sign_in, visitor
from city_signin import CLIENT_ID, SECRET, CitySignIn, city_signin
from playwright.sync_api import Browser, Page, expect
from running_bank import BankServer, address, listen

from infobank.accounts.account import Role
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.worker import surroundings
from infobank.connectors.city_over_http import CityPlace
from infobank.demo.people import people
from infobank.usecases.bank import Bank
from infobank.vocabulary.text.language import Language
from infobank.web.portal.texts import load_texts
from infobank.web.server import make_application

TEXTS = load_texts()
NUMBERS = count()


@pytest.fixture(scope="module")
def city(bank_server: BankServer) -> Iterator[CitySignIn]:
    """Run the city's sign-in."""
    with city_signin(bank_server.loop, lambda: bank_server.bank.clock.now().timestamp()) as found:
        yield found


@pytest.fixture(scope="module")
def url(
    bank_server: BankServer, city: CitySignIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run the same bank with the city's sign-in set; return its address."""
    secret = tmp_path_factory.mktemp("city") / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET, encoding="utf-8")
    place, listening = CityPlace(city.issuer, CLIENT_ID, secret), listen()
    settings = replace(bank_server.settings, city=place, public_url=address(listening))

    @asynccontextmanager
    async def opened() -> AsyncIterator[Bank]:
        async with open_bank(settings, Databases(settings, None)) as bank:
            yield bank

    application = make_application(surroundings(settings, people()), opened)
    with bank_server.loop.serving(application, listening):
        yield settings.public_url


def press(page: Page, language: str, key: str) -> None:
    """Press a button by what it says."""
    said = TEXTS[Language(language)].say(key)
    page.get_by_role("button", name=said, exact=True).click()


def sign_out(page: Page) -> None:
    """Press the header's button."""
    open_menu(page)
    page.locator('form[action="/sign-out"] button').click()
    page.wait_for_url("**/")


@pytest.mark.parametrize(
    ("language", "handle", "home"), [("ja", "auditor", "/log"), ("en", "steward", "/steward")]
)
def test_the_city_is_linked_and_brings_back_but_is_not_removed_as_the_last_way_in(
    chromium: Browser, url: str, city: CitySignIn, language: str, *, handle: str, home: str
):
    city.subject = f"citizen-{handle}"
    with visitor(chromium, language) as page:
        page.goto(f"{url}/sign-in")
        press(page, language, "sign_in.city_do")  # the city knows her, and nobody linked her
        unlinked = TEXTS[Language(language)].say("sign_in.fault_unlinked")
        expect(page.get_by_role("alert")).to_contain_text(unlinked)

        sign_in(page, url, handle)
        page.wait_for_url(f"**{home}")
        page.goto(f"{url}/account")
        press(page, language, "account.link")
        page.wait_for_url(f"{url}/account")
        expect(page.get_by_role("main")).to_contain_text(
            TEXTS[Language(language)].say("account.linked")
        )
        sign_out(page)

        page.goto(f"{url}/sign-in")
        press(page, language, "sign_in.city_do")
        page.wait_for_url(f"**{home}")
        page.goto(f"{url}/account")
        press(page, language, "account.unlink")
        expect(page.locator("body")).to_contain_text(TEXTS[Language(language)].say("account.last"))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_code_from_the_desk_is_linked_at_the_city_without_a_passkey(
    bank_server: BankServer, chromium: Browser, url: str, city: CitySignIn, language: str
):
    handle = city.subject = f"newly-{next(NUMBERS)}"
    code = bank_server.run(bank_server.bank.entrance.enrolments.open(handle, Role.AUDITOR))
    with visitor(chromium, language, width=390) as page:
        page.goto(f"{url}/enrol")
        page.locator('input[name="code"]').fill(code)
        page.locator('form[action="/enrol"] button').click()
        press(page, language, "enrol_passkey.city_do")
        page.wait_for_url("**/log")
        sign_out(page)
        page.goto(f"{url}/sign-in")
        press(page, language, "sign_in.city_do")
        page.wait_for_url("**/log")
