"""A resident at the rights desk, in a real browser without script."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browser import open_menu, sign_in, visitor
from playwright.sync_api import Browser, Page, expect
from running_bank import BankServer
from staff import WAYS, say
from stewards import let_act

from infobank.vocabulary.text.language import Language

everywhere = pytest.mark.parametrize(("language", "width"), WAYS)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def labels(server: BankServer, language: str) -> tuple[str, str]:
    """Return what daily activity and its steps are called."""
    category = server.bank.policies.category("daily_activity")
    spoken = Language(language)
    return category.label.in_(spoken), category.field("steps").label.in_(spoken)


@everywhere
def test_a_copy_is_asked_for_and_fetched(
    chromium: Browser, bank_server: BankServer, language: str, width: int
):
    bank_server.sequence()
    with visitor(chromium, language, width=width, scripts=False) as page:
        sign_in(page, bank_server.url, "hanako")
        open_menu(page)
        page.get_by_role("link", name=say(language, "nav.rights")).click()
        page.get_by_role("button", name=say(language, "right.export.do")).click()
        heading(page, say(language, "right.export.name"))
        expect(page.get_by_text(say(language, "rights_status.ready")).first).to_be_visible()
        with page.expect_download() as downloading:
            page.get_by_role("link", name=say(language, "rights.fetch")).click()
        file = Path(downloading.value.path()).read_bytes()
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            assert archive.testzip() is None
            assert "records/daily_activity.csv" in archive.namelist()
        page.reload()
        expect(page.get_by_text(say(language, "rights_status.carried_out")).first).to_be_visible()


@everywhere
def test_a_value_is_corrected_step_by_step(
    chromium: Browser, bank_server: BankServer, language: str, width: int
):
    value, send = say(language, "correction.value"), say(language, "correction.do")
    category, steps = labels(bank_server, language)
    right = 4_000 + WAYS.index((language, width))
    with visitor(chromium, language, width=width, scripts=False) as page:
        sign_in(page, bank_server.url, "misaki")
        page.goto(f"{bank_server.url}/rights")
        page.get_by_role("link", name=say(language, "right.correction.do")).click()
        page.get_by_role("link", name=category).click()
        page.get_by_role("link", name=steps, exact=True).click()
        heading(page, say(language, "correction.title", field=steps))
        page.get_by_label(value).fill("many")
        page.get_by_role("button", name=send).click()
        fault = say(language, "correction.fault_value")
        expect(page.get_by_role("alert")).to_contain_text(fault)
        expect(page.get_by_label(value)).to_have_value("many")
        page.get_by_label(value).fill(str(right))
        page.get_by_role("button", name=send).click()
        heading(page, say(language, "right.correction.name"))
        expect(page.get_by_text(say(language, "rights_status.carried_out")).first).to_be_visible()
        page.goto(f"{bank_server.url}/holdings/daily_activity")
        expect(page.locator("table.records tbody tr").first).to_contain_text(f"{right:,}")


def test_what_another_measured_goes_to_the_steward_who_refuses_with_a_reason(
    chromium: Browser, bank_server: BankServer
):
    day = bank_server.deposited("misaki", "health_check")[-1].observed.isoformat()
    with visitor(chromium, "en", scripts=False) as page:
        sign_in(page, bank_server.url, "misaki")
        page.goto(f"{bank_server.url}/rights/correction?category=health_check&field=waist")
        expect(page.get_by_label("Day of the record")).to_have_value(day)
        page.get_by_label("What is right").fill("81.5")
        page.get_by_label("Note").fill("It says so on my paper.")
        page.get_by_role("button", name="Send the correction").click()
        expect(page.get_by_text("Received").first).to_be_visible()
        asked = page.url
        with visitor(chromium, "en", scripts=False) as desk:
            sign_in(desk, bank_server.url, "steward")
            desk.get_by_role("link", name="Corrections").click()
            expect(desk.locator("main")).to_contain_text("It says so on my paper.")
            expect(desk.locator("main")).not_to_contain_text("81.5")
            desk.get_by_role("button", name="Refuse").click()
            expect(desk.get_by_role("alert")).to_contain_text("A refusal needs a reason.")
            desk.get_by_label("Reason, if you refuse").select_option("source_decides")
            desk.get_by_role("button", name="Refuse").click()
            expect(desk.locator("main")).to_contain_text("No correction waits")
        page.goto(asked)
        expect(page.locator("main")).to_contain_text("Why it was refused: Only whoever measured")


@everywhere
def test_a_restriction_is_chosen_stands_and_is_lifted(
    chromium: Browser, bank_server: BankServer, language: str, width: int
):
    checked = bank_server.bank.policies.category("health_check").label.in_(Language(language))
    with visitor(chromium, language, width=width, scripts=False) as page:
        sign_in(page, bank_server.url, "kenji")
        page.goto(f"{bank_server.url}/rights/restriction")
        page.get_by_role("button", name=say(language, "right.restriction.do")).click()
        expect(page.get_by_role("alert")).to_contain_text(say(language, "stop.missing"))
        page.get_by_label(checked).check()
        page.get_by_role("button", name=say(language, "right.restriction.do")).click()
        expect(page.get_by_text(say(language, "rights_status.standing")).first).to_be_visible()
        page.goto(f"{bank_server.url}/rights/restriction")
        expect(page.get_by_label(checked)).to_be_disabled()
        page.go_back()
        page.get_by_role("button", name=say(language, "rights.lift")).click()
        expect(page.get_by_text(say(language, "rights_status.lifted")).first).to_be_visible()


def test_the_open_statistics_are_objected_to(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "en", scripts=False) as page:
        sign_in(page, bank_server.url, "kenji")
        page.goto(f"{bank_server.url}/rights/objection")
        page.get_by_label("infobank publication desk").check()
        page.get_by_role("button", name="Object to this use").click()
        heading(page, "Objection")
        expect(page.get_by_text("In force").first).to_be_visible()


def test_a_guardian_acts_for_her_ward_and_comes_back(chromium: Browser, bank_server: BankServer):
    until = datetime.now(UTC) + timedelta(days=30)
    let_act(bank_server, "kenji", "taro", until, label="Father")
    with visitor(chromium, "en", scripts=False) as page:
        sign_in(page, bank_server.url, "taro")
        page.get_by_role("link", name="People").click()
        page.get_by_role("button", name="Act for Father").click()
        expect(page.locator("header")).to_contain_text("You are acting for Father.")
        page.goto(f"{bank_server.url}/rights")
        page.get_by_role("button", name="Ask for a copy").click()
        expect(page.locator("main")).to_contain_text("Asked by your guardian")
        page.get_by_role("button", name="Act for myself again").click()
        expect(page.locator("header")).not_to_contain_text("You are acting")


def test_an_account_is_closed_after_the_second_word(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "en", scripts=False) as page:
        sign_in(page, bank_server.url, "misaki")
        page.goto(f"{bank_server.url}/rights/closure")
        page.get_by_role("button", name="Close the account").click()
        expect(page.get_by_role("alert")).to_contain_text("Tick that you are sure")
        page.get_by_label("I want to close my account").check()
        page.get_by_role("button", name="Close the account").click()
        heading(page, "The account is closed")
        expect(page.locator("main")).to_contain_text("infobank-erasure-receipt/1")
        page.goto(f"{bank_server.url}/home")
        heading(page, "Sign in")
