"""What changes between terms: every widening shows, and nothing else counts as one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.consent.change import agree, narrow
from infobank.consent.difference import difference, widens
from infobank.consent.errors import WideningError
from infobank.consent.terms import Terms
from infobank.vocabulary.benefit import Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import NumberStep, PlaceStep, Precision, TimeStep
from infobank.vocabulary.text.language import Text

BEGUN = datetime(2026, 10, 1, tzinfo=UTC)
FIRST = date(2026, 1, 1)

precisions = st.builds(
    Precision, st.sampled_from(TimeStep), st.sampled_from(PlaceStep), st.sampled_from(NumberStep)
)
periods = st.builds(
    lambda first, days: Period(FIRST + timedelta(days=first), FIRST + timedelta(days=first + days)),
    st.integers(0, 3),
    st.integers(0, 3),
)
fields = st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(lambda f: tuple(sorted(f)))
items = st.builds(Item, st.sampled_from(["walks", "sleep"]), fields, periods, precisions)
frequencies = st.builds(Frequency, st.integers(1, 3), st.integers(1, 3))
benefits = st.builds(Benefit, st.integers(0, 2), st.none() | st.just(Text("割引", "a discount")))
terms = st.builds(
    Terms,
    purpose=st.sampled_from(["health", "study"]),
    mode=st.sampled_from(OutputMode),
    items=st.lists(items, min_size=1, max_size=3, unique=True).map(tuple),
    valid_from=st.just(BEGUN),
    valid_until=st.integers(1, 3).map(lambda days: BEGUN + timedelta(days=days)),
    retention_days=st.integers(0, 2),
    most_uses=st.none() | st.integers(1, 3),
    frequency=st.none() | frequencies,
    onward=st.sampled_from(Onward),
    abroad=st.booleans(),
    benefit=benefits,
)


@settings(deadline=None)
@given(terms, terms)
def test_nothing_widens_exactly_where_the_held_terms_cover(held: Terms, wanted: Terms):
    assert widens(difference(held, wanted)) is not held.covers(wanted)


@settings(deadline=None)
@given(terms)
def test_the_same_terms_are_no_change(held: Terms):
    assert difference(held, held) == ()


@settings(deadline=None)
@given(terms, terms)
def test_what_differs_shows(held: Terms, wanted: Terms):
    assert bool(difference(held, wanted)) is (held != wanted) or set(held.items) == set(
        wanted.items
    )


@settings(deadline=None)
@given(terms, terms)
def test_narrowing_takes_what_is_covered_and_refuses_the_rest(held: Terms, wanted: Terms):
    try:
        assert narrow(held, wanted) == wanted
        assert held.covers(wanted)
    except WideningError:
        assert widens(difference(held, wanted))


@settings(deadline=None)
@given(terms, st.integers(1, 3))
def test_a_renewal_that_asks_for_one_field_more_shows_as_a_widening(asked: Terms, days: int):
    held = agree(asked, asked.items, BEGUN)
    item = asked.items[0]
    more = replace(item, fields=(*item.fields, "z"))
    renewed = replace(
        asked, items=(more, *asked.items[1:]), valid_until=asked.valid_until + timedelta(days=days)
    )
    wider = [change for change in difference(held, renewed) if change.widens]
    assert {"valid_until"} < {change.term for change in wider}
    assert item.category in {change.category for change in wider}
