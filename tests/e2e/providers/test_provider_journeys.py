"""A provider's first integration, from a request to a made-up resident's records."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import requests
from browser import visitor
from desk import Desk
from playwright.sync_api import Browser, Page, expect
from provider_client import ProviderClient, key_set, new_key, public_jwk, register
from running_bank import BankServer
from signed_in import SECONDS, signed_in
from staff import WAYS, come_in, say
from stewards import STEWARDS, stewards
from walking import agreed

from infobank.accounts.account import Role
from infobank.usecases.provider.sandbox import sandbox_of
from infobank.vocabulary.identifiers import ProviderId

HANDLE = "firstcome"
DETAILS = "section:has(#details) pre code"


@pytest.fixture(scope="module")
def provider(bank_server: BankServer) -> ProviderClient:
    """Return a provider whose staff can sign in."""
    client = register(bank_server)
    account = bank_server.bank.sign_in.open_account(
        HANDLE, Role.PROVIDER, provider=ProviderId(UUID(client.client_id))
    )
    bank_server.run(account)
    return client


@pytest.fixture
def staff(bank_server: BankServer, provider: ProviderClient) -> requests.Session:
    """Return a program of the provider's staff."""
    del provider
    program = signed_in(bank_server, HANDLE)
    program.headers["Accept-Language"] = "en"
    return program


def filled(server: BankServer) -> dict[str, str]:
    """Return what is typed for a request that the house has nothing against."""
    last = server.last_day
    return {
        "first": (last - timedelta(days=20)).isoformat(),
        "last": last.isoformat(),
        "until": (last + timedelta(days=30)).isoformat(),
        "retention_days": "１０",
        "most_uses": "5",
    }


def built(page: Page, server: BankServer, language: str) -> str:
    """Build a request in the portal; return its JSON."""
    page.goto(f"{server.url}/provider/builder?lang={language}")
    page.select_option("#purpose", "health_promotion")
    page.select_option("#mode", "records")
    page.locator('input[value="daily_activity.steps"]').check()
    for name, value in filled(server).items():
        page.fill(f"#{name}", value)
    page.get_by_role("button", name=say(language, "builder.do")).click()
    expect(page.get_by_text(say(language, "builder.fine"))).to_be_visible()
    return page.locator(DETAILS).inner_text()


@pytest.mark.parametrize("way", WAYS)
def test_a_providers_first_integration(
    chromium: Browser,
    bank_server: BankServer,
    provider: ProviderClient,
    tmp_path: Path,
    way: tuple[str, int],
):
    del provider
    language, width = way
    with visitor(chromium, language, width=width, scripts=False) as page:
        come_in(page, bank_server, HANDLE)
        (tmp_path / "request.json").write_text(built(page, bank_server, language), "utf-8")
        page.locator("main .months a[lang='ja-x-easy']").click()
        expect(page.locator(".seen[lang='ja-x-easy'] h1")).to_be_visible()
        page.goto(f"{bank_server.url}/provider/sandbox")
        with page.expect_download() as download:
            page.get_by_role("link", name=say(language, "sandbox.copy")).click()
        download.value.save_as(tmp_path / "infobank-client.py")
        page.fill("#jwk", ran(tmp_path, bank_server))
        page.get_by_role("button", name=say(language, "sandbox.open")).click()
        expect(page.get_by_text(say(language, "sandbox.opened"))).to_be_visible()
        client_id = page.locator("code.long").inner_text()
        options = ["--client-id", client_id, "--request", "request.json"]
        read = json.loads(ran(tmp_path, bank_server, *options))
        assert [each["values"].keys() for each in read[0]["records"]] == [{"steps"}] * 14
        bank_server.sequence()
        page.reload()
        came = page.locator("section:has(#came)")
        expect(came.get_by_text(say(language, "event.permit")).first).to_be_visible()
        expect(came.get_by_text(say(language, "provider.left", n=4)).first).to_be_visible()


def ran(folder: Path, server: BankServer, *options: str) -> str:
    """Run the program that was copied; return what it prints."""
    command = [sys.executable, "infobank-client.py", "--bank", server.url, "--key", "sandbox.pem"]
    done = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_preview_is_the_page_a_resident_gets_in_each_language(
    bank_server: BankServer, staff: requests.Session
):
    asked = filled(bank_server) | {
        "purpose": "health_promotion",
        "mode": "records",
        "fields": "daily_activity.steps",
        "why_ja": "<script>alert(1)</script>歩く",
        "why_en": "walk",
    }
    for language in ("ja", "ja-x-easy", "en"):
        url = f"{bank_server.url}/provider/builder/preview"
        page = staff.get(url, params=asked | {"seen": language}, timeout=SECONDS)
        assert page.status_code == 200
        assert f'lang="{language}" disabled' in page.text
        assert say(language, "request.later") in page.text
        assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"until": ""}, "Please fill this in."),
        ({"first": "soon"}, "Write a day like"),
        ({"retention_days": "many"}, "Write a whole number."),
        ({"times": "3"}, "Please fill this in."),
        ({"mode": "statistics"}, "does not allow data in this form"),
        ({"fields": "household_electricity.electricity"}, "does not allow this kind of data"),
        ({"until": "2099-01-01"}, "must be 1 to"),
        ({"purpose": "<b>"}, "purpose"),
    ],
    ids=str,
)
def test_a_request_the_house_refuses_comes_back_as_it_was_typed(
    bank_server: BankServer, staff: requests.Session, change: dict[str, str], fault: str
):
    usual = {"purpose": "health_promotion", "mode": "records", "fields": "daily_activity.steps"}
    asked = filled(bank_server) | usual | change | {"ask": "1", "lang": "en"}
    page = staff.get(f"{bank_server.url}/provider/builder", params=asked, timeout=SECONDS)
    assert page.status_code == 422
    assert fault in page.text
    assert f'value="{asked["first"]}"' in page.text
    assert "<b>" not in page.text


def test_special_care_without_a_benefit_is_told_before_anybody_is_asked(
    bank_server: BankServer, staff: requests.Session
):
    usual = {"purpose": "health_promotion", "mode": "records", "fields": "health_check.bmi"}
    asked = filled(bank_server) | usual | {"ask": "1", "lang": "en"}
    url = f"{bank_server.url}/provider/builder"
    without = staff.get(url, params=asked, timeout=SECONDS)
    assert "the bank would release nothing" in without.text
    fine = staff.get(url, params=asked | {"points": "10"}, timeout=SECONDS)
    assert "It keeps to the rules of the house" in fine.text


def test_a_private_key_is_refused_loudly_and_repeated_nowhere(
    bank_server: BankServer, staff: requests.Session, capfd: pytest.CaptureFixture[str]
):
    secret = "c2VjcmV0LXNjYWxhci1vZi10aGUta2V5LXRoYXQtbGVha3M"
    jwk = json.dumps({**public_jwk(new_key()), "kid": "x", "d": secret})
    for path in ("/provider/keys", "/provider/sandbox"):
        url = f"{bank_server.url}{path}?lang=en"
        page = staff.post(url, data={"jwk": jwk}, timeout=SECONDS)
        assert page.status_code == 422
        assert "This is a private key" in page.text
        assert secret not in page.text
    assert secret not in "".join(capfd.readouterr())


def test_a_key_is_added_beside_the_old_one_on_the_word_of_two_stewards(
    bank_server: BankServer, staff: requests.Session, provider: ProviderClient
):
    url = f"{bank_server.url}/provider/keys"
    (jwk,) = key_set(new_key(), "next-1")["keys"]
    for said in ("was asked for.", "was asked for before"):  # the second press does nothing
        page = staff.post(f"{url}?lang=en", data={"jwk": json.dumps(jwk)}, timeout=SECONDS)
        assert said in page.text
        assert page.text.count("Waits for two stewards.") == 1
    stewards(bank_server)
    for handle, waits in zip(STEWARDS, (True, False), strict=True):
        steward = Desk(bank_server, handle)
        (waiting,) = steward.get("/api/v1/approvals").json()["approvals"]
        answer = steward.post(f"/api/v1/approvals/{waiting['approval']}", {"approve": True})
        assert answer.status_code == 200, answer.text
        page = staff.get(f"{url}?lang=en", timeout=SECONDS)
        assert "next-1" in page.text
        assert ("Waits for two stewards." in page.text) is waits
    assert agreed(provider, "hanako").token  # the old key goes on to count


def test_a_request_is_taken_back_once_and_never_somebody_elses(
    bank_server: BankServer, staff: requests.Session, provider: ProviderClient
):
    url = f"{bank_server.url}/provider/requests"
    pushed = provider.post("/oauth/par", provider.signed(provider.request_form())).json()
    page = staff.get(f"{url}?lang=en", timeout=SECONDS)
    assert pushed["request_id"] in page.text
    page = staff.post(f"{url}/{pushed['request_id']}", timeout=SECONDS)
    assert page.url.endswith("?done=1")
    again = staff.post(f"{url}/{pushed['request_id']}", timeout=SECONDS)
    assert (again.status_code, again.url) == (200, url)
    other = register(bank_server)
    theirs = other.post("/oauth/par", other.signed(other.request_form())).json()
    assert staff.post(f"{url}/{theirs['request_id']}", timeout=SECONDS).status_code == 404


def test_consents_are_filtered_and_name_nobody(
    bank_server: BankServer, staff: requests.Session, provider: ProviderClient
):
    granted = agreed(provider, "taro")
    url = f"{bank_server.url}/provider/consents"
    live = staff.get(f"{url}?state=live&lang=en", timeout=SECONDS)
    ended = staff.get(f"{url}?state=withdrawn&lang=en", timeout=SECONDS)
    assert live.text.count("<tbody>") == 1
    assert "There are no such consents." in ended.text
    assert str(bank_server.residents["taro"]) not in live.text
    assert granted.read().json()["subject"] in live.text
    assert staff.get(f"{url}?state=%3Cscript%3E", timeout=SECONDS).status_code == 404


def test_a_real_resident_never_opens_a_request_of_a_sandbox(
    bank_server: BankServer, provider: ProviderClient, staff: requests.Session
):
    key = new_key()
    (jwk,) = key_set(key)["keys"]
    url = f"{bank_server.url}/provider/sandbox"
    assert staff.post(url, data={"jwk": json.dumps(jwk)}, timeout=SECONDS).status_code == 200
    twin = ProviderClient(bank_server, str(sandbox_of(ProviderId(UUID(provider.client_id)))), key)
    form = twin.request_form() | {"redirect_uri": "http://127.0.0.1/callback"}
    pushed = twin.post("/oauth/par", twin.signed(form))
    assert pushed.status_code == 201, pushed.text
    hanako = bank_server.residents["hanako"]
    bank_server.rows("UPDATE residents SET synthetic = false WHERE resident_id = $1", hanako)
    try:
        opened = signed_in(bank_server, "hanako").get(
            twin.authorization_url(pushed.json()["request_uri"]), timeout=SECONDS
        )
        assert opened.status_code == 400
    finally:
        bank_server.rows("UPDATE residents SET synthetic = true WHERE resident_id = $1", hanako)


PAGES = (
    *("/provider", "/provider/consents", "/provider/requests", "/provider/builder"),
    *("/provider/keys", "/provider/certificates", "/provider/notices", "/provider/sandbox"),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_providers_pages_are_for_providers_alone(bank_server: BankServer, path: str):
    for who in ("hanako", "auditor"):
        answer = signed_in(bank_server, who).get(bank_server.url + path, timeout=SECONDS)
        assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/provider/keys", "/provider/sandbox"])
def test_no_key_is_registered_without_the_forms_secret(
    bank_server: BankServer, provider: ProviderClient, path: str
):
    del provider
    other = signed_in(bank_server, HANDLE, csrf=False)
    data = {"jwk": json.dumps(key_set(new_key())["keys"][0])}
    assert other.post(bank_server.url + path, data=data, timeout=SECONDS).status_code == 403
