"""Corrections: by the resident's own word, or by a steward who sees no value."""

from datetime import timedelta

import pytest
from desk import Desk
from running_bank import BankServer


@pytest.fixture(scope="module")
def day(bank_server: BankServer) -> str:
    return bank_server.deposited("hanako", "daily_activity")[-1].observed.isoformat()


def wrong(field: str, value: object, day: str, category: str = "daily_activity", note: str = ""):
    return {"category": category, "field": field, "observed": day, "value": value, "note": note}


def held(server: BankServer, handle: str, category: str) -> list[tuple[str, tuple[object, ...]]]:
    kind = server.bank.policies.category(category)
    records = server.run(server.bank.holdings.records(server.residents[handle], kind))
    return [(each.observed.isoformat(), each.values) for each in records]


def test_what_the_resident_knows_best_is_corrected_at_once(bank_server: BankServer, day: str):
    desk = Desk(bank_server, "hanako")
    before = dict(held(bank_server, "hanako", "daily_activity"))
    made = desk.ask("corrections", wrong("steps", 4321, day))
    assert made["status"] == "carried_out"
    assert [step["status"] for step in made["steps"]] == ["received", "carried_out"]
    after = dict(held(bank_server, "hanako", "daily_activity"))
    assert after[day] == (4321, *before[day][1:])
    assert {**after, day: ()} == {**before, day: ()}
    deposit = next(each for each in desk.events() if each["kind"] == "deposit")
    assert deposit["fields"]["source"] == "correction"
    assert deposit["fields"]["changed"] == 1


def test_a_record_that_is_not_held_cannot_be_corrected(bank_server: BankServer):
    missing = bank_server.deposited("hanako", "daily_activity")[0].observed - timedelta(days=1)
    made = Desk(bank_server, "hanako").ask("corrections", wrong("steps", 1, missing.isoformat()))
    assert (made["status"], made["reason"]) == ("refused", "not_held")


def health_day(server: BankServer) -> str:
    return server.deposited("hanako", "health_check")[-1].observed.isoformat()


def test_the_steward_decides_without_seeing_a_value(bank_server: BankServer):
    desk, steward = Desk(bank_server, "hanako"), Desk(bank_server, "steward")
    before = held(bank_server, "hanako", "health_check")
    document = wrong("waist", "98.7", health_day(bank_server), "health_check", "seen on paper")
    made = desk.ask("corrections", document)
    assert made["status"] == "received"
    assert held(bank_server, "hanako", "health_check") == before
    listing = steward.get("/api/v1/corrections")
    (waiting,) = [each for each in listing.json()["requests"] if each["request"] == made["request"]]
    assert (waiting["field"], waiting["note"]) == ("waist", "seen on paper")
    assert "98.7" not in listing.text
    assert "987" not in listing.text
    decided = steward.post(f"/api/v1/corrections/{made['request']}", {"accept": True})
    assert decided.json()["status"] == "carried_out"
    category = bank_server.bank.policies.category("health_check")
    place = category.field_names.index("waist")
    assert held(bank_server, "hanako", "health_check")[-1][1][place] == 987
    steps = desk.one(made)["steps"]
    assert [step["by"] for step in steps] == ["self", "steward"]


def test_a_refused_correction_tells_its_reason_and_changes_nothing(bank_server: BankServer):
    desk, steward = Desk(bank_server, "hanako"), Desk(bank_server, "steward")
    before = held(bank_server, "hanako", "health_check")
    made = desk.ask("corrections", wrong("waist", "60", health_day(bank_server), "health_check"))
    path = f"/api/v1/corrections/{made['request']}"
    assert steward.post(path, {"accept": False}).status_code == 400
    assert steward.post(path, {"accept": False, "reason": "account_closed"}).status_code == 400
    assert steward.post(path, {"accept": False, "reason": "not_wrong"}).status_code == 200
    found = desk.one(made)
    assert (found["status"], found["reason"]) == ("refused", "not_wrong")
    assert held(bank_server, "hanako", "health_check") == before
    again = steward.post(path, {"accept": True})
    assert (again.status_code, again.json()["code"]) == (409, "rights_request_over")


def test_neither_value_nor_note_stands_open_in_the_database(bank_server: BankServer):
    desk = Desk(bank_server, "hanako")
    note = "canary-note-7731"
    made = desk.ask(
        "corrections", wrong("waist", "61.5", health_day(bank_server), "health_check", note)
    )
    (row,) = bank_server.rows(
        "SELECT r::text AS shown, octet_length(sealed) AS told, octet_length(sealed_value) AS value"
        " FROM rights_requests r WHERE request_id = $1::uuid",
        made["request"],
    )
    for canary in (note, note.encode().hex(), "61.5", "health_check", "waist"):
        assert canary not in row["shown"]
    other = desk.ask("corrections", wrong("waist", "100", health_day(bank_server), "health_check"))
    (second,) = bank_server.rows(
        "SELECT octet_length(sealed) AS told, octet_length(sealed_value) AS value"
        " FROM rights_requests WHERE request_id = $1::uuid",
        other["request"],
    )
    assert (second["told"], second["value"]) == (row["told"], row["value"])


def test_the_value_is_kept_no_longer_than_the_decision_takes(bank_server: BankServer, day: str):
    made = Desk(bank_server, "hanako").ask("corrections", wrong("steps", 4322, day))
    (row,) = bank_server.rows(
        "SELECT octet_length(sealed_value) AS kept FROM rights_requests"
        " WHERE request_id = $1::uuid",
        made["request"],
    )
    assert row["kept"] == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": "moods"}, "category"),
        ({"field": "mood"}, "fields"),
        ({"value": -1}, "steps"),
        ({"value": "many"}, "steps"),
        ({"observed": "2999-01-01"}, "observed"),
        ({"observed": "1899-12-31"}, "observed"),
        ({"time": "29:00"}, "time"),
        ({"note": "x" * 1001}, "note"),
    ],
    ids=lambda part: next(iter(part)) if isinstance(part, dict) else part,
)
def test_a_correction_that_no_record_may_hold_is_refused(
    bank_server: BankServer, day: str, changed: dict[str, object], field: str
):
    answer = Desk(bank_server, "hanako").post(
        "/api/v1/rights/corrections", {**wrong("steps", 1, day), **changed}
    )
    assert answer.status_code == 400
    assert answer.json()["field"] == field
