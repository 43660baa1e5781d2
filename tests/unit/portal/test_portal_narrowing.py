"""The form that narrows offers and reads nothing wider; what changes is told in words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infobank.consent.difference import difference
from infobank.consent.terms import Terms
from infobank.policies import read_policies
from infobank.vocabulary.benefit import Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import EXACT, NumberStep, Precision, TimeStep
from infobank.vocabulary.text.language import Text
from infobank.web.portal.texts import Words, load_texts
from infobank.web.portal.wording.consents.changes import ChangeWriter
from infobank.web.portal.wording.consents.narrower import NarrowingWriter
from infobank.web.portal.wording.consents.narrowing import NarrowingReader
from infobank.web.portal.wording.terms import TermsWriter

ZONE = "Asia/Tokyo"
FOLDER = read_policies(Path(__file__).parents[3] / "policies", ZONE)
NOW = datetime(2026, 9, 30, 3, 0, tzinfo=UTC)
WRITER = TermsWriter(FOLDER.policies, FOLDER.phrases, ZONE, NOW)
WORDS = Words(load_texts())
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
COARSE = Precision(TimeStep.DAY, EXACT.place, NumberStep.BAND)
HELD = Terms(
    purpose="health_promotion",
    mode=OutputMode.RECORDS,
    items=(
        Item("daily_activity", ("steps", "distance"), QUARTER),
        Item("profile", ("birth_year",), QUARTER, COARSE),
    ),
    valid_from=NOW,
    valid_until=datetime(2026, 12, 31, 15, tzinfo=UTC),
    retention_days=30,
    most_uses=9,
    onward=Onward.PROCESSORS,
    abroad=True,
)


def read(form: Mapping[str, str]) -> tuple[Terms | None, list[str]]:
    wanted, faults = NarrowingReader(WRITER, WORDS, HELD, form).wanted()
    return wanted, [fault.name for fault in faults]


def test_an_empty_form_changes_nothing():
    assert read({}) == (HELD, [])


def test_everything_that_is_narrower_is_taken():
    wanted, faults = read(
        {
            "stop.0.distance": "stop",
            "stop.1.birth_year": "stop",
            "step.0.time": "month",
            "step.0.number": "band",
            "first.0": "令和8年8月1日",
            "last.0": "2026/8/31",
            "frequency": "1/7",
            "until": "令和８年１０月３１日",
            "retention_days": "７",
            "most_uses": "2",
            "onward": "nobody",
            "abroad": "stop",
        }
    )
    assert faults == []
    assert wanted is not None
    assert wanted.items == (
        Item(
            "daily_activity",
            ("steps",),
            Period(date(2026, 8, 1), date(2026, 8, 31)),
            replace(COARSE, time=TimeStep.MONTH),
        ),
    )
    assert wanted.frequency == Frequency(1, 7)
    assert wanted.valid_until == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert (wanted.retention_days, wanted.most_uses) == (7, 2)
    assert (wanted.onward, wanted.abroad) == (Onward.NOBODY, False)


@pytest.mark.parametrize(
    "form",
    [
        {"step.1.number": "exact", "step.1.time": "minute"},
        {"step.0.number": "nonsense"},
        {"onward": "others"},
        {"onward": "nonsense"},
        {"abroad": "yes"},
        {"frequency": "7/7"},
        {"frequency": "weekly"},
        {"first.1": "2026-08-01", "last.9": "2026-08-01"},
        {"stop.0.unknown": "stop", "stop.9.steps": "stop", "stop.0.steps": "yes"},
    ],
)
def test_what_was_never_offered_changes_nothing(form: dict[str, str]):
    assert read(form) == (HELD, [])


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({"until": "2027-01-01"}, ["until"]),
        ({"until": "2026-09-29"}, ["until"]),
        ({"until": "9999-12-31"}, ["until"]),
        ({"until": "soon", "most_uses": "0"}, ["until", "most_uses"]),
        ({"retention_days": "31", "most_uses": "10"}, ["retention_days", "most_uses"]),
        ({"retention_days": "-1"}, ["retention_days"]),
        ({"first.0": "2026-06-30", "last.0": "2026-10-01"}, ["first.0", "last.0"]),
        ({"first.0": "2026-08-02", "last.0": "2026-08-01"}, ["last.0"]),
        ({"first.0": "summer"}, ["first.0"]),
        (
            {"stop.0.steps": "stop", "stop.0.distance": "stop", "stop.1.birth_year": "stop"},
            ["stop.0.steps"],
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(form: dict[str, str], faults: list[str]):
    assert read(form) == (None, faults)


def test_only_steps_that_are_no_finer_are_offered():
    form = NarrowingWriter(WRITER, WORDS, HELD, {}).write()
    activity, profile = form.items
    offered = {each.name: [step.value for step in each.steps] for each in activity.ladders}
    assert offered == {
        "step.0.time": ["day", "month"],
        "step.0.number": ["exact", "band"],
    }
    assert profile.ladders == ()
    assert [each.name for each in activity.bounds] == ["first.0", "last.0"]
    assert profile.bounds == ()
    others = {each.name: [step.value for step in each.steps] for each in form.ladders}
    assert others.pop("frequency")[:4] == ["", "5/1", "3/1", "2/1"]
    assert others == {"onward": ["processors", "nobody"], "abroad": ["", "stop"]}
    assert not any(tick.ticked for item in form.items for tick in item.fields)


@pytest.mark.parametrize(
    ("held", "offered"),
    [
        (Frequency(1, 7), ["1/7"]),
        (Frequency(3, 7), ["3/7", "2/7", "1/7", "1/30", "1/365"]),
        (Frequency(1, 366), ["1/366"]),
    ],
)
def test_a_frequency_is_offered_only_below_the_one_that_holds(held: Frequency, offered: list[str]):
    """Stretches of another length do not nest: a month may begin in the middle of a week."""
    form = NarrowingWriter(WRITER, WORDS, replace(HELD, frequency=held), {}).write()
    found = [[step.value for step in each.steps] for each in form.ladders]
    assert next((each for each in found if each[0] == offered[0]), offered[:1]) == offered


def test_a_form_comes_back_as_it_was_typed():
    typed = {"stop.0.steps": "stop", "step.0.number": "band", "until": "soon"}
    _, faults = NarrowingReader(WRITER, WORDS, HELD, typed).wanted()
    form = NarrowingWriter(WRITER, WORDS, HELD, typed, faults).write()
    assert [tick.ticked for tick in form.items[0].fields] == [True, False]
    assert [step.ticked for step in form.items[0].ladders[1].steps] == [False, True]
    until = form.bounds[0]
    assert (until.typed, until.fault) == ("soon", WORDS("narrower.fault_until"))


def test_every_change_has_words_on_both_sides():
    other = replace(
        HELD,
        purpose="research",
        mode=OutputMode.ANSWERS,
        items=(
            Item("daily_activity", ("steps",), Period(date(2026, 1, 1), QUARTER.last), COARSE),
            Item("trips", ("origin",), QUARTER),
        ),
        valid_until=datetime(2027, 1, 31, 15, tzinfo=UTC),
        retention_days=0,
        most_uses=None,
        frequency=Frequency(2, 7),
        onward=Onward.OTHERS,
        abroad=False,
        benefit=Benefit(3, Text("くじ", "A lottery")),
        explicit=frozenset({"trips"}),
    )
    changes = difference(HELD, other)
    told = ChangeWriter(WRITER).changes(changes)
    assert len({change.term for change in changes}) == 14
    for change, words in zip(changes, told, strict=True):
        assert words.widens is change.widens
        nothing = change.term in {"item", "explicit"}
        assert bool(words.before) is (bool(change.before) or not nothing)
        assert bool(words.after) is (bool(change.after) or not nothing)
        for said in (*words.before, *words.after):
            assert [said.words, said.day, said.period].count(None) == 2
