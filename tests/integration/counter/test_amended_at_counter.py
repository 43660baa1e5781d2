"""At the counter a resident changes a consent of hers: she is asked only what changes."""

import json
from typing import Any

import pytest
from asked_requests import Pushed, pushed
from counter import Counter, decide, taken_down, waiting
from desk import Desk
from mandates import exchange
from running_bank import BankServer
from stewards import STEWARDS
from terms import Granted, granted

PROFILE = {"category": "profile", "fields": ["birth_year"]}


@pytest.fixture(scope="module")
def counters(bank_server: BankServer) -> tuple[Counter, Counter]:
    one, other = (Counter(bank_server, handle) for handle in STEWARDS)
    return one, other


@pytest.fixture
def held(bank_server: BankServer) -> Granted:
    return granted(bank_server, fields=["steps"])


def amending(held: Granted, *more: dict[str, object], **members: object) -> Pushed:
    """Ask to change a consent: what it holds with other terms, and more items."""
    asking = held.client.asking(fields=["steps"], consent=held.consent, **members)
    elements = [asking.element(), *({**asking.element(), **each} for each in more)]
    return pushed(asking, authorization_details=json.dumps(elements)).opened()


def stored(server: BankServer, held: Granted) -> dict[str, Any]:
    rows = server.rows("SELECT * FROM consents WHERE consent_id::text = $1", held.consent)
    return dict(rows[0])


def events(server: BankServer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Desk(server, "hanako").get("/api/v1/history").json()["events"]
    return found


def test_only_what_changes_is_asked_and_the_rest_stays(
    bank_server: BankServer, counters: tuple[Counter, Counter], held: Granted
):
    one, other = counters
    request = amending(held, PROFILE)
    page = one.get("counter_request", visit=one.visit("hanako"), request=request.request).text
    assert [name in page for name in ("item.0-yes", "item.1-yes", "bounds-yes")] == [
        *(False, True, False)
    ]
    approval = taken_down(one, request, answers={"item.1": "yes"})
    assert 'class="change-wider"' in other.get("approval", approval=approval).text
    assert stored(bank_server, held)["version"] == 1
    assert decide(other, approval) == 303
    now = stored(bank_server, held)
    assert (now["version"], now["given_by"]) == (2, "counter")
    assert [item["category"] for item in json.loads(now["items"])] == ["daily_activity", "profile"]
    assert request.followed()["grant_id"] == held.consent
    assert exchange(held.client, held.consent).status_code == 200


def test_terms_that_change_besides_are_one_question(
    bank_server: BankServer, counters: tuple[Counter, Counter], held: Granted
):
    one, other = counters
    request = amending(held, retention_days=60)
    parts = {"visit": one.visit("hanako"), "request": request.request}
    for answers in ({}, {"bounds": "no"}, {"bounds": "perhaps"}, {"item.0": "yes"}):
        assert one.post("counter_request", answers, **parts).status_code == 422
    assert waiting(bank_server, request) == []
    assert decide(other, taken_down(one, request, answers={"bounds": "yes"})) == 303
    assert stored(bank_server, held)["retention_days"] == 60


def test_a_no_to_what_is_new_leaves_what_was(
    bank_server: BankServer, counters: tuple[Counter, Counter], held: Granted
):
    one, other = counters
    request = amending(held, PROFILE, retention_days=60)
    answers = {"bounds": "yes", "item.1": "no"}
    assert decide(other, taken_down(one, request, answers=answers)) == 303
    now = stored(bank_server, held)
    assert [item["category"] for item in json.loads(now["items"])] == ["daily_activity"]
    assert now["retention_days"] == 60


def test_her_history_says_that_it_was_at_the_counter(
    bank_server: BankServer, counters: tuple[Counter, Counter], held: Granted
):
    one, other = counters
    request = amending(held, retention_days=60)
    decide(other, taken_down(one, request, answers={"bounds": "yes"}))
    said = next(each for each in events(bank_server) if each["kind"] == "consent_widened")
    assert (said["fields"]["by"], said["fields"]["consent"]) == ("counter", held.consent)


@pytest.mark.parametrize("meanwhile", ["withdraw", "narrow"])
def test_a_consent_that_is_another_by_now_is_left_alone(
    bank_server: BankServer,
    counters: tuple[Counter, Counter],
    held: Granted,
    meanwhile: str,
):
    one, other = counters
    request = amending(held, retention_days=60)
    approval = taken_down(one, request, answers={"bounds": "yes"})
    document = {"retention_days": 7} if meanwhile == "narrow" else {}
    answer = Desk(bank_server, "hanako").post(
        f"/api/v1/consents/{held.consent}/{meanwhile}", document
    )
    assert answer.status_code in {200, 204}, answer.text
    before = stored(bank_server, held)
    assert decide(other, approval) == 409
    assert stored(bank_server, held) == before


def test_a_request_to_change_a_consent_that_ended_is_gone(
    bank_server: BankServer, counters: tuple[Counter, Counter], held: Granted
):
    one, _ = counters
    request = amending(held, retention_days=60)
    Desk(bank_server, "hanako").post(f"/api/v1/consents/{held.consent}/withdraw", {})
    page = one.get("counter_request", visit=one.visit("hanako"), request=request.request)
    assert page.headers["Location"].endswith("done=gone")
