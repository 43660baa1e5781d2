"""The form that narrows: whatever is sent to it, nothing comes out wider than what holds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.consent.terms import Terms
from infobank.policies import read_policies
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import NumberStep, PlaceStep, Precision, TimeStep
from infobank.web.portal.texts import Words, load_texts
from infobank.web.portal.wording.consents.narrower import NarrowingWriter
from infobank.web.portal.wording.consents.narrowing import NarrowingReader
from infobank.web.portal.wording.terms import TermsWriter

ZONE = "Asia/Tokyo"
FOLDER = read_policies(Path(__file__).parents[3] / "policies", ZONE)
NOW = datetime(2026, 9, 30, 3, 0, tzinfo=UTC)
WRITER = TermsWriter(FOLDER.policies, FOLDER.phrases, ZONE, NOW)
WORDS = Words(load_texts())
FIRST = date(2026, 9, 1)

precisions = st.builds(
    Precision, st.sampled_from(TimeStep), st.sampled_from(PlaceStep), st.sampled_from(NumberStep)
)
periods = st.builds(
    lambda first, days: Period(FIRST + timedelta(days=first), FIRST + timedelta(days=first + days)),
    st.integers(0, 5),
    st.integers(0, 9),
)
items = st.tuples(
    st.builds(Item, st.just("daily_activity"), st.just(("steps", "distance")), periods, precisions),
    st.builds(Item, st.just("profile"), st.just(("birth_year",)), periods, precisions),
)
held_terms = st.builds(
    Terms,
    purpose=st.just("health_promotion"),
    mode=st.sampled_from(OutputMode),
    items=items,
    valid_from=st.just(NOW),
    valid_until=st.integers(1, 60).map(lambda days: NOW + timedelta(days=days)),
    retention_days=st.integers(0, 9),
    most_uses=st.none() | st.integers(1, 9),
    frequency=st.none() | st.builds(Frequency, st.integers(1, 12), st.integers(1, 40)),
    onward=st.sampled_from(Onward),
    abroad=st.booleans(),
)
days = st.builds(
    lambda days: (FIRST + timedelta(days=days)).isoformat(), st.integers(-3, 90)
) | st.sampled_from(["", "soon", "令和8年9月4日"])
numbers = st.integers(-1, 12).map(str)
steps = st.sampled_from([each.value for each in (*TimeStep, *PlaceStep, *NumberStep)])
forms = st.fixed_dictionaries(
    {},
    optional={
        "stop.0.steps": st.just("stop"),
        "step.0.time": steps,
        "step.1.number": steps,
        **dict.fromkeys(("first.0", "last.0", "first.1", "last.1", "until"), days),
        **dict.fromkeys(("retention_days", "most_uses"), numbers),
        "frequency": st.builds("{}/{}".format, numbers, numbers | st.sampled_from(["30", "365"])),
        "onward": st.sampled_from(Onward),
        "abroad": st.sampled_from(["stop", "yes"]),
    },
)


@settings(deadline=None)
@given(held_terms, forms)
def test_nothing_that_is_sent_widens(held: Terms, form: dict[str, str]):
    wanted, faults = NarrowingReader(WRITER, WORDS, held, form).wanted()
    assert (wanted is None) is bool(faults)
    assert wanted is None or held.covers(wanted)


@settings(deadline=None)
@given(held_terms)
def test_every_choice_that_is_offered_is_taken_and_changes_something(held: Terms):
    form = NarrowingWriter(WRITER, WORDS, held, {}).write()
    for ladder in (*form.ladders, *(each for item in form.items for each in item.ladders)):
        for step in ladder.steps[1:]:
            wanted, faults = NarrowingReader(WRITER, WORDS, held, {step.name: step.value}).wanted()
            assert faults == ()
            assert wanted is not None
            assert wanted != held
            assert held.covers(wanted)
