"""Columns hold what records hold, and hostile columns are refused."""

from datetime import date

import pytest

from infobank.errors import InvalidInputError
from infobank.vault.columns import encode
from infobank.vault.columns.decode import decode_columns
from infobank.vault.columns.encode import encode_columns
from infobank.vault.columns.layout import MOST_RECORDS
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span, TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.language import Text

NAME = Text("名", "name")
FIELDS = (
    Field("number", FieldType.NUMBER, NAME),
    Field("text", FieldType.TEXT, NAME, longest=100),
)
CATEGORY = Category("c", 1, 1, NAME, NAME, Span.LIFE, FIELDS)
NUMBERS = Category("c", 1, 1, NAME, NAME, Span.LIFE, FIELDS[:1])
METER = Category("c", 1, 1, NAME, NAME, Span.LIFE, FIELDS[:1], time=TimeUnit.MINUTE)
DAY = date(2026, 4, 1)


def encode_records(category: Category, records: list[Record]) -> bytes:
    return encode_columns(category, Columns.of(category.time, records))


def decode_records(category: Category, body: bytes) -> list[Record]:
    return decode_columns(category, body).records()


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
    assert int.from_bytes(body[-width:], "big", signed=True) == number


def test_numbers_of_several_bytes_lie_byte_by_byte():
    records = [Record(DAY, (0x0102,)), Record(date(2026, 4, 2), (-2,))]
    assert encode_records(NUMBERS, records).endswith(b"\2" + bytes.fromhex("01ff 02fe"))


def test_columns_of_one_width_stand_together_and_each_opens_alone():
    fields = tuple(Field(f"f{place}", FieldType.NUMBER, NAME) for place in range(5))
    many = Category("c", 1, 1, NAME, NAME, Span.LIFE, fields)
    # One byte, two with one absent, one, two, and none at all.
    rows = [(1, 0x0102, 3, 0x0506, None), (2, None, 4, 0x0708, None)]
    records = [Record(date.fromordinal(1 + n), row) for n, row in enumerate(rows)]
    body = encode_records(many, records)
    assert body.endswith(bytes.fromhex("0182 0102 81 02 00 01020304 010507 020608"))
    assert decode_records(many, body) == records
    for place in range(5):
        (alone,) = decode_columns(many, body, (place,)).values
        assert list(alone) == [row[place] for row in rows]


def test_a_half_hourly_day_and_the_hour_that_a_clock_change_adds_are_kept():
    minutes = [*range(0, 1500, 30)]
    records = [Record(DAY, (n,), minute) for n, minute in enumerate(minutes)]
    records += [Record(date(2026, 4, 2), (n,), minute) for n, minute in enumerate(minutes)]
    assert decode_records(METER, encode_records(METER, records)) == records


def test_some_fields_may_be_read_alone_and_in_any_order():
    records = [Record(date.fromordinal(9 + n), (None if n == 3 else n, str(n))) for n in range(9)]
    body = encode_records(CATEGORY, records)
    for places in ((0,), (1,), (1, 0), ()):
        columns = decode_columns(CATEGORY, body, places)
        assert len(columns) == 9
        assert list(columns.days) == [record.observed for record in records]
        wanted = [tuple(record.values[place] for place in places) for record in records]
        assert [tuple(column[n] for column in columns.values) for n in range(9)] == wanted


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
        [Record(DAY, (1, ""), 30)],
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
        "a minute in a category of days",
    ],
)
def test_records_that_do_not_fit_are_refused(records: list[Record]):
    with pytest.raises(InvalidInputError) as caught:
        encode_records(CATEGORY, records)
    assert "2026" not in str(caught.value)


@pytest.mark.parametrize(
    "moments",
    [[(DAY, -1)], [(DAY, 1500)], [(DAY, 30), (DAY, 30)], [(DAY, 30), (DAY, 0)]],
    ids=["before the day", "after the day", "twice", "not in order"],
)
def test_minutes_that_do_not_fit_are_refused(moments: list[tuple[date, int]]):
    with pytest.raises(InvalidInputError):
        encode_records(METER, [Record(day, (1,), minute) for day, minute in moments])


def test_columns_of_another_category_are_refused():
    good = Columns.of(TimeUnit.DAY, [Record(DAY, (1, ""))])
    for other in (
        Columns(TimeUnit.MINUTE, good.moments, good.values),
        Columns(TimeUnit.DAY, good.moments, good.values[:1]),
        Columns(TimeUnit.DAY, good.moments, ((1, 2), ("", ""))),
    ):
        with pytest.raises(InvalidInputError):
            encode_columns(CATEGORY, other)


@pytest.mark.parametrize(
    "moments", [[0], [-1], [date.max.toordinal() + 1], [2**40], [1, 2**70]], ids=str
)
def test_days_outside_the_calendar_are_refused(moments: list[int]):
    columns = Columns(TimeUnit.DAY, moments, (list(range(len(moments))),))
    with pytest.raises(InvalidInputError, match="within the calendar"):
        encode_columns(NUMBERS, columns)


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch):
    many = [Record(date.fromordinal(1 + n), (n, "")) for n in range(MOST_RECORDS + 1)]
    with pytest.raises(InvalidInputError, match="100000 records"):
        encode_records(CATEGORY, many)
    wide = Category("c", 1, 1, NAME, NAME, Span.LIFE, FIELDS[:1] * 65)
    with pytest.raises(InvalidInputError, match="64 fields"):
        encode_records(wide, [Record(DAY, (1,) * 65)])
    monkeypatch.setattr(encode, "LONGEST_BODY", 1000)
    with pytest.raises(InvalidInputError, match="1000 bytes"):
        encode_records(CATEGORY, [Record(DAY, (1, "x" * 1000))])


# schema, records, columns, unit, first day; no gap; shapes; numbers; texts
GOOD = "0001 00000001 0002 01 00005040 01 0100 07 00000001 01 01 61 01 00"


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
        ("text for number", GOOD.replace("0100 07", "0000 07")),
        ("number for text", GOOD.replace("0100 07", "0101 07")),
        ("unknown shape", GOOD.replace("0100 07", "4100 07")),
        ("flags beyond the records", GOOD.replace("0100 07", "8100 02 07")),
        ("unknown width", GOOD.replace("0100 07", "0300 07")),
        ("width without bytes", GOOD.replace("0100 07", "0800 07")),
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


@pytest.mark.parametrize(
    ("what", "gaps"),
    [
        ("the same day", "01 00"),
        ("a day back", "01 ff"),
        ("the same day in two bytes", "02 0000"),
        ("a day back in two bytes", "02 ffff"),
        ("past the calendar", "04 7fffffff"),
        ("past all numbers", "08 7fffffffffffffff"),
    ],
)
def test_gaps_that_do_not_rise_to_a_later_day_are_broken(what: str, gaps: str):
    two = encode_records(NUMBERS, [Record(DAY, (1,)), Record(date(2026, 4, 2), (2,))]).hex()
    body = two.replace("000050400101", "00005040" + gaps.replace(" ", ""))
    assert body != two, what
    with pytest.raises(SealBrokenError):
        decode_records(NUMBERS, bytes.fromhex(body))


# schema, records, columns, unit, first day, its minute; a gap; a shape; numbers
TWO_HALF_HOURS = "0001 00000002 0001 02 00005040 05b4 01 1e 01 07 08"


def test_two_half_hours_are_good():
    records = [Record(DAY, (7,), 1460), Record(DAY, (8,), 1490)]
    assert encode_records(METER, records) == bytes.fromhex(TWO_HALF_HOURS)
    assert decode_records(METER, bytes.fromhex(TWO_HALF_HOURS)) == records


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("a minute after the day", TWO_HALF_HOURS.replace("05b4", "05dc")),
        ("a first day after the calendar", TWO_HALF_HOURS.replace("00005040", "002cc24a")),
        ("unit of days", TWO_HALF_HOURS.replace("0001 02", "0001 01")),
        ("no minute", TWO_HALF_HOURS.replace("05b4 ", "")),
    ],
)
def test_hostile_minutes_are_broken(what: str, body: str):
    assert body != TWO_HALF_HOURS, what
    with pytest.raises(SealBrokenError):
        decode_records(METER, bytes.fromhex(body))


def test_the_last_minute_of_the_calendar_is_kept():
    records = [Record(date.max, (1,), 1498), Record(date.max, (2,), 1499)]
    body = encode_records(METER, records)
    assert decode_records(METER, body) == records
    late = body[:13] + (1499).to_bytes(2, "big") + body[15:]
    assert late != body
    with pytest.raises(SealBrokenError):
        decode_records(METER, late)
