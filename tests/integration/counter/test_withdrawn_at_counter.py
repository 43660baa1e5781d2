"""Consents end at the counter, and by a form on paper, at once and on one steward's word."""

from datetime import timedelta

import pytest
from counter import Counter
from desk import Desk
from running_bank import BankServer
from terms import granted


@pytest.fixture(scope="module")
def counter(bank_server: BankServer) -> Counter:
    return Counter(bank_server)


def paper(server: BankServer, handle: str, **form: str) -> dict[str, str]:
    """Return a form as it is entered, with other fields."""
    usual = {
        "number": handle,
        "reference": "窓-2026-17",
        "signed_on": server.last_day.isoformat(),
        "reason": "記載なし",
        "scope": "everything",
        "afterwards": "delete",
    }
    return usual | form


def test_a_form_ends_everything_at_once_and_says_so_in_the_history(
    bank_server: BankServer, counter: Counter
):
    held = [granted(bank_server, "taro") for _ in range(2)]
    answer = counter.post("counter_paper", paper(bank_server, "taro"))
    assert answer.headers["Location"].endswith("ended=2")
    assert [each.read().status_code for each in held] == [403, 403]
    found = Desk(bank_server, "taro").events()
    assert {each["fields"]["by"] for each in found if each["kind"] == "consent_withdrawn"} == {
        "paper"
    }
    (act,) = [each["fields"] for each in found if each["fields"].get("what") == "counter_paper"]
    assert (act["paper"], act["reason"]) == ("窓-2026-17", "記載なし")


def test_the_same_form_twice_ends_nothing_more(bank_server: BankServer, counter: Counter):
    granted(bank_server, "kenji")
    form = paper(bank_server, "kenji")
    ends = [counter.post("counter_paper", form).headers["Location"] for _ in range(2)]
    assert [end.rpartition("=")[2] for end in ends] == ["1", "0"]
    acts = [each["fields"].get("what") for each in Desk(bank_server, "kenji").events()]
    assert acts.count("counter_paper") == 1


def test_a_form_about_one_provider_leaves_the_others(bank_server: BankServer, counter: Counter):
    ended, kept = (granted(bank_server, "hanako") for _ in range(2))
    form = paper(bank_server, "hanako", scope=ended.client.client_id, afterwards="keep")
    assert counter.post("counter_paper", form).headers["Location"].endswith("ended=1")
    assert (ended.read().status_code, kept.read().status_code) == (403, 200)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "nobody"}, "number"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 81}, "reference"),
        ({"signed_on": "yesterday"}, "signed_on"),
        ({"signed_on": "2999-01-01"}, "signed_on"),
        ({"signed_on": "1999-01-01"}, "signed_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "\u202eesrever"}, "reason"),
        ({"scope": ""}, "scope"),
        ({"scope": "<script>"}, "scope"),
        ({"afterwards": ""}, "afterwards"),
    ],
)
def test_a_form_that_is_not_right_comes_back_as_it_was_typed(
    bank_server: BankServer, counter: Counter, wrong: dict[str, str], field: str
):
    held = granted(bank_server, "hanako")
    answer = counter.post("counter_paper", paper(bank_server, "hanako", **wrong))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "<script>" not in answer.text
    assert held.read().status_code == 200


def test_years_of_an_era_and_full_width_are_understood(bank_server: BankServer, counter: Counter):
    granted(bank_server, "hanako")
    day = bank_server.last_day
    written = f"令和{day.year - 2018}年{day.month}月{day.day}日"
    form = paper(bank_server, "ｈａｎａｋｏ", signed_on=written)
    assert counter.post("counter_paper", form).status_code == 303


def test_a_consent_ends_before_her_at_the_counter(bank_server: BankServer, counter: Counter):
    held = granted(bank_server, "hanako")
    parts = {"visit": counter.visit("hanako"), "consent": held.consent}
    assert counter.get("counter_consent", **parts).status_code == 200
    assert counter.post("counter_consent", {}, **parts).status_code == 422
    assert held.read().status_code == 200
    ended = counter.post("counter_consent", {"afterwards": "keep"}, **parts)
    assert ended.headers["Location"].endswith("done=withdrawn")
    assert held.read().status_code == 403
    again = counter.post("counter_consent", {"afterwards": "delete"}, **parts)
    assert again.headers["Location"].endswith("done=withdrawn")
    assert held.row()["changed_by"] == "counter"
    assert counter.get("counter_receipt", **parts).status_code == 200


def test_nobody_elses_consent_is_shown_or_ended(bank_server: BankServer, counter: Counter):
    held = granted(bank_server, "taro")
    parts = {"visit": counter.visit("hanako"), "consent": held.consent}
    assert counter.get("counter_consent", **parts).status_code == 404
    assert counter.get("counter_receipt", **parts).status_code == 404
    counter.post("counter_consent", {"afterwards": "keep"}, **parts)
    assert held.read().status_code == 200


def test_a_visit_that_is_over_ends_nothing(bank_server: BankServer, counter: Counter):
    held = granted(bank_server, "hanako")
    visit = counter.visit("hanako")
    bank_server.rows(
        "UPDATE counter_visits SET begun_at = begun_at - $2::interval WHERE visit_id = $1",
        visit,
        timedelta(hours=1),
    )
    parts = {"visit": visit, "consent": held.consent}
    assert counter.post("counter_consent", {"afterwards": "keep"}, **parts).status_code == 404
    assert held.read().status_code == 200
