"""Pushed requests against a running bank; numbers are those of the OAuth security list."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
import requests
from provider_client import CALLBACK, ProviderClient, agree, open_request, register
from running_bank import BankServer
from scripted_resident import ScriptedResident

from infobank.errors import NotFoundError
from infobank.oauth.errors import InvalidRequestUriError


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    """A registered provider."""
    return register(bank_server)


def test_a10_a_push_without_client_authentication_is_refused(client: ProviderClient):
    answer = client.post("/oauth/par", client.request_form())
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert "DPoP" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "query",
    [
        {"response_type": "code", "redirect_uri": CALLBACK, "state": "state-1"},
        {"request_uri": "https://provider.example/request"},
        {"request_uri": "urn:ietf:params:oauth:request_uri:" + "x" * 43},
    ],
    ids=["plain", "by address", "unknown"],
)
def test_a10_what_was_not_pushed_ends_on_a_page_of_the_bank_and_redirects_nowhere(
    bank_server: BankServer, client: ProviderClient, query: dict[str, str]
):
    hanako = ScriptedResident(bank_server, "hanako")
    page = hanako.open(f"{bank_server.url}/oauth/authorize?{urlencode(query)}")
    assert page.status_code == 400
    query |= {"client_id": client.client_id}
    page = hanako.open(f"{bank_server.url}/oauth/authorize?{urlencode(query)}")
    assert page.status_code == 400
    assert not page.history
    assert "text/html" in page.headers["Content-Type"]


def test_a10_another_clients_request_cannot_be_opened(
    bank_server: BankServer, client: ProviderClient
):
    request_uri = client.push()
    stranger = register(bank_server)
    with pytest.raises(InvalidRequestUriError):
        open_request(bank_server, "hanako", stranger.authorization_url(request_uri))
    open_request(bank_server, "hanako", client.authorization_url(request_uri))


def test_a10_a_reference_opens_no_more_after_90_seconds(
    bank_server: BankServer, client: ProviderClient
):
    request_uri = client.push()
    bank_server.rows(
        "UPDATE requests SET uri_expires_at = uri_expires_at - interval '90 s' "
        "WHERE pushed_at = (SELECT max(pushed_at) FROM requests)"
    )
    with pytest.raises(InvalidRequestUriError):
        open_request(bank_server, "hanako", client.authorization_url(request_uri))


def test_a10_a_request_opens_twice_before_the_answer_and_never_after(
    bank_server: BankServer, client: ProviderClient
):
    url = client.authorization_url(client.push())
    first = open_request(bank_server, "hanako", url)
    assert open_request(bank_server, "hanako", url) == first
    agree(bank_server, "hanako", url, ["steps"])
    with pytest.raises(InvalidRequestUriError):
        open_request(bank_server, "hanako", url)
    resident, request = first
    with pytest.raises(NotFoundError):
        bank_server.run(bank_server.bank.authorize.agree(resident, request, ()))


@pytest.mark.parametrize("name", ["request_uri", "request"])
def test_a11_a_push_holds_no_reference_and_no_object(client: ProviderClient, name: str):
    answer = client.post("/oauth/par", client.signed(client.request_form() | {name: "x"}))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a11_a_repeated_parameter_is_refused(client: ProviderClient):
    pairs = [*client.signed(client.request_form()).items(), ("state", "state-2")]
    answer = client.post("/oauth/par", pairs)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a11_a_push_of_more_than_64_kib_is_not_read(
    bank_server: BankServer, client: ProviderClient
):
    form = client.signed(client.request_form() | {"nonce": "x" * 65_536})
    before = bank_server.rows("SELECT count(*) FROM requests")
    assert client.post("/oauth/par", form).status_code == 413
    assert bank_server.rows("SELECT count(*) FROM requests") == before


def test_a36_another_resident_cannot_answer_what_one_has_opened(
    bank_server: BankServer, client: ProviderClient
):
    url = client.authorization_url(client.push())
    _, request = open_request(bank_server, "hanako", url)
    with pytest.raises(InvalidRequestUriError):
        open_request(bank_server, "taro", url)
    taro = bank_server.residents["taro"]
    for answer in (bank_server.bank.authorize.refuse, bank_server.bank.authorize.defer):
        with pytest.raises(NotFoundError):
            bank_server.run(answer(taro, request))
    with pytest.raises(NotFoundError):
        bank_server.run(bank_server.bank.authorize.agree(taro, request, ()))
    agree(bank_server, "hanako", url, ["steps"])


def test_a36_switching_accounts_between_visit_and_answer_answers_nothing(
    bank_server: BankServer, client: ProviderClient
):
    url = client.authorization_url(client.push())
    page = ScriptedResident(bank_server, "hanako").open(url)
    assert page.status_code == 200
    taro = ScriptedResident(bank_server, "taro")
    assert taro.open(page.url).status_code == 404
    assert taro.open(url).status_code == 400


ENDPOINTS = ["/oauth/par", "/oauth/token", "/oauth/revoke"]


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a43_another_method_is_405_and_says_which_is_right(bank_server: BankServer, path: str):
    answer = requests.get(bank_server.url + path, timeout=10)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a43_another_body_than_a_form_is_415(bank_server: BankServer, path: str):
    answer = requests.post(bank_server.url + path, json={"grant_type": "x"}, timeout=10)
    assert answer.status_code == 415
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a43_a_body_that_does_not_say_its_length_is_bounded_too(bank_server: BankServer, path: str):
    def endless() -> object:
        for _ in range(40):
            yield b"x" * 65_536

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(bank_server.url + path, data=endless(), headers=form, timeout=10)
    assert answer.status_code == 413
    assert answer.headers["Cache-Control"] == "no-store"


Call = Callable[[ProviderClient], requests.Response]


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.post("/oauth/par", client.signed(client.request_form())),
        lambda client: client.post("/oauth/par", {}),
        lambda client: client.redeem("unknown"),
        lambda client: client.post("/oauth/token", client.signed({})),
        lambda client: client.post("/oauth/revoke", client.signed({"token": "unknown"})),
        lambda client: client.read("unknown"),
    ],
    ids=["pushed", "unauthenticated", "unknown code", "no grant type", "revoked", "unknown token"],
)
def test_a43_no_answer_of_the_broker_may_be_stored(client: ProviderClient, call: Call):
    assert call(client).headers["Cache-Control"] == "no-store"
