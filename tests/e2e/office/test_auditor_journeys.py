"""An auditor's question, followed to a proof that needs nobody's word; and the log's health."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import requests
from browser import visitor
from playwright.sync_api import Browser, Page, expect
from provider_client import ProviderClient, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from staff import WAYS, come_in, say
from walking import agreed

from infobank.accesslog.entry import EntryKind
from infobank.usecases.accesslog.search import LogQuestion

REFUSED = 2


@pytest.fixture(scope="module")
def provider(bank_server: BankServer) -> ProviderClient:
    """Return a provider that was permitted one read and refused two, all of it in the log."""
    client = register(bank_server)
    granted = agreed(client, "hanako")
    assert client.read(granted.token).status_code == 200
    for _ in range(REFUSED):
        assert client.read(granted.token, category="profile").status_code == 403
    bank_server.sequence()
    return client


@pytest.fixture(scope="module")
def auditor(bank_server: BankServer, provider: ProviderClient) -> requests.Session:
    """Return an auditor's program, after the provider read."""
    del provider
    return signed_in(bank_server, "auditor")


@pytest.mark.parametrize("way", WAYS)
def test_an_auditor_takes_a_question_to_its_proof(
    chromium: Browser,
    bank_server: BankServer,
    provider: ProviderClient,
    tmp_path: Path,
    way: tuple[str, int],
):
    language, width = way
    with visitor(chromium, language, width=width, scripts=False) as page:
        come_in(page, bank_server, "auditor")
        page.goto(f"{bank_server.url}/log?lang={language}")
        page.get_by_role("link", name=say(language, "nav.log_entries")).first.click()
        page.select_option("#outcome", "refusal")
        page.select_option("#provider", provider.client_id)
        page.fill("#first", "2026年1月1日")
        page.get_by_role("button", name=say(language, "log.ask")).click()
        expect(page.locator("tbody tr")).to_have_count(REFUSED)
        page.get_by_role("button", name=say(language, "log.to_evidence")).click()
        expect(page.locator(".figure-number")).to_contain_text(str(REFUSED))
        archive = taken(page, language, tmp_path)
    folder = tmp_path / "infobank-evidence"
    zipfile.ZipFile(archive).extractall(folder)
    assert "SOUND" in verified(folder, bank_server).stdout
    entries = [json.loads(line) for line in (folder / "entries.jsonl").read_text().splitlines()]
    assert {each["provider"] for each in entries} == {provider.client_id}
    assert {each["kind"] for each in entries} == {"refusal"}


def taken(page: Page, language: str, folder: Path) -> Path:
    """Press the button that makes the archive; return where it was saved."""
    with page.expect_download() as download:
        page.get_by_role("button", name=say(language, "evidence.take")).click()
    path = folder / "evidence.zip"
    download.value.save_as(path)
    return path


def verified(folder: Path, server: BankServer) -> subprocess.CompletedProcess[str]:
    """Run the verifier of the archive itself, as its own program, without the project."""
    key = log_key(server)
    command = [sys.executable, "-I", folder / "infobank-verifier.pyz", "verify-evidence", folder]
    return subprocess.run(
        [*command, "--key", key], capture_output=True, text=True, check=False, cwd=folder
    )


def log_key(server: BankServer) -> str:
    """Return the log's key, as it is handed out to be printed."""
    answer = requests.get(f"{server.url}/log/key", timeout=SECONDS)
    return answer.text.split('<code class="long">')[1].split("<")[0]


def evidence(auditor: requests.Session, server: BankServer, tmp_path: Path, **asked: str) -> Path:
    """Take the evidence for a question as a program does; return the folder it is in."""
    answer = auditor.post(f"{server.url}/log/evidence", data=asked, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    return tmp_path


def test_an_archive_with_a_changed_line_is_not_sound(
    auditor: requests.Session, bank_server: BankServer, tmp_path: Path
):
    folder = evidence(auditor, bank_server, tmp_path, kind="refusal")
    entries = folder / "entries.jsonl"
    entries.write_text(entries.read_text().replace('"refusal"', '"permit"', 1))
    found = verified(folder, bank_server)
    assert (found.returncode, "NOT SOUND" in found.stdout) == (1, True)


def test_an_archive_whose_log_did_not_only_grow_is_not_sound(
    auditor: requests.Session, bank_server: BankServer, tmp_path: Path
):
    folder = evidence(auditor, bank_server, tmp_path, kind="key_created")
    bank_server.sequence()
    grown = folder / "consistency"
    lines = grown.read_text().splitlines()
    grown.write_text("\n".join([*lines, lines[0] if lines else "A" * 43 + "="]) + "\n")
    assert "NOT SOUND" in verified(folder, bank_server).stdout


def test_taking_evidence_is_logged_with_its_question(
    auditor: requests.Session, bank_server: BankServer, tmp_path: Path
):
    evidence(auditor, bank_server, tmp_path, kind="refusal", last="2030-01-01")
    bank_server.sequence()
    asked = LogQuestion({"kind": "audit_read", "what": "evidence_taken"})
    newest = bank_server.run(bank_server.bank.search(asked)).events[0]
    assert newest.fields["question"] == "kind=refusal last=2030-01-01"


def test_a_question_is_answered_page_by_page_without_a_gap(
    bank_server: BankServer, auditor: requests.Session
):
    del auditor
    whole = bank_server.run(bank_server.bank.search(LogQuestion(), limit=500)).events
    found, before = [], None
    while True:
        answer = bank_server.run(bank_server.bank.search(LogQuestion(), before, 7))
        found += answer.events
        if (before := answer.before) is None or len(found) >= 500:
            break
    assert [each.index for each in found][:500] == [each.index for each in whole]


def test_the_log_of_a_sound_bank_is_healthy_and_a_lost_entry_is_seen(
    bank_server: BankServer, auditor: requests.Session
):
    page = auditor.get(f"{bank_server.url}/log/health?lang=en", timeout=SECONDS)
    assert "Nothing is wrong." in page.text
    last = "SELECT log_index FROM log_entries ORDER BY writer_seq DESC LIMIT 1"
    newest = bank_server.rows(last)[0]["log_index"]
    lost = "UPDATE log_entries SET writer_seq = writer_seq + 5 WHERE log_index = $1"
    bank_server.rows(lost, newest)
    try:
        page = auditor.get(f"{bank_server.url}/log/health?lang=en", timeout=SECONDS)
        assert "Something needs a look." in page.text
        assert "1 writers miss 5 numbers" in page.text
    finally:
        bank_server.rows(lost.replace("+ 5", "- 5"), newest)


def test_the_trends_count_what_happened_today(bank_server: BankServer, auditor: requests.Session):
    del auditor
    server = bank_server.bank
    found, whole = bank_server.run(server.search.trends([EntryKind.PERMIT, EntryKind.REFUSAL]))
    assert (len(found), whole) == (30, True)
    assert found[-1].counts[0] >= 1
    assert found[-1].counts[1] >= REFUSED
    assert {each.counts for each in found[:-1]} == {(0, 0)}


@pytest.mark.parametrize(
    "query",
    [
        "kind=<script>",
        "outcome=x",
        "provider=hanako",
        "first=31.12.",
        "first=2026-02-01&last=2026-01-01",
    ],
)
def test_what_is_no_question_comes_back_as_it_was_typed(
    bank_server: BankServer, auditor: requests.Session, query: str
):
    page = auditor.get(f"{bank_server.url}/log/entries?{query}&lang=en", timeout=SECONDS)
    assert page.status_code == 422
    assert "<script>" not in page.text
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize(
    "path", ["/log", "/log/entries", "/log/health", "/log/trends", "/log/evidence"]
)
@pytest.mark.parametrize("who", ["hanako", "steward"])
def test_the_log_is_for_auditors_alone(bank_server: BankServer, path: str, who: str):
    answer = signed_in(bank_server, who).get(bank_server.url + path, timeout=SECONDS)
    assert answer.status_code == 403


def test_evidence_is_not_taken_without_the_forms_secret(bank_server: BankServer):
    other = signed_in(bank_server, "auditor", csrf=False)
    answer = other.post(
        f"{bank_server.url}/log/evidence", data={"kind": "refusal"}, timeout=SECONDS
    )
    assert answer.status_code == 403
