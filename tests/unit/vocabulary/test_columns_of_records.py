"""Columns say what records say, and are cut, chosen and joined whole."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import Record, TimeUnit, clock_minute, clock_text
from infobank.vocabulary.columns import Columns, Moments
from infobank.vocabulary.period import Period

DAYS = st.dates(date(2026, 3, 30), date(2026, 4, 3))


@st.composite
def series(draw: st.DrawFn) -> tuple[TimeUnit, list[Record]]:
    time = draw(st.sampled_from(TimeUnit))
    minutes = st.integers(0, 1499) if time is TimeUnit.MINUTE else st.just(0)
    moments = sorted(draw(st.sets(st.tuples(DAYS, minutes), min_size=1, max_size=20)))
    return time, [Record(day, (n, str(n)), minute) for n, (day, minute) in enumerate(moments)]


@given(series())
def test_columns_give_the_records_back(case: tuple[TimeUnit, list[Record]]):
    time, records = case
    columns = Columns.of(time, records)
    assert columns.records() == records
    assert len(columns) == len(records)
    assert list(columns.days) == [record.observed for record in records]


@given(series(), DAYS, DAYS)
def test_a_period_keeps_its_first_and_its_last_day_whole(
    case: tuple[TimeUnit, list[Record]], one: date, two: date
):
    time, records = case
    period = Period(min(one, two), max(one, two))
    kept = [record for record in records if record.observed in period]
    assert Columns.of(time, records).within(period).records() == kept


@given(series(), st.integers(0, 20))
def test_parts_are_joined_in_order(case: tuple[TimeUnit, list[Record]], at: int):
    time, records = case
    parts = [Columns.of(time, part) for part in (records[:at], records[at:]) if part]
    assert Columns.joined(time, 2, parts).records() == records


def test_nothing_joined_is_nothing():
    nothing = Columns.joined(TimeUnit.DAY, 2, [])
    assert (len(nothing), len(nothing.values), nothing.records()) == (0, 2, [])


def test_moments_are_the_sum_of_their_steps():
    moments = Moments(5, [1, 2, 30])
    assert list(moments) == [5, 6, 8, 38]
    assert (len(moments), moments[-1], list(moments[1:3])) == (4, 38, [6, 8])


@pytest.mark.parametrize(
    "records",
    [
        [],
        [Record(date(2026, 4, 1), (1,)), Record(date(2026, 4, 2), (1, 2))],
        [Record(date(2026, 4, 1), (1,), 1500)],
        [Record(date(2026, 4, 1), (1,), -1)],
    ],
    ids=["none", "ragged", "after the day", "before the day"],
)
def test_records_that_are_no_columns_are_refused(records: list[Record]):
    with pytest.raises(InvalidInputError):
        Columns.of(TimeUnit.MINUTE, records)


def test_a_category_of_days_has_no_minutes():
    with pytest.raises(InvalidInputError, match="counts in days"):
        Columns.of(TimeUnit.DAY, [Record(date(2026, 4, 1), (1,), 30)])


@given(st.integers(0, 1499))
def test_a_minute_is_read_as_it_is_written(minute: int):
    assert clock_minute(clock_text(minute)) == minute


def test_the_hour_that_a_clock_change_adds_is_the_twenty_fifth():
    assert clock_text(1499) == "24:59"


@pytest.mark.parametrize(
    "text", ["", "9:30", "09:60", "25:00", "09:30\n", "0930", "０９:３０", "09:30:00", "-1:00"]
)
def test_other_texts_are_no_time(text: str):
    with pytest.raises(InvalidInputError) as caught:
        clock_minute(text)
    assert caught.value.field == "time"
