"""Blocks outlive the rules of their day: readers know what each schema held."""

from datetime import date

import pytest

from infobank.errors import ConfigurationError
from infobank.policies.categories import parse_category
from infobank.vault.columns.decode import decode_columns
from infobank.vault.columns.encode import encode_columns
from infobank.vault.errors import SealBrokenError
from infobank.vault.spans import merge
from infobank.vocabulary.category import Category, Record, TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.table import Table

DAY = date(2026, 4, 1)
WORDS = {"ja": "名", "en": "name"}


def number(name: str, **schemas: int) -> dict[str, object]:
    bounds = {"minimum": "0", "maximum": "9"}
    return {"name": name, "type": "number", "label": WORDS, **bounds, **schemas}


def text(name: str, **schemas: int) -> dict[str, object]:
    return {"name": name, "type": "text", "label": WORDS, "longest": 9, **schemas}


def category(schema: int, *fields: dict[str, object]) -> Category:
    document = {
        "number": 9,
        "schema": schema,
        "span": "year",
        "label": WORDS,
        "description": WORDS,
        "fields": list(fields),
    }
    return parse_category("walks", Table(document, "categories/walks.toml"))


FIRST = category(1, number("steps"), text("note"))
SECOND = category(2, number("steps"), text("note"), number("floors", since=2))
THIRD = category(3, number("steps"), text("note", until=2), number("floors", since=2))


def body(written: Category, *values: int | str | None) -> bytes:
    return encode_columns(written, Columns.of(TimeUnit.DAY, [Record(DAY, values)]))


def test_a_field_added_at_the_end_is_absent_in_older_records():
    assert SECOND.field_names == ("steps", "note", "floors")
    opened = decode_columns(SECOND, body(FIRST, 7, "hill"))
    assert opened.records() == [Record(DAY, (7, "hill", None))]


def test_a_field_that_a_category_lost_is_left_out_of_older_records():
    assert THIRD.field_names == ("steps", "floors")
    assert decode_columns(THIRD, body(FIRST, 7, "hill")).records() == [Record(DAY, (7, None))]
    assert decode_columns(THIRD, body(SECOND, 7, "hill", 3)).records() == [Record(DAY, (7, 3))]
    assert decode_columns(THIRD, body(THIRD, 7, 3)).records() == [Record(DAY, (7, 3))]


def test_chosen_fields_are_found_in_every_schema():
    for written, values in ((FIRST, (7, "a")), (SECOND, (7, "a", None)), (THIRD, (7, None))):
        opened = decode_columns(THIRD, body(written, *values), [1, 0])
        assert [list(column) for column in opened.values] == [[None], [7]]


def test_what_was_opened_under_an_older_schema_is_written_under_the_newest():
    held = decode_columns(THIRD, body(FIRST, 7, "hill"))
    later = Record(date(2026, 4, 2), (8, 2))
    merged = merge(held, Columns.of(TimeUnit.DAY, [later]))
    again = encode_columns(THIRD, merged.columns)
    assert decode_columns(THIRD, again).records() == [*held.records(), later]


def test_the_columns_of_a_schema_must_be_those_it_had():
    claimed = body(SECOND, 7, "hill", 3)
    with pytest.raises(SealBrokenError):
        decode_columns(THIRD, b"\0\1" + claimed[2:])
    with pytest.raises(SealBrokenError):
        decode_columns(THIRD, b"\0\3" + claimed[2:])


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ([number("steps", since=3)], "since: must be between 1 and 2"),
        ([number("steps", since=2, until=1)], "until: must be between 2 and 2"),
        ([number("steps", until=1)], "at least one field"),
        ([number("steps", since=2)], "every schema needs at least one field"),
        ([number("steps", until=1), number("steps", since=2)], "no name twice"),
    ],
)
def test_a_category_file_that_contradicts_itself_is_refused(
    fields: list[dict[str, object]], rule: str
):
    with pytest.raises(ConfigurationError, match=rule):
        category(2, *fields)
