"""Fields: what they accept, what they refuse, and how they write numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.errors import InvalidInputError
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.text.language import Language, Text

WORDS = Text("距離", "Distance")
DISTANCE = Field("distance", FieldType.NUMBER, WORDS, "km", places=2, minimum=-500, maximum=20_000)
NAME = Field("name", FieldType.TEXT, WORDS, longest=5)
SEX = Field("sex", FieldType.CODE, WORDS, codes=(("female", WORDS), ("male", WORDS)))


@pytest.mark.parametrize(
    ("text", "kept"),
    [("8.5", 850), ("8.50", 850), ("8", 800), ("0", 0), ("-1.25", -125), ("8.500", 850)],
)
def test_a_decimal_text_becomes_a_whole_number_of_units(text, kept):
    assert DISTANCE.parse_number(text) == kept


@pytest.mark.parametrize(
    "text", ["", ".", "1.", "１", "1e3", "0x1", "--1", "1.234", " 1", "1,0", "9" * 16, "nan", "-"]
)
def test_anything_else_is_refused_without_repeating_it(text):
    if text == "1.":
        assert DISTANCE.parse_number(text) == 100
        return
    with pytest.raises(InvalidInputError) as caught:
        DISTANCE.parse_number(text)
    assert caught.value.field == "distance"
    assert len(text) < 2 or text not in caught.value.message


@given(st.integers(-(10**14), 10**14))
def test_what_is_shown_is_read_back(value):
    assert DISTANCE.parse_number(DISTANCE.show(value)) == value


@pytest.mark.parametrize(
    ("field", "value"), [(DISTANCE, 20_000), (NAME, "あいうえお"), (SEX, "male")]
)
def test_a_value_within_the_rule_is_accepted(field, value):
    field.check(value)
    field.check(None)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        (DISTANCE, 20_001, "between -5.00 and 200.00"),
        (DISTANCE, -501, "between"),
        (DISTANCE, "8", "must be a number"),
        (DISTANCE, True, "must be a number"),
        (NAME, "かきくけこさ", "at most 5"),
        (NAME, 5, "must be a text"),
        (SEX, "f", "one of female, male"),
    ],
)
def test_a_value_outside_the_rule_is_refused_by_the_rule(field, value, rule):
    with pytest.raises(InvalidInputError, match=rule):
        field.check(value)


def test_a_category_knows_its_fields():
    category = Category("walk", 1, 1, WORDS, WORDS, Span.YEAR, (DISTANCE, NAME))
    assert category.field("name") is NAME
    assert category.field_names == ("distance", "name")
    with pytest.raises(InvalidInputError, match="unknown field; walk has distance, name"):
        category.field("steps")


def test_words_exist_in_every_language():
    assert [WORDS.in_(language) for language in Language] == ["距離", "距離", "Distance"]
