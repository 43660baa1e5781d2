"""Restrictions and objections: what stands stops every use, at once, until it is lifted."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from desk import Desk
from provider_client import ProviderClient, register
from running_bank import BankServer
from signed_in import SECONDS

CATEGORY = "daily_activity"


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return register(bank_server)


def reasons(answer: requests.Response) -> str:
    assert answer.status_code == 403, answer.text
    return str(answer.json()["detail"])


def version(server: BankServer, handle: str) -> list[tuple[int, bool]]:
    rows = server.rows(
        "SELECT version, withdrawn_at IS NULL AS live FROM consents WHERE resident_id = $1",
        server.residents[handle],
    )
    return [(row["version"], row["live"]) for row in rows]


@pytest.mark.parametrize("what", [CATEGORY, "*"], ids=["one category", "everything"])
def test_a_restriction_stops_reading_and_its_lifting_lets_it_go_on(
    bank_server: BankServer, client: ProviderClient, what: str
):
    desk, token = Desk(bank_server, "hanako"), client.tokens("hanako")["access_token"]
    assert client.read(token).status_code == 200
    made = desk.ask("restrictions", {"category": what})
    assert made["status"] == "standing"
    assert "restricted" in reasons(client.read(token))
    assert desk.events()[0]["fields"]["reasons"] == "restricted"
    assert desk.lift(made).json()["status"] == "lifted"
    assert client.read(token).status_code == 200


def test_a_restriction_outdates_the_consents_it_touches_and_no_other(
    bank_server: BankServer, client: ProviderClient
):
    client.tokens("taro")
    desk = Desk(bank_server, "taro")
    before = version(bank_server, "taro")
    elsewhere = desk.ask("restrictions", {"category": "health_check"})
    assert version(bank_server, "taro") == before
    here = desk.ask("restrictions", {"category": CATEGORY})
    assert version(bank_server, "taro") == [(number + 1, True) for number, _ in before]
    for made in (elsewhere, here):
        assert desk.lift(made).status_code == 200


def test_a_consent_given_while_a_restriction_stands_opens_nothing(
    bank_server: BankServer, client: ProviderClient
):
    desk = Desk(bank_server, "misaki")
    made = desk.ask("restrictions", {"category": CATEGORY})
    token = client.tokens("misaki")["access_token"]
    assert "restricted" in reasons(client.read(token))
    desk.lift(made)
    assert client.read(token).status_code == 200


def test_asking_for_what_stands_changes_nothing(bank_server: BankServer):
    desk = Desk(bank_server, "misaki")
    first = desk.ask("restrictions", {"category": "profile"})
    again = desk.ask("restrictions", {"category": "profile"})
    assert again["request"] == first["request"]
    desk.lift(first)
    twice = desk.lift(first)
    assert (twice.status_code, twice.json()["code"]) == (409, "rights_request_over")


def test_an_objection_ends_the_consents_and_turns_new_requests_away(
    bank_server: BankServer, client: ProviderClient
):
    desk, token = Desk(bank_server, "kenji"), client.tokens("kenji")["access_token"]
    against = {"provider": client.client_id, "purpose": "health_promotion"}
    made = desk.ask("objections", against)
    assert "consent_withdrawn" in reasons(client.read(token))
    assert [live for _, live in version(bank_server, "kenji")] == [False]

    url = client.authorization_url(client.push())
    answer = desk.program.get(url, allow_redirects=False, timeout=SECONDS)
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == ["access_denied"]
    newest = desk.events()[0]
    assert (newest["kind"], newest["fields"]["reasons"]) == ("refusal", "objected")

    desk.lift(made)
    assert client.read(client.tokens("kenji")["access_token"]).status_code == 200


def test_a_request_opened_before_the_objection_is_not_agreed_to_after_it(
    bank_server: BankServer, client: ProviderClient
):
    desk = Desk(bank_server, "kenji")
    opened = desk.program.get(
        client.authorization_url(client.push()), allow_redirects=False, timeout=SECONDS
    ).headers["Location"]
    made = desk.ask("objections", {"provider": client.client_id, "purpose": "health_promotion"})
    form = {
        "csrf": desk.program.headers["X-CSRF-Token"],
        "decision": "agree",
        **{f"share.0.{name}": "yes" for name in client.element()["fields"]},
    }
    answer = desk.program.post(bank_server.url + opened, data=form, timeout=SECONDS)
    assert answer.status_code == 409
    assert [live for _, live in version(bank_server, "kenji")] == [False, False]
    desk.lift(made)


@pytest.mark.parametrize(
    ("what", "document", "field"),
    [
        ("restrictions", {"category": "moods"}, "category"),
        ("restrictions", {}, "category"),
        ("objections", {"provider": "0" * 32, "purpose": "health_promotion"}, "provider"),
        ("objections", {"provider": "nobody", "purpose": "x"}, "provider"),
    ],
)
def test_what_the_bank_does_not_know_cannot_be_stopped(
    bank_server: BankServer, what: str, document: object, field: str
):
    answer = Desk(bank_server, "taro").post(f"/api/v1/rights/{what}", document)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
