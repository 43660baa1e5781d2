"""Whatever is deposited in whatever order, the last word on each moment is what is held."""

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.vault.spans import by_span, in_order, merge, span_start
from infobank.vocabulary.category import Record, Span, TimeUnit
from infobank.vocabulary.columns import Columns

RECORDS = st.lists(
    st.builds(
        Record,
        st.dates(date(2025, 11, 1), date(2026, 4, 30)),
        st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.sampled_from("ab")),
        st.sampled_from((0, 30, 1499)),
    ),
    min_size=1,
    max_size=40,
)


def moment(record: Record) -> tuple[date, int]:
    return record.observed, record.minute


def columns(records: list[Record]) -> Columns:
    return in_order(Columns.of(TimeUnit.MINUTE, records))


def last_words(*records: Record) -> list[Record]:
    """Return what a table with one row a moment would hold."""
    return sorted({moment(record): record for record in records}.values(), key=moment)


@settings(deadline=None)
@given(RECORDS, RECORDS)
def test_merging_is_what_a_table_would_hold(held: list[Record], incoming: list[Record]):
    before, words = last_words(*held), last_words(*incoming)
    merged = merge(columns(held), columns(incoming))
    after = last_words(*held, *incoming)
    assert merged.columns.records() == after
    assert merged.added == len(after) - len(before)
    differ = {moment(record): record for record in before}
    changed = [each for each in words if differ.get(moment(each), each) != each]
    assert merged.changed == len(changed)


@settings(deadline=None)
@given(RECORDS, RECORDS)
def test_the_same_deposit_again_changes_nothing(held: list[Record], incoming: list[Record]):
    once = merge(columns(held), columns(incoming)).columns
    twice = merge(once, columns(incoming))
    assert (twice.added, twice.changed) == (0, 0)
    assert twice.columns.records() == once.records()


@settings(deadline=None)
@given(RECORDS, st.randoms(use_true_random=False))
def test_late_records_end_where_timely_ones_do(records: list[Record], chance: Random):
    distinct = last_words(*records)
    timely = columns(distinct)
    chance.shuffle(distinct)
    held: Columns | None = None
    for part in (distinct[::2], distinct[1::2]):
        if part:
            held = merge(held, columns(part)).columns
    assert held is not None
    assert held.records() == timely.records()


@settings(deadline=None)
@given(RECORDS, st.sampled_from(Span))
def test_every_record_is_cut_into_the_span_of_its_day(records: list[Record], span: Span):
    parts = list(by_span(span, columns(records)))
    assert [record for _, part in parts for record in part.records()] == last_words(*records)
    starts = [start for start, _ in parts]
    assert starts == sorted(set(starts))
    for start, part in parts:
        assert {span_start(span, day) for day in part.days} == {start}
