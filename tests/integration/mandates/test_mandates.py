"""A mandate answers for its resident: inside its conditions, after a wait, until she stops it."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from agreement import alarms
from desk import Desk
from majority import comes_of_age
from mandates import (
    Later,
    bank_ahead,
    call,
    called,
    conditions,
    exchange,
    give,
    given,
    grants,
    read,
    stop,
    told,
)
from provider_client import open_request, register
from running_bank import BankServer
from terms import certified, recast

from infobank.consent.question import DisclosureRequest
from infobank.usecases.consent.disclose import Wish, wanted_item
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.usecases.oauth.clients import to_client
from infobank.vocabulary.identifiers import ConsentId, MandateId, ProviderId

DAY = timedelta(hours=25)


@pytest.fixture(autouse=True)
def _no_mandates_left(bank_server: BankServer) -> Iterator[None]:
    """Stop every mandate after a test: it would answer the next test's calls."""
    yield
    for row in bank_server.rows("SELECT * FROM mandates WHERE stopped_at IS NULL"):
        stopping = bank_server.bank.mandates.change.stop(row["resident_id"], row["mandate_id"])
        bank_server.run(stopping)


def consent(server: BankServer, grant: str) -> Mapping[str, Any]:
    """Return a consent as it is stored."""
    (found,) = server.rows("SELECT * FROM consents WHERE consent_id::text = $1", grant)
    return found


def test_a_call_is_answered_by_the_mandate_that_admits_it_and_the_resident_is_told_at_once(
    bank_server: BankServer,
):
    mandate = given(bank_server)
    client = register(bank_server)
    (grant,) = called(client)
    row = consent(bank_server, grant["grant_id"])
    assert (row["given_by"], str(row["mandate_id"])) == ("mandate", mandate)
    assert row["valid_from"] - row["given_at"] == timedelta(hours=24)
    newest = told(bank_server)[0]
    assert (newest["kind"], newest["mandate"]) == ("answered", mandate)
    assert newest["consent"] == grant["grant_id"]
    event = next(
        each for each in Desk(bank_server, "hanako").events() if each["kind"] == "consent_given"
    )
    assert event["fields"]["mandate"] == mandate
    assert event["fields"]["by"] == "mandate"


def test_nothing_is_disclosed_for_a_day_and_then_it_is_and_says_which_mandate(
    bank_server: BankServer,
):
    mandate = given(bank_server)
    client = register(bank_server)
    (grant,) = called(client)
    assert exchange(client, grant["grant_id"]).json()["error"] == "invalid_grant"
    with bank_server.worker(Later(DAY)) as later:
        token = exchange(client, grant["grant_id"], later, DAY)
        assert token.status_code == 200, token.text
        answer = read(client, token.json()["access_token"], later, DAY)
    assert answer.status_code == 200, answer.text
    assert answer.json()["records"]
    permit = next(each for each in Desk(bank_server, "hanako").events() if each["kind"] == "permit")
    assert permit["fields"]["reasons"] == "mandate_covers_request"
    assert permit["fields"]["mandate"] == mandate


def test_stopping_the_mandate_within_the_day_discloses_nothing(bank_server: BankServer):
    mandate = given(bank_server)
    client = register(bank_server)
    (grant,) = called(client)
    assert stop(bank_server, mandate).status_code == 200
    assert consent(bank_server, grant["grant_id"])["withdrawn_at"] is not None
    with bank_server.worker(Later(DAY)) as later:
        assert exchange(client, grant["grant_id"], later, DAY).status_code == 400
    assert stop(bank_server, mandate).status_code == 409


def test_withdrawing_the_consent_within_the_day_discloses_nothing_and_asks_no_more(
    bank_server: BankServer,
):
    given(bank_server)
    client = register(bank_server)
    made = call(client).json()["call"]
    (grant,) = grants(client, made).json()["grants"]
    answer = Desk(bank_server, "hanako").post(f"/api/v1/consents/{grant['grant_id']}/withdraw")
    assert answer.status_code == 200
    assert bank_server.run(bank_server.bank.mandates.call.all_open()) == 0
    assert grants(client, made).json()["grants"] == []


def test_stopping_a_mandate_waits_for_a_disclosure_on_its_way_and_ends_every_later_one(
    bank_server: BankServer,
):
    mandate = given(bank_server)
    client = register(bank_server)
    (grant,) = called(client)
    home = bank_server.residents["hanako"]

    async def race() -> tuple[bool, bool]:
        async with bank_ahead(bank_server, DAY) as bank:
            held, provider = await bank.review.one(home, ConsentId(UUID(grant["grant_id"])))
            behind = (await bank.mandates.reach.of_resident(home))[0]
            request = DisclosureRequest(
                home,
                recipient_of(provider, bank.policies),
                held.terms.purpose,
                wanted_item(held, Wish("daily_activity")),
                held.terms.mode,
            )
            grounds = Grounds(held, mandate=behind)
            async with bank.disclose(request, grounds) as disclosure:
                assert disclosure.decision.permitted
                stopping = asyncio.ensure_future(
                    bank.mandates.change.stop(home, MandateId(UUID(mandate)))
                )
                async with bank.review.units() as unit:
                    while not stopping.done() and not await unit.fetch(WAITING):
                        continue
                early = stopping.done()
            await stopping
            async with bank.disclose(request, grounds) as disclosure:
                return early, disclosure.decision.permitted

    assert bank_server.run(race()) == (False, False)


WAITING = """
    SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database()
"""


def test_a_second_call_of_a_provider_that_waited_once_begins_at_once(bank_server: BankServer):
    given(bank_server)
    client = register(bank_server)
    called(client)
    home = bank_server.residents["hanako"]

    async def again() -> timedelta:
        async with bank_ahead(bank_server, DAY) as bank:
            provider = ProviderId(UUID(client.client_id))
            party = await bank.register_provider.one(provider)
            assert party is not None
            await bank.mandates.call(to_client(party), json.dumps([client.element()]))
            newest = (await bank.review.of_resident(home))[0][0]
            return newest.terms.valid_from - newest.given_at

    assert bank_server.run(again()) == timedelta()


OUTSIDE: Mapping[str, Mapping[str, Any]] = {
    "another class of recipients": {"classes": ["municipality"]},
    "another purpose class": {"group": "research", "mode": "answers"},
    "another category": {"categories": ["profile"]},
    "a greater benefit": {"least_points": 5},
}


@pytest.mark.parametrize("members", OUTSIDE.values(), ids=OUTSIDE)
def test_what_lies_outside_a_mandate_is_not_answered(
    bank_server: BankServer, members: Mapping[str, Any]
):
    given(bank_server, **members)
    assert called(register(bank_server)) == []


def test_a_call_for_transfer_abroad_or_with_special_care_data_is_never_answered(
    bank_server: BankServer,
):
    given(bank_server)
    client = register(bank_server)
    assert called(client.asking(abroad=True)) == []
    assert called(client.asking(category="health_check", fields=["systolic"])) == []


REFUSED: Mapping[str, Mapping[str, Any]] = {
    "special care": {"categories": ["health_check"]},
    "abroad": {"abroad": True},
    "unknown class": {"classes": ["nobody"]},
    "unknown group": {"group": "anything"},
    "no end": {"until": None},
    "too long": {"until": "2099-01-01"},
    "no category": {"categories": []},
}


@pytest.mark.parametrize("members", REFUSED.values(), ids=REFUSED)
def test_conditions_that_may_not_be_agreed_to_beforehand_are_refused_with_a_reason(
    bank_server: BankServer, members: Mapping[str, Any]
):
    answer = give(bank_server, **members)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_minor_gives_no_mandate_herself(bank_server: BankServer):
    home = bank_server.residents["taro"]
    of_age = bank_server.bank.clock.now() + timedelta(days=100)
    comes_of_age(bank_server, home, of_age)
    try:
        assert give(bank_server, "taro").json()["code"] == "minor_mandate"
    finally:
        comes_of_age(bank_server, home, None)


def test_a_narrowed_mandate_ends_what_it_admits_no_more(bank_server: BankServer):
    mandate = given(bank_server, categories=["daily_activity", "profile"])
    (grant,) = called(register(bank_server))
    desk = Desk(bank_server, "hanako")
    path = f"/api/v1/mandates/{mandate}/narrow"
    assert desk.post(path, {"least_points": 0}).status_code == 200
    assert consent(bank_server, grant["grant_id"])["withdrawn_at"] is None
    assert desk.post(path, {"categories": ["profile"]}).status_code == 200
    assert consent(bank_server, grant["grant_id"])["withdrawn_at"] is not None
    wider = desk.post(path, {"categories": ["profile", "daily_activity"]})
    assert wider.json()["code"] == "consent_widened"
    kinds = [each["kind"] for each in desk.events()]
    assert kinds.count("mandate_narrowed") == 2


def test_an_opened_request_that_a_mandate_admits_is_answered_at_once(bank_server: BankServer):
    given(bank_server)
    client = register(bank_server)
    home, request = open_request(bank_server, "hanako", client.authorization_url(client.push()))
    url = bank_server.run(bank_server.bank.mandates.request(home, request))
    assert url is not None
    tokens = client.redeem(parse_qs(urlsplit(url).query)["code"][0])
    assert tokens.status_code == 200, tokens.text
    early = client.read(tokens.json()["access_token"])
    assert early.status_code == 403
    assert "consent_not_begun" in early.text


def test_an_opened_request_outside_every_mandate_waits_for_her_own_word(bank_server: BankServer):
    given(bank_server, least_points=5)
    client = register(bank_server)
    home, request = open_request(bank_server, "hanako", client.authorization_url(client.push()))
    assert bank_server.run(bank_server.bank.mandates.request(home, request)) is None
    waiting = bank_server.run(bank_server.bank.authorize.waiting(home))
    assert request in [each.request_id for each, _ in waiting]


def test_a_provider_that_falls_inside_later_is_told_once(bank_server: BankServer):
    desk = Desk(bank_server, "hanako")
    mandate = given(bank_server, classes=["service", "health_service"])
    client = register(bank_server)
    inside = [each for each in told(bank_server) if each["provider"] == client.client_id]
    assert [each["kind"] for each in inside] == ["provider_inside"]
    covers = desk.get(f"/api/v1/mandates/{mandate}/covers").json()["covers"]
    (reach,) = [each for each in covers if each["provider"] == client.client_id]
    assert reach["purposes"] == {"health_promotion": ["daily_activity"]}
    bank_server.run(bank_server.bank.mandates())
    assert len([e for e in told(bank_server) if e["provider"] == client.client_id]) == 1
    assert desk.post(f"/api/v1/told/{inside[0]['told']}/seen").status_code == 204
    assert desk.post(f"/api/v1/told/{mandate}/seen").status_code == 404


def test_a_provider_that_is_certified_later_is_told_of_by_the_daily_work(bank_server: BankServer):
    client = register(bank_server)
    given(bank_server, classes=["health_service"])
    recast(bank_server, client, **certified(bank_server, "health_service"))
    assert [e for e in told(bank_server) if e["provider"] == client.client_id] == []
    bank_server.run(bank_server.bank.mandates())
    assert len([e for e in told(bank_server) if e["provider"] == client.client_id]) == 1


def test_a_preview_tells_whom_conditions_would_let_in_and_changes_nothing(
    bank_server: BankServer,
):
    client = register(bank_server)
    answer = Desk(bank_server, "hanako").post("/api/v1/mandates/preview", conditions())
    assert client.client_id in [each["provider"] for each in answer.json()["covers"]]
    assert bank_server.rows("SELECT 1 FROM mandates WHERE stopped_at IS NULL") == []


def test_a_mandate_written_by_sql_answers_nothing_and_sounds_an_alarm(bank_server: BankServer):
    mandate = given(bank_server, categories=["profile"])
    bank_server.rows(
        "UPDATE mandates SET categories = $2 WHERE mandate_id::text = $1",
        mandate,
        ["daily_activity"],
    )
    before = len(alarms(bank_server))
    assert called(register(bank_server)) == []
    assert len(alarms(bank_server)) > before


def test_a_call_and_its_grants_are_its_own_providers_alone(bank_server: BankServer):
    given(bank_server)
    mine, other = register(bank_server), register(bank_server)
    name = call(mine).json()["call"]
    (grant,) = grants(mine, name).json()["grants"]
    assert grants(other, name).status_code == 404
    assert grants(mine, "nothing").status_code == 404
    with bank_server.worker(Later(DAY)) as later:
        assert exchange(other, grant["grant_id"], later, DAY).json()["error"] == "invalid_grant"


def test_who_gives_a_mandate_later_answers_an_open_call(bank_server: BankServer):
    client = register(bank_server)
    name = call(client).json()["call"]
    given(bank_server)
    assert bank_server.run(bank_server.bank.mandates.call.all_open()) >= 1
    assert len(grants(client, name).json()["grants"]) == 1
