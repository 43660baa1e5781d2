"""The steward's two journeys in a real browser: vetting a provider, and helping at the counter."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from asked_requests import Pushed, pushed
from browser import visitor
from counter import own_code
from mandates import exchange
from playwright.sync_api import Browser, Page, expect
from provider_client import CALLBACK, ProviderClient, key_set, new_key, register
from running_bank import BankServer
from staff import WAYS, come_in, say
from stewards import STEWARDS, stewards
from terms import reasons, renewed

from infobank.web.portal.addresses import address

everywhere = pytest.mark.parametrize(("language", "width"), WAYS)


class Desk:
    """A steward's window, and the words of its language."""

    def __init__(self, page: Page, server: BankServer, language: str) -> None:
        self.page = page
        self.server = server
        self.language = language

    def say(self, key: str, **parts: object) -> str:
        """Return what its pages say."""
        return say(self.language, key, **parts)

    def open(self, name: str, **parts: object) -> None:
        """Open a page."""
        self.page.goto(self.server.url + address(name, **parts))

    def press(self, key: str) -> None:
        """Press the button that says this."""
        self.page.get_by_role("button", name=self.say(key), exact=True).click()

    def follow(self, key: str) -> None:
        """Follow the first link that says this."""
        self.page.get_by_role("link", name=self.say(key), exact=True).first.click()

    def unfold(self, key: str) -> None:
        """Show what stands behind a summary."""
        self.page.locator("summary", has_text=self.say(key)).click()

    def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, text in fields.items():
            self.page.locator(f'[name="{name}"]:visible').fill(text)

    def choose(self, name: str, value: str) -> None:
        """Choose one of a list."""
        self.page.locator(f'select[name="{name}"]:visible').select_option(value)

    def reads(self, key: str, **parts: object) -> None:
        """Wait until the page says this."""
        expect(self.page.get_by_text(self.say(key, **parts)).first).to_be_visible()


@contextmanager
def at_work(
    browser: Browser, server: BankServer, handle: str, language: str, width: int
) -> Iterator[Desk]:
    """Sit down as a steward."""
    stewards(server)
    with visitor(browser, language, width=width) as page:
        come_in(page, server, handle)
        yield Desk(page, server, language)


@everywhere
def test_a_provider_is_vetted_from_its_registration_to_its_first_allowed_request(
    chromium: Browser, bank_server: BankServer, language: str, width: int
):
    key = new_key()
    with at_work(chromium, bank_server, STEWARDS[0], language, width) as desk:
        desk.open("providers")
        desk.follow("register.title")
        names = {"name_ja": f"見守り電気{width}", "name_en": f"Watchful Power {language} {width}"}
        desk.fill(**names, redirect_uri="http://elsewhere.example/", jwks="{}", country="ＪＰ")
        desk.choose("kind", "energy_adviser")
        desk.press("register.do")
        desk.reads("request.fault_title")
        assert desk.page.locator("#name_ja").input_value() == names["name_ja"]
        desk.fill(redirect_uri=CALLBACK, jwks=json.dumps(key_set(key)))
        desk.press("register.do")
        desk.reads("vetting.done_registered")
        desk.reads("vetting.lacking")
        client = ProviderClient(bank_server, desk.page.url.split("/")[-1].split("?")[0], key)
        held = renewed(client, "hanako")
        assert reasons(held.read()) == {"recipient_unvetted"}
        last = bank_server.last_day + timedelta(days=300)
        for kind in ("information_security", "audit_contract"):
            desk.unfold("vetting.issue")
            desk.choose("kind", kind)
            desk.fill(until=last.isoformat(), reference="IS 12345")
            desk.press("vetting.issue_do")
            desk.reads("vetting.done_issued")
        assert held.read().status_code == 200
        desk.unfold("vetting.revoke")
        desk.choose("revoked", "audit_contract")
        desk.fill(reason="2026-17")
        desk.press("vetting.revoke_do")
        desk.reads("vetting.done_revoked")
    assert reasons(held.read()) == {"recipient_unvetted"}


@everywhere
def test_a_resident_agrees_at_the_counter_and_withdraws_on_paper(
    chromium: Browser, bank_server: BankServer, language: str, width: int
):
    asked = pushed(register(bank_server)).opened("hanako")
    with at_work(chromium, bank_server, STEWARDS[0], language, width) as desk:
        taken_down(desk, asked)
        with at_work(chromium, bank_server, STEWARDS[1], language, width) as second:
            approved(second)
        desk.page.reload()
        desk.follow("visit.receipt")
        expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
        read = first_read(asked)
        assert read() == 200
        desk.open("counter_paper")
        written_down(desk, asked)
        assert read() == 403


def taken_down(desk: Desk, asked: Pushed) -> None:
    """Begin with a wrong code, then with hers; read the terms to her, and take down her yes."""
    desk.open("counter")
    desk.fill(number="hanako", code="0000 0000")
    desk.press("counter.begin_do")
    desk.reads("counter.fault_code")
    code = own_code(desk.server, "hanako")
    desk.fill(code=f"{code[:4]} {code[4:]}")
    desk.press("counter.begin_do")
    desk.reads("visit.lead")
    visit = desk.page.url.rpartition("/")[2]
    desk.open("counter_request", visit=visit, request=asked.request)
    assert desk.page.locator("input[type=radio]:checked").count() == 0
    desk.press("take_down.do")
    desk.reads("take_down.fault_missing")
    desk.page.get_by_role("radio", name=desk.say("take_down.yes"), exact=True).check()
    desk.press("take_down.do")
    desk.reads("visit.done_asked")


def approved(desk: Desk) -> None:
    """Look at what waits, and say yes."""
    desk.open("approvals")
    desk.follow("approvals.look")
    desk.reads("approval_act.assisted_consent.means")
    desk.press("approval.approve")
    desk.reads("approvals.lead")


def first_read(asked: Pushed) -> Callable[[], int]:
    """Return how the provider reads by the consent that it finds by its request."""
    issued = exchange(asked.client, asked.followed()["grant_id"])
    assert issued.status_code == 200, issued.text
    return lambda: asked.client.read(issued.json()["access_token"]).status_code


def written_down(desk: Desk, asked: Pushed) -> None:
    """Enter a signed form that ends one provider's consents."""
    desk.fill(number="hanako", reference="17", signed_on="昨日", reason="-")
    desk.choose("scope", asked.client.client_id)
    desk.press("paper.do")
    desk.reads("paper.fault_signed_on")
    desk.fill(signed_on=desk.server.last_day.isoformat())
    desk.page.get_by_role("radio", name=desk.say("paper.delete"), exact=True).check()
    desk.press("paper.do")
    desk.reads("paper.ended", n=desk.say("count.consent.one", n=1))
