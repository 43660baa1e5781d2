"""Every shape of record goes in, lies sealed, and comes out as it was."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from running_bank import BankServer

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import Category, Record, Span, TimeUnit
from infobank.vocabulary.identifiers import ResidentId

SHAPES = {
    "profile": (Span.LIFE, TimeUnit.DAY),
    "daily_activity": (Span.YEAR, TimeUnit.DAY),
    "household_electricity": (Span.YEAR, TimeUnit.DAY),
    "half_hourly_electricity": (Span.MONTH, TimeUnit.MINUTE),
    "health_check": (Span.LIFE, TimeUnit.DAY),
    "trips": (Span.MONTH, TimeUnit.MINUTE),
}
HEADER = 68


def held(bank_server: BankServer, resident: ResidentId, category: Category) -> list[Record]:
    return bank_server.run(bank_server.bank.holdings.records(resident, category))


def newcomer(bank_server: BankServer, name: str) -> ResidentId:
    return bank_server.run(bank_server.bank.enrol("shapes", [name], create=True))[name]


def put(
    bank_server: BankServer, resident: ResidentId, category: Category, records: Sequence[Record]
) -> tuple[int, int, int]:
    done = bank_server.run(bank_server.bank.deposit(category, "shapes", {resident: records}))
    return done.added, done.changed, done.same


def generations(bank_server: BankServer, resident: ResidentId) -> list[int]:
    rows = bank_server.rows("SELECT generation FROM blocks WHERE resident_id = $1", resident)
    return sorted(row["generation"] for row in rows)


def test_the_shapes_are_those_of_the_rules(bank_server: BankServer):
    categories = bank_server.bank.policies.categories.values()
    assert {each.code: (each.span, each.time) for each in categories} == SHAPES


@pytest.mark.parametrize("code", SHAPES)
def test_what_was_deposited_is_opened_again_and_again_changes_nothing(
    bank_server: BankServer, code: str
):
    category, resident = bank_server.bank.policies.category(code), bank_server.residents["hanako"]
    records = list(bank_server.deposited("hanako", code))
    assert held(bank_server, resident, category) == records
    assert put(bank_server, resident, category, records) == (0, 0, len(records))


def test_no_value_of_any_shape_lies_open_in_the_database(bank_server: BankServer):
    resident = bank_server.residents["hanako"]
    rows = bank_server.rows("SELECT stored FROM blocks WHERE resident_id = $1", resident)
    sealed = b"".join(row["stored"][HEADER:] for row in rows)
    trip = bank_server.deposited("hanako", "trips")[0]
    profile = bank_server.deposited("hanako", "profile")[0]
    texts = [value for value in (*trip.values, *profile.values) if isinstance(value, str)]
    longer = [text for text in texts if len(text.encode()) >= 6]
    assert len(longer) >= 3
    assert [text for text in longer if text.encode() in sealed] == []


def test_late_corrected_and_doubled_half_hours_find_their_place(bank_server: BankServer):
    category = bank_server.bank.policies.category("half_hourly_electricity")
    resident, day = newcomer(bank_server, "late"), bank_server.last_day
    records = [
        Record(day - timedelta(days=back), (30 * back + minute // 30,), minute)
        for back in (1, 0)
        for minute in range(0, 1440, 30)
    ]
    assert put(bank_server, resident, category, records[40:]) == (56, 0, 0)
    assert put(bank_server, resident, category, list(reversed(records[:40]))) == (40, 0, 0)
    assert held(bank_server, resident, category) == records
    corrected = records[50]._replace(values=(4_999,))
    assert put(bank_server, resident, category, [records[50], corrected]) == (0, 1, 1)
    assert held(bank_server, resident, category) == [*records[:50], corrected, *records[51:]]


def test_a_day_of_half_hours_more_rewrites_its_month_and_no_other(bank_server: BankServer):
    category = bank_server.bank.policies.category("half_hourly_electricity")
    resident = newcomer(bank_server, "append")
    first = bank_server.last_day.replace(day=1) - timedelta(days=40)
    for day in (first.replace(day=1), bank_server.last_day.replace(day=1)):
        half_hours = [Record(day, (1,), minute) for minute in range(0, 1440, 30)]
        put(bank_server, resident, category, half_hours)
    assert generations(bank_server, resident) == [1, 1]
    more = [Record(first.replace(day=2), (2,), minute) for minute in range(0, 1440, 30)]
    assert put(bank_server, resident, category, more) == (48, 0, 0)
    assert generations(bank_server, resident) == [1, 2]


@pytest.mark.parametrize(
    ("code", "values", "minute"),
    [
        ("half_hourly_electricity", (1,), 1500),
        ("half_hourly_electricity", (1,), -30),
        ("household_electricity", (1, 1), 30),
    ],
)
def test_a_minute_that_its_category_does_not_have_is_refused(
    bank_server: BankServer, code: str, values: tuple[int, ...], minute: int
):
    category = bank_server.bank.policies.category(code)
    resident = bank_server.residents["taro"]
    before = held(bank_server, resident, category)
    with pytest.raises(InvalidInputError):
        put(bank_server, resident, category, [Record(bank_server.last_day, values, minute)])
    assert held(bank_server, resident, category) == before
