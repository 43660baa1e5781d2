"""The demo's service provider, driven as a browser drives it, against a running bank."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from desk import Desk
from provider_client import register
from running_bank import BankServer
from scripted_resident import ScriptedResident

from infobank.demo.keys import KEY_ID, public_keys

SECONDS = 20


@pytest.fixture(scope="module")
def provider(
    bank_server: BankServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Run the provider as its own program; return its address and its client_id."""
    pem = tmp_path_factory.mktemp("provider") / "provider.pem"
    public_keys(pem)
    port = free_port()
    address = f"http://localhost:{port}"
    key = load_pem_private_key(pem.read_bytes(), password=None)
    client = register(bank_server, f"{address}/callback", key, KEY_ID)  # type: ignore[arg-type]
    process = subprocess.Popen(command(bank_server, client.client_id, pem, port))
    try:
        wait_for(address, process)
        yield address, client.client_id
    finally:
        process.terminate()
        process.wait(SECONDS)


def command(server: BankServer, client_id: str, pem: Path, port: int) -> list[str]:
    """Return the provider's command line."""
    program = [sys.executable, "-m", "infobank.demo.provider", "--bank", server.url]
    return [*program, "--client-id", client_id, "--key", str(pem), "--port", str(port)]


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the provider answers."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(address, timeout=SECONDS)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the provider did not start")


@pytest.fixture
def browser(provider: tuple[str, str]) -> Iterator[requests.Session]:
    """A browser that never met the provider before, reading English."""
    with requests.Session() as session:
        session.get(provider[0] + "/?lang=en", timeout=SECONDS)
        yield session


@pytest.fixture(scope="module")
def hanako(bank_server: BankServer) -> ScriptedResident:
    """A resident who is signed in at her bank."""
    return ScriptedResident(bank_server, "hanako")


def ask(browser: requests.Session, address: str) -> str:
    """Press the button; return where the provider sends the browser."""
    answer = browser.post(address + "/ask", allow_redirects=False, timeout=SECONDS)
    assert answer.status_code == 303
    return answer.headers["Location"]


def shown(page: requests.Response) -> str:
    """Return what a page says, without its markup."""
    assert page.status_code == 200
    return unescape(re.sub(r"<[^>]+>", " ", page.text))


def table(page: requests.Response) -> list[tuple[str, int, int]]:
    """Return the days, steps and hundredths of a kilometre that a page shows."""
    row = r'<th scope="row">([^<]+)</th><td>([^<]+)</td><td>([^<]+)</td></tr>'
    found = re.findall(row, page.text)
    return [(day, int(steps), round(float(distance) * 100)) for day, steps, distance in found]


def test_the_start_page_says_what_is_asked_for_in_both_languages(provider: tuple[str, str]):
    english = requests.get(provider[0] + "/?lang=en", timeout=SECONDS)
    japanese = requests.get(provider[0] + "/?lang=ja", timeout=SECONDS)
    assert '<html lang="en">' in english.text
    assert '<html lang="ja">' in japanese.text
    for words in ("Steps", "Distance (km)", "90 days", "180 days", "30 days", "Synthetic"):
        assert words in shown(english)
    for words in ("歩数", "移動距離", "90日", "180日", "30日", "合成データ"):
        assert words in shown(japanese)


def test_the_request_travels_by_reference_alone(
    provider: tuple[str, str], browser: requests.Session
):
    address, client_id = provider
    query = parse_qs(urlsplit(ask(browser, address)).query)
    assert query.keys() == {"client_id", "request_uri"}
    assert query["client_id"] == [client_id]


def test_the_provider_shows_exactly_what_the_resident_shared_until_the_withdrawal(
    bank_server: BankServer,
    provider: tuple[str, str],
    browser: requests.Session,
    hanako: ScriptedResident,
):
    address, _ = provider
    answer = hanako.answer(ask(browser, address), "agree", ["steps", "distance"])
    page = browser.get(answer, timeout=SECONDS)
    assert page.url == address + "/"
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page.text)
    assert heads == ["Day", "Steps", "Distance (km)"]
    assert table(page) == [
        (record.observed.isoformat(), record.values[0], record.values[1])
        for record in reversed(bank_server.deposited("hanako", "daily_activity"))
    ]
    again = browser.post(address + "/read", timeout=SECONDS)
    assert table(again) == table(page)
    hanako.withdraw()
    refused = browser.post(address + "/read", timeout=SECONDS)
    assert "consent_withdrawn" in shown(refused)
    assert "deleted" in shown(refused)
    assert "<table" not in refused.text
    assert "<table" not in browser.get(address, timeout=SECONDS).text


def test_what_must_be_deleted_is_deleted_and_the_resident_sees_the_signed_statement(
    bank_server: BankServer,
    provider: tuple[str, str],
    browser: requests.Session,
    hanako: ScriptedResident,
):
    """Nobody touches the provider meanwhile: it looks for notices by itself."""
    answer = hanako.answer(ask(browser, provider[0]), "agree", ["steps"])
    assert "<table" in browser.get(answer, timeout=SECONDS).text
    desk = Desk(bank_server, "hanako")
    (consent, *_) = desk.get("/api/v1/consents").json()["consents"]
    address = f"/api/v1/consents/{consent['consent']}"
    assert desk.post(f"{address}/withdraw", {"afterwards": "delete"}).status_code == 200
    until = time.monotonic() + SECONDS
    state = ""
    while state != "deleted" and time.monotonic() < until:
        (notice,) = desk.get(f"{address}/aftermath").json()["notices"]
        state = notice["state"]
    assert state == "deleted"
    assert "<table" not in browser.get(provider[0], timeout=SECONDS).text


@pytest.mark.parametrize(
    ("decision", "words"),
    [("refuse", "You chose not to share"), ("later", "You will decide later")],
)
def test_the_provider_says_that_it_got_nothing(
    provider: tuple[str, str],
    browser: requests.Session,
    hanako: ScriptedResident,
    decision: str,
    words: str,
):
    answer = hanako.answer(ask(browser, provider[0]), decision)
    page = browser.get(answer, timeout=SECONDS)
    assert words in shown(page)
    assert "<table" not in page.text


def test_a_deferred_request_is_honoured_when_the_resident_agrees_later(
    provider: tuple[str, str], browser: requests.Session, hanako: ScriptedResident
):
    url = ask(browser, provider[0])
    browser.get(hanako.answer(url, "later"), timeout=SECONDS)
    page = browser.get(hanako.answer(url, "agree", ["steps"]), timeout=SECONDS)
    assert re.findall(r'<th scope="col">([^<]+)</th>', page.text) == ["Day", "Steps"]


@pytest.mark.parametrize("change", ["another browser", "another bank", "no state"])
def test_an_answer_that_was_not_asked_for_is_not_believed(
    provider: tuple[str, str], browser: requests.Session, hanako: ScriptedResident, change: str
):
    answer = hanako.answer(ask(browser, provider[0]), "agree", ["steps"])
    if change == "another bank":
        answer = answer.replace("iss=", "iss=https%3A%2F%2Felsewhere.example&was=")
    if change == "no state":
        answer = answer.replace("state=", "other=")
    reader = requests.Session() if change == "another browser" else browser
    page = reader.get(answer, timeout=SECONDS)
    assert "<table" not in page.text
    assert "notice" in page.text


def test_what_the_bank_says_is_escaped(provider: tuple[str, str], browser: requests.Session):
    url = f"{provider[0]}/callback?error=%3Cscript%3E&state=%3Cscript%3E&iss=%3Cscript%3E"
    assert "<script" not in browser.get(url, timeout=SECONDS).text


def test_answers_are_hardened_and_their_cookie_is_for_the_server_alone(provider: tuple[str, str]):
    answer = requests.get(provider[0], timeout=SECONDS)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_a_key_that_others_can_read_is_refused(bank_server: BankServer, tmp_path: Path):
    pem = tmp_path / "provider.pem"
    public_keys(pem)
    pem.chmod(0o644)
    tried = subprocess.run(
        command(bank_server, "x", pem, free_port()), capture_output=True, check=False, timeout=60
    )
    assert tried.returncode != 0
    assert b"chmod 600" in tried.stderr
