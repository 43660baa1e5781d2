"""Nothing leaves the bank more finely than its precision says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.consent.coarsen import bands, coarsen
from infobank.vocabulary.category import Field, FieldType, Record, TimeUnit, Value
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.precision import EXACT, NumberStep, PlaceStep, Precision, TimeStep
from infobank.vocabulary.text.language import Text

WORDS = Text("試し", "trial")
STEPS = Field("steps", FieldType.NUMBER, WORDS, maximum=100_000, band=1000)
WEIGHT = Field("weight", FieldType.NUMBER, WORDS, places=1, minimum=-500, maximum=5000, band=50)
PULSE = Field("pulse", FieldType.NUMBER, WORDS, maximum=300)
ORIGIN = Field("origin", FieldType.TEXT, WORDS, longest=8, place=True)
MEANS = Field("means", FieldType.CODE, WORDS, codes=(("walk", WORDS),))

PLACES = {"53397756": "12217", "A12": "12220"}


def told(field: Field, value: Value, **steps: str) -> Value:
    """Return one value as it is told."""
    columns = Columns.of(TimeUnit.DAY, [Record(date(2026, 3, 9), (value,))])
    return coarsen(columns, [field], Precision(**steps), PLACES).values[0][0]


@pytest.mark.parametrize(
    ("field", "value", "lower_end"),
    [(STEPS, 0, 0), (STEPS, 999, 0), (STEPS, 1000, 1000), (WEIGHT, -1, -50), (WEIGHT, 649, 600)],
)
def test_a_number_in_a_band_is_told_as_its_lower_end(field, value, lower_end):
    assert told(field, value, number=NumberStep.BAND) == lower_end


def test_a_number_without_bands_is_absent_when_only_bands_may_leave():
    assert told(PULSE, 72, number=NumberStep.BAND) is None


def test_what_is_absent_stays_absent():
    steps = {"number": NumberStep.BAND, "place": PlaceStep.MESH}
    assert told(STEPS, None, **steps) is None
    assert told(ORIGIN, None, **steps) is None


def test_codes_are_neither_places_nor_numbers():
    assert told(MEANS, "walk", number=NumberStep.BAND, place=PlaceStep.MUNICIPALITY) == "walk"


@pytest.mark.parametrize(
    ("value", "mesh", "municipality"),
    [
        ("53397756", "53397756", "12217"),
        ("5339775634", "53397756", "12217"),
        ("A12", None, "12220"),
        ("99999999", "99999999", None),
        ("5339", None, None),
    ],
    ids=["mesh", "finer mesh", "district", "unknown mesh", "coarser mesh"],
)
def test_a_place_is_told_as_mesh_or_municipality_or_not_at_all(value, mesh, municipality):
    assert told(ORIGIN, value, place=PlaceStep.EXACT) == value
    assert told(ORIGIN, value, place=PlaceStep.MESH) == mesh
    assert told(ORIGIN, value, place=PlaceStep.MUNICIPALITY) == municipality


def test_the_answer_says_how_wide_its_bands_are():
    fields = [STEPS, WEIGHT, PULSE, MEANS]
    assert bands(fields, EXACT) == {}
    assert bands(fields, Precision(number=NumberStep.BAND)) == {"steps": "1000", "weight": "5.0"}


MINUTES = st.sets(
    st.tuples(st.dates(date(2026, 3, 1), date(2026, 4, 30)), st.integers(0, 1499)), min_size=1
)


@given(MINUTES, st.sampled_from([TimeStep.DAY, TimeStep.MONTH]))
def test_records_that_fall_together_stay_records_of_their_own(moments, step):
    records = [Record(day, (n % 3, "53397756"), at) for n, (day, at) in enumerate(sorted(moments))]
    columns = Columns.of(TimeUnit.MINUTE, records)
    found = coarsen(columns, [PULSE, ORIGIN], Precision(time=step), PLACES).records()
    assert len(found) == len(records)
    assert sorted(each.values for each in found) == sorted(each.values for each in records)
    assert {each.minute for each in found} == {0}
    if step is TimeStep.MONTH:
        assert {each.observed.day for each in found} == {1}


@given(st.permutations(range(10)))
def test_the_order_within_a_month_does_not_tell_the_day(values):
    """The same values on other days of the month leave the bank as the same bytes."""
    days = [Record(date(2026, 3, 1 + n), (value,)) for n, value in enumerate(values)]
    columns = Columns.of(TimeUnit.DAY, days)
    found = coarsen(columns, [PULSE], Precision(time=TimeStep.MONTH), PLACES)
    assert list(found.values[0]) == sorted(values)


def test_the_exact_step_changes_nothing():
    columns = Columns.of(TimeUnit.MINUTE, [Record(date(2026, 3, 9), (7, "5339"), 61)])
    assert coarsen(columns, [PULSE, ORIGIN], EXACT, PLACES) is columns


def test_days_are_as_fine_as_a_category_that_counts_in_days():
    columns = Columns.of(TimeUnit.DAY, [Record(date(2026, 3, 9), (7,))])
    found = coarsen(columns, [PULSE], Precision(time=TimeStep.DAY), PLACES)
    assert found.records() == columns.records()


def test_nothing_stays_nothing():
    nothing = Columns(TimeUnit.DAY, (), ((),))
    assert len(coarsen(nothing, [PULSE], Precision(time=TimeStep.MONTH), PLACES)) == 0
