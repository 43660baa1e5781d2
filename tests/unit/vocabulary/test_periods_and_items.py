"""Periods and items: covering, overlapping, narrowing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.errors import InvalidInputError
from infobank.vocabulary.item import Item, covered, uncovered
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.canonical import canonical_json, joined

days = st.integers(0, 800).map(lambda n: date(2025, 1, 1) + timedelta(days=n))
periods = st.tuples(days, days).map(lambda pair: Period(*sorted(pair)))


def test_a_period_must_not_end_before_it_begins():
    with pytest.raises(InvalidInputError):
        Period(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(("year", "month", "last"), [(2026, 2, 28), (2028, 2, 29), (2026, 12, 31)])
def test_a_month_has_all_its_days(year, month, last):
    assert Period.month(year, month) == Period(date(year, month, 1), date(year, month, last))


@given(periods, periods)
def test_covering_is_holding_every_day(one, other):
    both_ends = other.first in one and other.last in one
    assert one.covers(other) == both_ends


@given(periods, periods)
def test_the_overlap_is_what_both_hold(one, other):
    shared = one.overlap(other)
    assert shared == other.overlap(one)
    if shared is None:
        assert one.last < other.first or other.last < one.first
    else:
        assert one.covers(shared)
        assert other.covers(shared)


def test_an_item_covers_only_what_it_names():
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    june = Period.month(2026, 6)
    held = Item("walks", ("steps", "distance"), year)
    assert held.covers(Item("walks", ("steps",), june))
    assert not held.covers(Item("walks", ("steps", "calories"), june))
    assert not held.covers(Item("sleep", ("steps",), june))
    assert not Item("walks", ("steps",), june).covers(held)
    assert covered(Item("walks", ("distance",), june), (Item("sleep", ("a",), year), held))


def test_leaving_fields_out_keeps_the_rest_in_order():
    item = Item("walks", ("steps", "distance", "calories"), Period.month(2026, 6))
    assert item.without(frozenset({"distance"})).fields == ("steps", "calories")
    assert item.without(frozenset(item.fields)) is None


def test_what_is_held_no_more_is_told_field_by_field():
    month = Period.month(2026, 5)
    item = Item("daily_activity", ("steps", "distance"), month)
    steps = Item("daily_activity", ("steps",), month)
    assert uncovered(item, (steps,)) == Item("daily_activity", ("distance",), month)
    assert uncovered(steps, (item,)) is None
    assert uncovered(item, ()) == item


def test_canonical_json_has_one_form():
    assert (
        canonical_json({"b": 1, "a": ["あ", None, True]}) == '{"a":["あ",null,true],"b":1}'.encode()
    )
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json({"a": float("nan")})


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_no_two_lists_of_parts_join_to_the_same_bytes(one, other):
    assert (joined(*one) == joined(*other)) == (one == other)
