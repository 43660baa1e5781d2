"""The whole chain in a real browser, with nothing but what its people would do."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

from browser import WalkCoach, press_person, visitor
from playwright.sync_api import Browser, Page, expect
from running_bank import BankServer
from scene import publish

from infobank.accesslog.entry import EntryKind
from infobank.accesslog.proof import verify_proof
from infobank.app.identity import verifier_key
from infobank.publication.release import Release

AGREED = ("steps", "very_active_minutes", "fairly_active_minutes")


def test_a_resident_walks_the_whole_chain(
    chromium: Browser, bank_server: BankServer, walkcoach: WalkCoach, tmp_path: Path
):
    with visitor(chromium, "en", scripts=False) as resident:
        request_and_narrow(resident, bank_server, walkcoach)
        only_what_was_agreed_arrives(resident, bank_server)
        bank_server.sequence()
        the_history_proves_the_read(resident, bank_server, tmp_path)
        withdraw(resident, bank_server)
        the_next_read_is_refused(resident, walkcoach)
        the_refusal_is_in_the_history(resident, bank_server)
    bank_server.sequence()
    an_auditor_finds_the_log_sound(bank_server)
    release = publish(bank_server)
    with visitor(chromium, "en", scripts=False) as public:
        the_statistic_is_downloaded(public, bank_server, release)


def request_and_narrow(page: Page, bank: BankServer, walkcoach: WalkCoach) -> None:
    """Let the provider ask, sign in on the way, share all but the distance, agree."""
    page.goto(f"{walkcoach.url}/?lang=en")
    page.get_by_role("button", name="Ask my information bank").click()
    expect(page).to_have_url(re.compile(re.escape(bank.url) + "/sign-in"))
    press_person(page, "hanako")
    expect(page.get_by_role("heading", level=1)).to_have_text("A request from WalkCoach")
    for group in page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
        kept = "Distance" in group.inner_text()
        group.get_by_role("radio", name="Do not share" if kept else "Share", exact=True).check()
    page.get_by_role("button", name="Agree").click()
    expect(page).to_have_url(re.compile(re.escape(walkcoach.url)))


def only_what_was_agreed_arrives(page: Page, bank: BankServer) -> None:
    """Compare what the provider shows with what the vault holds, less the field that was kept."""
    heads = page.get_by_role("columnheader").all_inner_texts()
    assert heads == ["Day", "Steps", "Very active (min)", "Fairly active (min)"]
    category = bank.bank.policies.category("daily_activity")
    held = bank.run(bank.bank.holdings.records(bank.residents["hanako"], category))
    places = [category.field_names.index(name) for name in AGREED]
    expected = [
        [record.observed.isoformat(), *(str(record.values[place]) for place in places)]
        for record in reversed(held)
    ]
    assert [row.inner_text().split() for row in page.locator("tbody tr").all()] == expected


def the_history_proves_the_read(page: Page, bank: BankServer, folder: Path) -> None:
    """Find the read in the history, take its proof away, and check it without the bank."""
    page.goto(f"{bank.url}/history")
    read = page.locator("article.entry-permit").first
    expect(read).to_contain_text("WalkCoach")
    expect(read).to_contain_text("Daily activity: Steps, Very active time, Fairly active time")
    page.locator("li", has=read).get_by_role("link", name="See the proof").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Proof of an entry")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the proof").click()
    file = folder / saved.value.suggested_filename
    saved.value.save_as(file)
    proven = verify_proof(file.read_bytes(), verifier_key(bank.settings))
    assert proven.leaf.in_effect
    assert proven.shown is not None
    assert proven.shown.concealed == ()
    assert proven.shown.value("kind") == EntryKind.PERMIT
    assert proven.shown.value("fields") == ",".join(AGREED)
    assert proven.shown.value("resident") == str(bank.residents["hanako"])
    the_command_on_the_page_works(page, folder)


def the_command_on_the_page_works(page: Page, folder: Path) -> None:
    """Save the verifier beside the proof and type what the page says."""
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the verifier").click()
    saved.value.save_as(folder / saved.value.suggested_filename)
    command = page.get_by_role("group", name="Command to verify").inner_text()
    spoken = command.replace("python3", f"'{sys.executable}'", 1)
    checked = subprocess.run(
        ["sh", "-c", spoken], cwd=folder, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "SOUND" in checked.stdout


def withdraw(page: Page, bank: BankServer) -> None:
    """Withdraw: the consent, and the button that says what becomes of what was received."""
    page.goto(f"{bank.url}/consents")
    page.get_by_role("link", name="Withdraw this consent").click()
    page.get_by_role("button", name="Withdraw; they may keep what they have").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Consent withdrawn")


def the_next_read_is_refused(page: Page, walkcoach: WalkCoach) -> None:
    """Read again at the provider: the bank gives nothing, and the provider deletes."""
    page.goto(walkcoach.url)
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_role("status")).to_contain_text("The information bank gave no data")
    assert page.locator("table").count() == 0


def the_refusal_is_in_the_history(page: Page, bank: BankServer) -> None:
    """Find withdrawal and refusal; the proof of the refusal is still to come."""
    page.goto(f"{bank.url}/history")
    refused = page.locator("article.entry-refusal").first
    expect(refused).to_contain_text("The consent was withdrawn.")
    expect(page.locator("li", has=refused)).to_contain_text("ready in a few seconds")
    expect(page.get_by_role("heading", name="A consent was withdrawn")).to_have_count(1)


def an_auditor_finds_the_log_sound(bank: BankServer) -> None:
    """Run the check that anybody can run, as its own program, against the public address."""
    key = bank.settings.log_key.with_suffix(".vkey")
    command = [sys.executable, "-m", "infobank", "log", "verify", f"{bank.url}/log", "--key", key]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.splitlines()[-1] == "SOUND"


def the_statistic_is_downloaded(page: Page, bank: BankServer, release: Release) -> None:
    """Come as anybody, find the dataset, and take its table away."""
    page.goto(bank.url)
    page.get_by_role("navigation").get_by_role("link", name="Open data").click()
    page.get_by_role("link", name=re.compile("mean daily steps")).click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").first.click()
    assert saved.value.suggested_filename == f"{release.release_id}.csv"
    rows = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text("utf-8"))))
    assert len(rows) == len(release.cells) == 10
    assert {row["release_id"] for row in rows} == {release.release_id}
    assert [int(row["people_raw"]) for row in rows] == [cell.people.raw for cell in release.cells]
