"""Requests wait under their own name: asked about, withdrawn, refused, countered, accepted."""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from asked_requests import Pushed, accepting, item, push, pushed, visit
from desk import Desk
from provider_client import SECONDS, register
from running_bank import BankServer
from signed_in import signed_in
from terms import granted

from infobank.errors import NotFoundError
from infobank.vocabulary.givenby import GivenBy
from infobank.web.api.requests.documents import FollowedDocument, WaitingListDocument


def kinds(server: BankServer, handle: str = "hanako") -> list[str]:
    """Return what the newest events of a resident are, newest first, but for signing in."""
    found = (each["kind"] for each in Desk(server, handle).events())
    return [kind for kind in found if kind != "sign_in"]


@pytest.fixture
def asked(bank_server: BankServer) -> Pushed:
    """A fresh provider's request that Hanako has opened."""
    return pushed(register(bank_server)).opened()


def test_a_request_waits_under_the_name_that_its_provider_was_given(asked: Pushed):
    followed = asked.followed()
    assert followed["request_id"] == asked.request
    assert (followed["state"], followed["counter_offer"]) == ("waiting", None)
    waiting = Desk(asked.server, "hanako").get("/api/v1/requests").json()
    [listed] = [each for each in waiting["requests"] if each["request"] == asked.request]
    # What is answered is what the OpenAPI document says.
    assert FollowedDocument().validate(followed) == {}
    assert WaitingListDocument().validate(waiting) == {}
    assert listed["authorization_details"] == [asked.client.element()]
    assert listed["open_until"] == followed["open_until"]


def test_nobody_else_asks_about_a_request_or_withdraws_it(asked: Pushed):
    stranger = register(asked.server)
    for method in ("GET", "DELETE"):
        assert asked.program(method, stranger).status_code == 404
        unsigned = requests.request(
            method, f"{asked.server.url}/api/v1/requests/{asked.request}", timeout=SECONDS
        )
        assert unsigned.status_code == 401
    assert asked.state() == "waiting"


def test_yes_and_no_of_the_resident_and_of_her_guardian_look_alike(bank_server: BankServer):
    client = register(bank_server)
    agreed, refused, by_guardian = (pushed(client).opened() for _ in range(3))
    answer = agreed.answer("agree", {"items": [item(client, fields=["steps"])]})
    assert "code" in parse_qs(urlsplit(answer.json()["redirect"]).query)
    said = [refused.answer("refuse").json()["redirect"]]
    home, bank = bank_server.residents["hanako"], bank_server.bank
    name = bank_server.run(bank.authorize.waiting(home))[-1][0].request_id
    said.append(bank_server.run(bank.authorize.refuse(home, name, GivenBy.GUARDIAN)))
    assert said[0] == said[1]
    followed = [each.followed() for each in (agreed, refused, by_guardian)]
    assert {each["state"] for each in followed} == {"answered"}
    assert {each["counter_offer"] for each in followed} == {None}
    assert {each.program("DELETE").status_code for each in (agreed, refused, by_guardian)} == {404}
    events = Desk(bank_server, "hanako").events()
    refusals = [each["fields"] for each in events if each["kind"] == "request_refused"]
    assert [each.get("by") for each in refusals[:2]] == ["guardian", None]


def test_what_was_withdrawn_while_it_was_read_is_answered_no_more(asked: Pushed):
    assert asked.program("DELETE").status_code == 204
    assert asked.state() == "withdrawn"
    assert asked.program("DELETE").status_code == 404
    client = asked.client
    documents: Mapping[str, Any] = {
        "agree": {"items": [item(client)]},
        "counter": {"retention_days": 1},
        "refuse": {},
    }
    answers = [asked.answer(how, document) for how, document in documents.items()]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "not_found")}
    assert asked.state() == "withdrawn"
    assert kinds(asked.server)[0] == "request_withdrawn"


def test_a_request_is_over_after_its_days_and_at_once_when_nobody_opened_it(asked: Pushed):
    unopened = pushed(asked.client)
    asked.server.rows(
        "UPDATE requests SET waits_until = now() WHERE request_id::text = $1", asked.request
    )
    asked.server.rows(
        "UPDATE requests SET uri_expires_at = now() WHERE request_id::text = $1", unopened.request
    )
    assert (asked.state(), unopened.state()) == ("over", "over")
    assert asked.answer("refuse").status_code == 404
    assert asked.answer("counter", {"retention_days": 1}).status_code == 404


def test_of_two_answers_at_once_one_wins_and_the_other_hears_it(asked: Pushed):
    bank, home = asked.server.bank, asked.server.residents["hanako"]
    name = asked.server.run(bank.authorize.waiting(home))[-1][0].request_id

    async def both() -> list[object]:
        return await asyncio.gather(
            bank.authorize.refuse(home, name),
            bank.authorize.refuse(home, name),
            return_exceptions=True,
        )

    first, second = sorted(asked.server.run(both()), key=lambda each: isinstance(each, str))
    assert isinstance(first, NotFoundError)
    assert isinstance(second, str)


def test_a_provider_that_keeps_to_the_offer_is_given_the_consent_at_once(asked: Pushed):
    offered = asked.countered(
        items=[item(asked.client, fields=["steps"])], most_uses=2, retention_days=7
    )
    assert [(each["fields"], each["most_uses"]) for each in offered] == [(["steps"], 2)]
    assert asked.state() == "counter_offered"
    again = accepting(asked, offered)
    code = parse_qs(urlsplit(visit(again)).query)["code"][0]
    answer = asked.client.redeem(code)
    assert answer.json()["authorization_details"] == offered
    assert asked.client.read(answer.json()["access_token"]).json()["fields"] == ["steps"]
    assert (asked.state(), again.state()) == ("answered", "answered")
    assert kinds(asked.server)[:3] == ["permit", "consent_given", "counter_offered"]


def test_an_offer_is_accepted_once(asked: Pushed):
    offered = asked.countered(retention_days=7)
    first, second = accepting(asked, offered), accepting(asked, offered)
    assert "code=" in visit(first)
    assert visit(second).endswith(f"/requests/{second.request}")
    assert second.state() == "waiting"
    late = push(asked.client, request_id=asked.request, authorization_details=json.dumps(offered))
    assert (late.status_code, late.json()["error"]) == (400, "invalid_request")


WIDER: Mapping[str, Mapping[str, Any]] = {
    "keeps it longer": {"retention_days": 8},
    "as was asked at first": {"fields": ["steps", "distance"]},
    "other words": {"purpose_text": {"ja": "別の目的", "en": "Something else"}},
    "passed on": {"onward": "processors"},
}


@pytest.mark.parametrize("members", WIDER.values(), ids=WIDER)
def test_what_reaches_further_than_the_offer_is_not_taken(
    asked: Pushed, members: Mapping[str, Any]
):
    (offered,) = asked.countered(items=[item(asked.client, fields=["steps"])], retention_days=7)
    details = json.dumps([offered | members])
    answer = push(asked.client, request_id=asked.request, authorization_details=details)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_authorization_details")
    assert asked.state() == "counter_offered"


def test_only_ones_own_countered_request_can_be_accepted(asked: Pushed):
    details = json.dumps([asked.client.element()])
    stranger = register(asked.server)
    early = push(asked.client, request_id=asked.request, authorization_details=details)
    offered = json.dumps(asked.countered(retention_days=7))
    foreign = push(stranger, request_id=asked.request, authorization_details=offered)
    assert (early.status_code, early.json()["error"]) == (400, "invalid_request")
    assert foreign.json() == early.json()


def test_an_offer_is_never_more_than_was_asked_and_always_less(asked: Pushed):
    last = asked.server.last_day
    further = (last + timedelta(days=181)).isoformat()
    for document, code in (
        ({"retention_days": 31}, "consent_widened"),
        ({"until": further}, "consent_widened"),
        ({}, "invalid_input"),
        ({"retention_days": 30}, "invalid_input"),
        ({"items": [item(asked.client, fields=["distance", "steps"])]}, "invalid_input"),
        ({"retention_days": 7, "explicit": ["health_check"]}, "invalid_input"),
    ):
        answer = asked.answer("counter", document)
        assert (answer.status_code, answer.json()["code"]) == (400, code), document
    assert asked.state() == "waiting"


def test_an_offer_that_was_taken_back_gives_nothing(asked: Pushed):
    again = accepting(asked, asked.countered(retention_days=7))
    assert asked.answer("refuse").status_code == 200
    assert visit(again).endswith(f"/requests/{again.request}")
    assert again.state() == "waiting"
    assert asked.followed()["counter_offer"] is None


def test_an_offer_written_or_changed_by_sql_gives_nothing(asked: Pushed):
    offered = asked.countered(retention_days=7)
    asked.server.rows(
        "UPDATE requests SET counter_offer = jsonb_set(counter_offer, '{retention_days}', '20')"
        " WHERE request_id::text = $1",
        asked.request,
    )
    again = accepting(asked, [offered[0] | {"retention_days": 20}])
    assert visit(again).endswith(f"/requests/{again.request}")
    assert again.state() == "waiting"


def test_nobody_but_the_resident_who_offered_opens_what_accepts_it(asked: Pushed):
    again = accepting(asked, asked.countered(retention_days=7))
    assert visit(again, "taro").endswith(f"/requests/{again.request}")
    assert (asked.state(), again.state()) == ("counter_offered", "waiting")


def test_a_provider_that_was_struck_off_is_given_nothing_it_was_offered(asked: Pushed):
    again = accepting(asked, asked.countered(retention_days=7))
    asked.server.rows(
        "UPDATE providers SET vetted_until = now() WHERE provider_id::text = $1",
        asked.client.client_id,
    )
    page = signed_in(asked.server, "hanako").get(
        asked.client.authorization_url(again.request_uri), timeout=SECONDS
    )
    assert page.status_code in {400, 404}
    found = asked.server.rows(
        "SELECT decided_at FROM requests WHERE provider_id::text = $1", asked.client.client_id
    )
    assert {row["decided_at"] for row in found} == {None}


def test_a_renewal_shows_what_it_would_change_and_what_widens(bank_server: BankServer):
    held = granted(bank_server, fields=["steps"])
    asking = held.client.asking(fields=["steps", "distance"], consent=held.consent)
    renewal = pushed(asking).opened()
    path = f"/api/v1/requests/{renewal.request}/changes"
    changes = Desk(bank_server, "hanako").get(path).json()["changes"]
    assert [(each["term"], each["widens"]) for each in changes] == [("fields", True)]
    assert Desk(bank_server, "taro").get(path).status_code == 404
    fresh = pushed(held.client).opened()
    answer = Desk(bank_server, "hanako").get(f"/api/v1/requests/{fresh.request}/changes")
    assert answer.json() == {"changes": None}
