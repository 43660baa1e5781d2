"""Columns hold what records hold, and hostile columns are refused."""

from datetime import date

import pytest

from infobank.errors import InvalidInputError
from infobank.vault import columns
from infobank.vault.columns import decode_records, encode_records
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span
from infobank.vocabulary.language import Text

NAME = Text("名", "name")
FIELDS = (
    Field("number", FieldType.NUMBER, NAME),
    Field("text", FieldType.TEXT, NAME, longest=100),
)
CATEGORY = Category("c", 1, 1, NAME, NAME, Span.LIFE, FIELDS)
NUMBERS = Category("c", 1, 1, NAME, NAME, Span.LIFE, FIELDS[:1])
DAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("number", "width"),
    [
        (0, 1),
        (127, 1),
        (-128, 1),
        (128, 2),
        (-129, 2),
        (2**15 - 1, 2),
        (-(2**15), 2),
        (2**15, 4),
        (-(2**31), 4),
        (2**31, 8),
        (2**63 - 1, 8),
        (-(2**63), 8),
    ],
)
def test_a_number_takes_the_least_width(number: int, width: int):
    body = encode_records(NUMBERS, [Record(DAY, (number,))])
    assert decode_records(NUMBERS, body) == [Record(DAY, (number,))]
    assert body[-width - 1] == width


def test_absent_values_stay_absent():
    records = [
        Record(date.fromordinal(1 + n), (None if n % 2 else n, None if n % 3 else ""))
        for n in range(20)
    ]
    assert decode_records(CATEGORY, encode_records(CATEGORY, records)) == records


def test_first_and_last_day_of_the_calendar_are_kept():
    records = [Record(date.min, (1, "")), Record(date.max, (2, ""))]
    assert decode_records(CATEGORY, encode_records(CATEGORY, records)) == records


def test_equal_texts_are_stored_once():
    once = len(encode_records(CATEGORY, [Record(DAY, (1, "x" * 90))]))
    records = [Record(date.fromordinal(700_000 + n), (1, "x" * 90)) for n in range(50)]
    assert len(encode_records(CATEGORY, records)) < once + 50 * 4


@pytest.mark.parametrize(
    "records",
    [
        [],
        [Record(DAY, (1, "")), Record(DAY, (1, ""))],
        [Record(DAY, (1, "")), Record(date(2026, 3, 31), (1, ""))],
        [Record(DAY, (1,))],
        [Record(DAY, (1, "", ""))],
        [Record(DAY, (1, "")), Record(date(2026, 4, 2), (1,))],
        [Record(DAY, ("1", ""))],
        [Record(DAY, (1.0, ""))],
        [Record(DAY, (1, 2))],
        [Record(DAY, (2**63, ""))],
        [Record(DAY, (-(2**63) - 1, ""))],
        [Record(DAY, (1, "\ud800"))],
    ],
    ids=[
        "none",
        "twice",
        "not in order",
        "a value missing",
        "a value too many",
        "ragged",
        "text as number",
        "float",
        "number as text",
        "too large",
        "too small",
        "no Unicode text",
    ],
)
def test_records_that_do_not_fit_are_refused(records: list[Record]):
    with pytest.raises(InvalidInputError) as caught:
        encode_records(CATEGORY, records)
    assert "2026" not in str(caught.value)


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch):
    many = [Record(date.fromordinal(1 + n), (n, "")) for n in range(columns.MOST_RECORDS + 1)]
    with pytest.raises(InvalidInputError, match="100000 records"):
        encode_records(CATEGORY, many)
    wide = Category("c", 1, 1, NAME, NAME, Span.LIFE, FIELDS[:1] * 65)
    with pytest.raises(InvalidInputError, match="64 fields"):
        encode_records(wide, [Record(DAY, (1,) * 65)])
    monkeypatch.setattr(columns, "LONGEST_BODY", 1000)
    with pytest.raises(InvalidInputError, match="1000 bytes"):
        encode_records(CATEGORY, [Record(DAY, (1, "x" * 1000))])


# schema, records, columns, unit, first day; no gap; numbers; texts
GOOD = "0001 00000001 0002 01 00005040 01 01 00 01 07 02 00 00000001 01 01 61 01 00"


def test_the_good_body_is_good():
    assert decode_records(CATEGORY, bytes.fromhex(GOOD)) == [Record(date(2026, 4, 1), (7, "a"))]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("nothing", ""),
        ("no record", GOOD.replace("00000001 0002", "00000000 0002")),
        ("more records than bytes", GOOD.replace("00000001 0002", "00010000 0002")),
        ("too many records", GOOD.replace("00000001 0002", "7fffffff 0002")),
        ("another number of columns", GOOD.replace("00000001 0002", "00000001 0001")),
        ("unknown unit", GOOD.replace("0002 01", "0002 02")),
        ("a day after the calendar", GOOD.replace("00005040", "7fffffff")),
        ("a day before the calendar", GOOD.replace("00005040", "80000000")),
        ("text for number", GOOD.replace("01 00 01 07", "02 00 01 07")),
        ("unknown absence", GOOD.replace("01 00 01 07", "01 02 01 07")),
        ("flags beyond the records", GOOD.replace("01 00 01 07", "01 01 02 01 07")),
        ("unknown width", GOOD.replace("01 00 01 07", "01 00 03 07")),
        ("width without bytes", GOOD.replace("01 00 01 07", "01 00 08 07")),
        ("more texts than values", GOOD.replace("00000001 01 01 61", "00000002 01 01 01 61 62")),
        ("a negative length", GOOD.replace("01 01 61", "01 ff 61")),
        ("a text past the end", GOOD.replace("01 01 61", "01 7f 61")),
        ("no Unicode text", GOOD.replace("01 01 61", "01 01 ff")),
        ("a text that is not there", GOOD[:-2] + "01"),
        ("a negative place", GOOD[:-2] + "ff"),
        ("left-over bytes", GOOD + "00"),
        ("cut", GOOD[:-2]),
    ],
)
def test_hostile_bodies_are_broken(what: str, body: str):
    assert body != GOOD, what
    with pytest.raises(SealBrokenError):
        decode_records(CATEGORY, bytes.fromhex(body))


def test_gaps_that_do_not_rise_are_broken():
    two = encode_records(NUMBERS, [Record(DAY, (1,)), Record(date(2026, 4, 2), (2,))])
    for gap in ("00", "ff"):
        body = two.hex().replace("000050400101", "0000504001" + gap)
        assert body != two.hex()
        with pytest.raises(SealBrokenError):
            decode_records(NUMBERS, bytes.fromhex(body))
