"""Mandates that a guardian gives, narrows and stops for a minor, until the hand-over."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import requests
from desk import Desk
from majority import comes_of_age
from mandates import Later, called, conditions, exchange, read
from newcomers import newcomer
from provider_client import register
from running_bank import BankServer
from stewards import let_act
from terms import reasons

from infobank.accounts.proxy import Scope
from infobank.vocabulary.identifiers import ResidentId

DAY = timedelta(hours=25)
CHILD = date(2015, 4, 1)


@pytest.fixture(autouse=True)
def _no_mandates_left(bank_server: BankServer) -> Iterator[None]:
    """Stop every mandate after a test: it would answer the next test's calls."""
    yield
    for row in bank_server.rows("SELECT * FROM mandates WHERE stopped_at IS NULL"):
        stopping = bank_server.bank.mandates.change.stop(row["resident_id"], row["mandate_id"])
        bank_server.run(stopping)


@pytest.fixture(scope="module")
def ward(bank_server: BankServer) -> ResidentId:
    """A child, for whom taro may do everything."""
    return newcomer(bank_server, "ward")


@pytest.fixture
def guardian(bank_server: BankServer, ward: ResidentId) -> Desk:
    """Taro, acting for the child."""
    return acting(bank_server, ward, frozenset(Scope))


def acting(server: BankServer, _: ResidentId, scopes: frozenset[Scope]) -> Desk:
    until = datetime.now(UTC) + timedelta(days=300)
    proxy = let_act(server, "ward", "taro", until, scopes=scopes, born=CHILD)
    desk = Desk(server, "taro")
    chosen = desk.post("/api/v1/proxies/act", {"proxy": str(proxy.proxy_id)})
    assert chosen.status_code == 204
    return desk


def give(desk: Desk) -> requests.Response:
    until = (desk.server.last_day + timedelta(days=180)).isoformat()
    document = conditions(until=until, categories=["daily_activity", "profile"])
    return desk.post("/api/v1/mandates", document)


def test_a_guardians_mandate_answers_for_a_minor_whose_own_does_not(
    bank_server: BankServer, ward: ResidentId, guardian: Desk
):
    assert give(Desk(bank_server, "ward")).json()["code"] == "minor_mandate"
    given = give(guardian)
    assert given.status_code == 201, given.text
    (kept,) = bank_server.rows(
        "SELECT given_by, changed_by FROM mandates WHERE resident_id = $1", ward
    )
    assert tuple(kept) == ("guardian", "guardian")
    noted = next(each for each in guardian.events() if each["kind"] == "mandate_given")
    assert noted["fields"]["by"] == "guardian"
    client = register(bank_server)
    (grant,) = called(client)
    with bank_server.worker(Later(DAY)) as later:
        token = exchange(client, grant["grant_id"], later, DAY).json()["access_token"]
        assert read(client, token, later, DAY).status_code == 200
        # The years pass.
        majority = bank_server.rows("SELECT of_age_from FROM residents WHERE resident_id=$1", ward)
        comes_of_age(bank_server, ward, datetime.now(UTC))
        assert reasons(read(client, token, later, DAY)) == {"guardian_over"}
        comes_of_age(bank_server, ward, majority[0]["of_age_from"])


def test_a_guardian_narrows_and_stops_what_was_given_for_a_minor(
    bank_server: BankServer, ward: ResidentId, guardian: Desk
):
    given = give(guardian)
    assert given.status_code == 201, given.text
    mandate = given.json()["mandate"]
    path = f"/api/v1/mandates/{mandate}"
    assert guardian.post(f"{path}/narrow", {"categories": ["profile"]}).status_code == 200
    assert guardian.post(f"{path}/stop").status_code == 200
    kept = bank_server.rows(
        "SELECT changed_by FROM mandate_versions WHERE resident_id = $1 AND mandate_id::text = $2",
        ward,
        mandate,
    )
    assert [row["changed_by"] for row in kept] == ["guardian"] * 3
    noted = [each for each in guardian.events() if each["kind"].startswith("mandate_")][:3]
    assert {each["fields"]["by"] for each in noted} == {"guardian"}


def test_a_guardians_mandate_ends_at_the_latest_as_the_minor_comes_of_age(
    bank_server: BankServer, ward: ResidentId, guardian: Desk
):
    (known,) = bank_server.rows("SELECT of_age_from FROM residents WHERE resident_id = $1", ward)
    majority = datetime.now(UTC) + timedelta(days=20)
    comes_of_age(bank_server, ward, majority)
    try:
        given = give(guardian).json()
        assert datetime.fromisoformat(given["valid_until"]) == majority
    finally:
        comes_of_age(bank_server, ward, known["of_age_from"])


def test_a_guardian_who_may_only_look_gives_no_mandate(bank_server: BankServer, ward: ResidentId):
    looking = acting(bank_server, ward, frozenset({Scope.LOOK}))
    refused = give(looking)
    assert (refused.status_code, refused.json()["code"]) == (403, "proxy_over")
