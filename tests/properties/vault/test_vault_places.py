"""Spans cut the calendar without gap or overlap; sizes fall into classes."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from infobank.vault.padding import SMALLEST, pad, padded_length, unpad
from infobank.vault.spans import span_start
from infobank.vocabulary.category import Span

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(st.sampled_from(Span), DAYS, DAYS)
def test_spans_follow_the_calendar(span: Span, one: date, two: date):
    starts = span_start(span, min(one, two)), span_start(span, max(one, two))
    assert starts[0] <= starts[1]
    assert starts[0] <= min(one, two) or span is Span.LIFE
    assert [span_start(span, start) for start in starts] == list(starts)


@given(st.integers(0, 2**40))
def test_padded_lengths_rise_with_lengths(length: int):
    padded = padded_length(length)
    assert max(length, SMALLEST) <= padded <= padded_length(length + 1)
    assert padded_length(padded) == padded


@given(st.binary(max_size=3000))
def test_padding_gives_the_content_back(content: bytes):
    assert unpad(pad(content)) == content
