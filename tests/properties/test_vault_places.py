"""Spans cut the calendar without gap or overlap; merging keeps exactly the last word."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from infobank.vault.padding import SMALLEST, pad, padded_length, unpad
from infobank.vault.spans import merge, span_start
from infobank.vocabulary.category import Record, Span

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
RECORDS = st.lists(
    st.builds(
        Record,
        st.dates(date(2026, 4, 1), date(2026, 4, 30)),
        st.tuples(st.one_of(st.none(), st.integers(0, 3))),
    ),
    max_size=40,
)


@given(st.sampled_from(Span), DAYS, DAYS)
def test_spans_follow_the_calendar(span: Span, one: date, two: date):
    starts = span_start(span, min(one, two)), span_start(span, max(one, two))
    assert starts[0] <= starts[1]
    assert starts[0] <= min(one, two) or span is Span.LIFE
    assert [span_start(span, start) for start in starts] == list(starts)


@given(RECORDS, RECORDS)
def test_merging_is_what_a_table_would_hold(held: list[Record], incoming: list[Record]):
    before = merge([], held)
    after = merge(before.records, incoming)
    expected = {r.observed: r for r in (*held, *incoming)}
    assert list(after.records) == sorted(expected.values(), key=lambda r: r.observed)
    assert after.added + after.changed + after.same == len(incoming)
    assert after.added == len(after.records) - len(before.records)


@given(RECORDS, RECORDS)
def test_the_same_deposit_again_changes_nothing(held: list[Record], incoming: list[Record]):
    last_words = {record.observed: record for record in incoming}.values()
    once = merge(merge([], held).records, last_words)
    twice = merge(once.records, last_words)
    assert (twice.records, twice.added, twice.changed) == (once.records, 0, 0)


@given(st.integers(0, 2**40))
def test_padded_lengths_rise_with_lengths(length: int):
    padded = padded_length(length)
    assert max(length, SMALLEST) <= padded <= padded_length(length + 1)
    assert padded_length(padded) == padded


@given(st.binary(max_size=3000))
def test_padding_gives_the_content_back(content: bytes):
    assert unpad(pad(content)) == content
