"""What a resident says at the counter becomes a consent on two stewards' word."""

import pytest
from asked_requests import Pushed, pushed
from counter import ALL, Counter, decide, taken_down, waiting
from desk import Desk
from mandates import exchange
from provider_client import ProviderClient, register
from running_bank import BankServer
from stewards import STEWARDS
from terms import BENEFIT, HEALTH_CHECK


@pytest.fixture(scope="module")
def counters(bank_server: BankServer) -> tuple[Counter, Counter]:
    one, other = (Counter(bank_server, handle) for handle in STEWARDS)
    return one, other


def asked(server: BankServer, handle: str = "hanako", **members: object) -> Pushed:
    return pushed(register(server).asking(**members)).opened(handle)


def consents(server: BankServer, handle: str = "hanako") -> list[dict[str, object]]:
    found: list[dict[str, object]] = Desk(server, handle).get("/api/v1/consents").json()["consents"]
    return found


def test_two_stewards_give_it_and_the_provider_finds_it_by_its_request(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, other = counters
    request = asked(bank_server)
    approval = taken_down(one, request)
    assert request.followed()["grant_id"] is None
    assert decide(other, approval) == 303
    followed = request.followed()
    assert followed["state"] == "answered"
    issued = exchange(request.client, followed["grant_id"])
    assert issued.status_code == 200, issued.text
    assert request.client.read(issued.json()["access_token"]).status_code == 200
    (given,) = [each for each in consents(bank_server) if each["consent"] == followed["grant_id"]]
    assert given["given_by"] == "counter"


def test_nothing_is_given_before_the_second_word_and_never_on_ones_own(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, other = counters
    request = asked(bank_server)
    before = len(consents(bank_server))
    approval = taken_down(one, request)
    own = one.post("approval", {"decision": "approve"}, approval=approval)
    assert own.status_code == 409
    assert len(consents(bank_server)) == before
    assert request.state() == "waiting"
    assert decide(other, approval, "refuse") == 303
    assert request.state() == "waiting"
    assert decide(other, approval) == 303
    assert len(consents(bank_server)) == before


def test_two_presses_ask_and_approve_once(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, other = counters
    request = asked(bank_server)
    visit = one.visit("hanako")
    parts = {"visit": visit, "request": request.request}
    ends = [one.post("counter_request", ALL, **parts).headers["Location"] for _ in range(2)]
    assert [end.rpartition("=")[2] for end in ends] == ["asked", "asked_before"]
    (approval,) = waiting(bank_server, request)
    before = len(consents(bank_server))
    assert [decide(other, approval) for _ in range(2)] == [303, 303]
    assert len(consents(bank_server)) == before + 1


def test_what_was_left_without_an_answer_is_asked_again(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, _ = counters
    request = asked(bank_server)
    parts = {"visit": one.visit("hanako"), "request": request.request}
    for answers in ({}, {"item.0": "no"}, {"item.0": "perhaps"}):
        assert one.post("counter_request", answers, **parts).status_code == 422
    assert waiting(bank_server, request) == []


def test_special_care_is_explicit_where_she_said_yes_to_it(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, other = counters
    request = asked(bank_server, **HEALTH_CHECK, benefit=BENEFIT)
    assert decide(other, taken_down(one, request)) == 303
    issued = exchange(request.client, request.followed()["grant_id"])
    assert request.client.read(issued.json()["access_token"]).status_code == 200


def test_a_request_that_was_answered_meanwhile_gives_nothing(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, other = counters
    request = asked(bank_server)
    approval = taken_down(one, request)
    assert request.answer("refuse").status_code == 200
    before = len(consents(bank_server))
    assert one.get("approval", approval=approval).status_code == 200
    assert decide(other, approval) == 409
    assert len(consents(bank_server)) == before


def test_a_request_changed_by_sql_gives_nothing(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, other = counters
    request = asked(bank_server)
    approval = taken_down(one, request)
    bank_server.rows(
        "UPDATE requests SET document = jsonb_set(document, '{retention_days}', '3000')"
        " WHERE request_id::text = $1",
        request.request,
    )
    before = len(consents(bank_server))
    assert decide(other, approval) == 409
    assert len(consents(bank_server)) == before


def test_anothers_request_is_not_there(bank_server: BankServer, counters: tuple[Counter, Counter]):
    one, _ = counters
    request = asked(bank_server, "taro")
    visit = one.visit("hanako")
    gone = one.get("counter_request", visit=visit, request=request.request)
    assert gone.headers["Location"].endswith("done=gone")
    posted = one.post("counter_request", ALL, visit=visit, request=request.request)
    assert posted.headers["Location"].endswith("done=gone")
    assert waiting(bank_server, request) == []


def test_another_provider_gets_no_exchange_it(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, other = counters
    request = asked(bank_server)
    decide(other, taken_down(one, request))
    stranger: ProviderClient = register(bank_server)
    assert exchange(stranger, request.followed()["grant_id"]).status_code == 400


def test_a_consent_given_in_a_browser_is_no_grant_by_its_name(bank_server: BankServer):
    request = asked(bank_server)
    answer = request.answer("agree", {"items": [item_of(request)]})
    assert answer.status_code == 200, answer.text
    newest = consents(bank_server)[0]
    assert request.followed()["grant_id"] is None
    assert exchange(request.client, str(newest["consent"])).status_code == 400


def item_of(request: Pushed) -> dict[str, object]:
    element = request.client.element()
    return {name: element[name] for name in ("category", "fields", "period")}


def test_a_hostile_name_is_shown_as_text(
    bank_server: BankServer, counters: tuple[Counter, Counter]
):
    one, _ = counters
    benefit = {"words": {"ja": "<script>alert(1)</script>", "en": "<script>alert(1)</script>"}}
    request = asked(bank_server, benefit=benefit)
    page = one.get("counter_request", visit=one.visit("hanako"), request=request.request)
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
