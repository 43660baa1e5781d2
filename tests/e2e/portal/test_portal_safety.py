"""What the portal does not let anybody do."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
import requests
from browser import press_person, sign_in, visitor
from playwright.sync_api import Browser, expect
from provider_client import ProviderClient, open_request, register
from running_bank import BankServer
from signed_in import COOKIE, SECONDS, signed_in

from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.text.language import Text

ELSEWHERE = "https://elsewhere.example"
TRICKS = (
    ELSEWHERE,
    "//elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "https:elsewhere.example",
    "javascript:alert(1)",
    "/\t/elsewhere.example",
    " //elsewhere.example",
)

KEEP = {"afterwards": "keep"}


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    """Return a provider that can push requests."""
    return register(bank_server)


@pytest.fixture
def hanako(bank_server: BankServer) -> Iterator[requests.Session]:
    """Return a resident with her cookie and without the secret of her forms."""
    with signed_in(bank_server, "hanako", csrf=False) as session:
        yield session


def pushed(server: BankServer, client: ProviderClient, handle: str) -> str:
    """Return the path of a request that waits for a resident."""
    _, request_id = open_request(server, handle, client.authorization_url(client.push()))
    return f"/requests/{request_id}"


def agreed(server: BankServer, client: ProviderClient, handle: str) -> ConsentId:
    """Return a consent that a resident gave."""
    home, request_id = open_request(server, handle, client.authorization_url(client.push()))
    _, _, asked = server.run(server.bank.authorize.one(home, request_id))
    server.run(server.bank.authorize.agree(home, request_id, asked.items))
    [newest, *_] = server.run(server.bank.review.of_resident(home))
    return newest[0].consent_id


@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "x" * 43}])
def test_a_form_without_its_sessions_secret_changes_nothing(
    bank_server: BankServer, client: ProviderClient, hanako: requests.Session, form: dict[str, str]
):
    consent = agreed(bank_server, client, "hanako")
    answer = hanako.post(
        f"{bank_server.url}/consents/{consent}/withdraw", data=form, timeout=SECONDS
    )
    assert answer.status_code == 403
    assert "forged_form" in answer.text
    kept, _ = bank_server.run(bank_server.bank.review.one(bank_server.residents["hanako"], consent))
    assert kept.withdrawn_at is None


def test_a_form_from_another_site_is_refused_even_with_the_secret(bank_server: BankServer):
    with signed_in(bank_server, "hanako") as session:
        for origin in (ELSEWHERE, "null"):
            answer = session.post(
                f"{bank_server.url}/sign-out", headers={"Origin": origin}, timeout=SECONDS
            )
            assert answer.status_code == 403


@pytest.mark.parametrize("trick", TRICKS)
def test_signing_in_never_leads_to_another_site(bank_server: BankServer, trick: str):
    answer = requests.post(
        f"{bank_server.url}/sign-in",
        data={"handle": "hanako", "next": trick},
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert answer.headers["Location"] == "/home"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    chromium: Browser, bank_server: BankServer
):
    with visitor(chromium, "en", scripts=False) as page:
        page.goto(f"{bank_server.url}/history?page=1")
        expect(page).to_have_url(re.compile("/sign-in"))
        press_person(page, "hanako")
        expect(page).to_have_url(f"{bank_server.url}/history?page=1")


def test_markup_in_a_providers_name_stays_text(chromium: Browser, bank_server: BankServer):
    name = Text("<b>太字</b>", "<script>document.title='owned'</script>")
    keys = '{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "%s"}]}'
    public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # RFC 8037 appendix A.2
    redirects = ["https://provider.example/callback"]
    bank_server.run(bank_server.bank.register_provider(name, redirects, keys % public))
    with visitor(chromium, "en") as page:
        sign_in(page, bank_server.url, "steward")
        page.goto(f"{bank_server.url}/steward/providers")
        expect(page.get_by_role("heading", name=name.en)).to_be_visible()
        assert page.title().startswith("Providers")


def test_pages_cannot_be_framed_or_sniffed_and_are_not_kept(bank_server: BankServer):
    with signed_in(bank_server, "hanako") as session:
        headers = session.get(f"{bank_server.url}/home", timeout=SECONDS).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    chromium: Browser, bank_server: BankServer
):
    with visitor(chromium) as page:
        sign_in(page, bank_server.url, "hanako")
        [cookie] = [each for each in page.context.cookies() if each["name"] == COOKIE]
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Lax"
        assert page.evaluate("document.cookie") == ""


def test_signing_out_ends_the_session_at_the_bank_too(chromium: Browser, bank_server: BankServer):
    with visitor(chromium, "en", scripts=False) as page:
        sign_in(page, bank_server.url, "hanako")
        [cookie] = [each for each in page.context.cookies() if each["name"] == COOKIE]
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{bank_server.url}/")
    stolen = requests.get(
        f"{bank_server.url}/home",
        cookies={COOKIE: cookie["value"]},
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert stolen.status_code == 303
    assert stolen.headers["Location"].startswith("/sign-in")


def test_nobody_opens_what_is_anothers(bank_server: BankServer, client: ProviderClient):
    consent = agreed(bank_server, client, "hanako")
    request = pushed(bank_server, client, "hanako")
    bank_server.sequence()
    home = bank_server.residents["hanako"]
    [newest, *_] = bank_server.run(bank_server.bank.history.recent(home, 1))
    paths = [
        request,
        f"/consents/{consent}",
        f"/consents/{consent}/withdraw",
        f"/consents/{consent}/withdrawn",
        f"/history/{newest.index}",
        f"/history/{newest.index}/proof",
        f"/requests/{uuid4()}",
        "/history/99999999",
        "/history/nonsense",
        "/consents/nonsense",
    ]
    with signed_in(bank_server, "taro") as taro, signed_in(bank_server, "hanako") as hanako:
        mine = [hanako.get(bank_server.url + path, timeout=SECONDS) for path in paths[:6]]
        theirs = [taro.get(bank_server.url + path, timeout=SECONDS) for path in paths]
        ended = taro.post(
            f"{bank_server.url}/consents/{consent}/withdraw", data=KEEP, timeout=SECONDS
        )
        refused = taro.post(bank_server.url + request, data={"decision": "refuse"}, timeout=SECONDS)
    assert [answer.status_code for answer in mine] == [200] * len(mine)
    assert [answer.status_code for answer in theirs] == [404] * len(paths)
    assert (ended.status_code, refused.status_code) == (404, 404)


def test_answering_and_withdrawing_twice_ends_on_a_friendly_page(
    bank_server: BankServer, client: ProviderClient
):
    request = bank_server.url + pushed(bank_server, client, "misaki")
    consent = f"{bank_server.url}/consents/{agreed(bank_server, client, 'misaki')}"
    with signed_in(bank_server, "misaki") as misaki:
        for where in ("https://provider.example", "/requests?gone=answered"):
            answer = misaki.post(
                request, data={"decision": "refuse"}, allow_redirects=False, timeout=SECONDS
            )
            assert answer.status_code == 303
            assert answer.headers["Location"].startswith(where)
        for _ in range(2):
            answer = misaki.post(f"{consent}/withdraw", data=KEEP, timeout=SECONDS)
            assert answer.status_code == 200
            assert answer.url == f"{consent}/withdrawn"
        again = misaki.get(request, timeout=SECONDS)
        assert again.url.endswith("/requests?gone=answered")


def test_an_answer_that_leaves_a_field_open_comes_back_with_the_choices(
    bank_server: BankServer, client: ProviderClient
):
    request = bank_server.url + pushed(bank_server, client, "misaki")
    form = {"decision": "agree", "share.0.steps": "yes", "share.9.steps": "yes"}
    with signed_in(bank_server, "misaki") as misaki:
        misaki.headers["Accept-Language"] = "en"
        partly = misaki.post(request, data=form, timeout=SECONDS)
        nothing = {f"share.0.{name}": "no" for name in ("steps", "distance", "very_active_minutes")}
        none = misaki.post(request, data={"decision": "agree"} | nothing, timeout=SECONDS)
        unknown = misaki.post(request, data={"decision": "perhaps"}, timeout=SECONDS)
    assert partly.status_code == 422
    assert 'name="share.0.steps" value="yes" checked' in partly.text
    assert '<a href="#share.0.distance-yes">' in partly.text
    assert none.status_code == 422
    assert "You chose to share nothing" in none.text
    assert unknown.status_code == 400


def test_the_stewards_form_comes_back_as_it_was_typed(bank_server: BankServer):
    typed = {
        "kind": "service",
        "country": "JP",
        "name_ja": "歩こう会",
        "name_en": "Walk\u202eers",
        "redirect_uri": "https://walkers.example/back",
        "jwks": "{}",
    }
    with signed_in(bank_server, "steward") as steward:
        steward.headers["Accept-Language"] = "en"
        page = steward.post(f"{bank_server.url}/steward/providers/new", data=typed, timeout=SECONDS)
        assert page.status_code == 422
        assert "none invisible" in page.text
        assert 'value="歩こう会"' in page.text
        fixed = typed | {"name_en": "Walkers"}
        page = steward.post(f"{bank_server.url}/steward/providers/new", data=fixed, timeout=SECONDS)
        assert "These keys cannot be accepted" in page.text


@pytest.mark.parametrize("reader", ["taro", "steward", "auditor"])
def test_only_a_resident_opens_a_providers_request(
    bank_server: BankServer, client: ProviderClient, reader: str
):
    url = client.authorization_url(client.push())
    with signed_in(bank_server, reader) as session:
        answer = session.get(url, allow_redirects=False, timeout=SECONDS)
    assert answer.status_code == (303 if reader == "taro" else 403)


def test_an_unknown_request_is_explained_and_leads_nowhere(bank_server: BankServer):
    unknown = {"client_id": str(uuid4()), "request_uri": "urn:x", "redirect_uri": ELSEWHERE}
    with signed_in(bank_server, "hanako") as session:
        session.headers["Accept-Language"] = "en"
        page = session.get(
            f"{bank_server.url}/oauth/authorize",
            params=unknown,
            allow_redirects=False,
            timeout=SECONDS,
        )
    assert page.status_code == 400
    assert "This request cannot be opened" in page.text


def test_lists_have_no_pages_beyond_their_end(bank_server: BankServer):
    with signed_in(bank_server, "hanako") as hanako:
        for path in ("/history", "/holdings/daily_activity"):
            for page in ("999", "0", "-1", "x", "9" * 40):
                answer = hanako.get(bank_server.url + path, params={"page": page}, timeout=SECONDS)
                assert answer.status_code == 404, (path, page)
