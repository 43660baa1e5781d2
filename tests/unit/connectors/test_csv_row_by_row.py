"""The reader works on columns; here each row is read by itself, and both must say the same."""

import csv
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.connectors.csv import LONGEST_LINE, read_csv, split_lines
from infobank.connectors.mapping import Mapping, parse_mapping
from infobank.connectors.rows import Rows
from infobank.policies import read_policies
from infobank.vocabulary.category import TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.table import Table

RULES = read_policies(Path(__file__).parents[3] / "policies", "Asia/Tokyo").policies
TODAY = date(2026, 11, 21)
HEADER = "Customer,Day,Steps,Unread,Calories"
DOCUMENT = {
    "source": "tracker",
    "category": "daily_activity",
    "resident": {"column": "Customer", "unknown": "create"},
    "observed": {"column": "Day", "formats": ["%Y-%m-%d"]},
    "fields": {"steps": {"column": "Steps"}, "calories": {"column": "Calories"}},
    "reject": [{"reason": "idle", "drop_when": {"steps": "0", "calories": "0"}}],
}
MAPPING: Mapping = parse_mapping("tracker", Table(DOCUMENT, "tracker.toml"), RULES)
STEPS, CALORIES = (MAPPING.category.field_names.index(name) for name in ("steps", "calories"))

Expected = list[tuple[int, str, date, int | None, int | None]]
Refused = list[tuple[int, str]]


def one_by_one(content: bytes) -> tuple[Expected, Refused]:
    """Read a file as its rules say, with no thought of speed: rows, and (line, column) refused."""
    taken: Expected = []
    refused: Refused = []
    for line, raw in enumerate(content.split(b"\n")[1:], start=2):
        if not raw.strip():
            continue
        column, row = read_row(raw)
        if column is not None:
            refused.append((line, column))
        elif row is not None:
            taken.append((line, *row))
    return taken, refused


def read_row(raw: bytes) -> tuple[str | None, tuple[str, date, int | None, int | None] | None]:
    """Return the column that is wrong (empty for the row as a whole), or the row."""
    try:
        text = raw.decode().rstrip("\r")
        cells = next(csv.reader([text], strict=True)) if '"' in text else text.split(",")
    except (UnicodeDecodeError, csv.Error):
        return "", None
    if "\0" in text or len(cells) != 5 or len(raw) >= LONGEST_LINE:
        return "", None
    person, day, steps, _, calories = (cell.strip() for cell in cells)
    named = person and len(person) <= 128 and person.isprintable()
    observed = day_of(day)
    wrong = [
        name
        for name, good in (
            ("Customer", named),
            ("Day", observed),
            ("Steps", fits(steps, MAPPING.category.fields[STEPS].maximum)),
            ("Calories", fits(calories, MAPPING.category.fields[CALORIES].maximum)),
            ("", steps + calories and (steps, calories) != ("0", "0")),
        )
        if not good
    ]
    if wrong or observed is None:
        return wrong[0], None
    return None, (person, observed, *(int(text) if text else None for text in (steps, calories)))


def day_of(text: str) -> date | None:
    """Return a day that may be deposited."""
    with suppress(ValueError):
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day
        return day if date(1900, 1, 1) <= day <= TODAY else None
    return None


def fits(text: str, largest: int) -> bool:
    """Tell whether a text is absent or a number a field may hold."""
    return not text or (text.isascii() and text.isdigit() and int(text) <= largest)


def read(content: bytes, block_bytes: int) -> tuple[Expected, Refused]:
    """Read a file with the reader, in blocks of a size."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "source.csv"
        path.write_bytes(content)
        chunks = list(read_csv(path, MAPPING, TODAY, block_bytes))
    taken: Expected = []
    for rows in (chunk.rows for chunk in chunks):
        days = map(date.fromordinal, rows.moments)
        given = rows.values[STEPS], rows.values[CALORIES]
        taken += zip(rows.lines, rows.people, days, *given, strict=True)
    return taken, [(each.line, each.column) for chunk in chunks for each in chunk.rejects]


CELL = st.sampled_from(["0", "0", "7", "20000", "20001", "1000000", "-1", "", "", " 5 ", "x"])
LINE = st.one_of(
    st.tuples(
        st.sampled_from(["a", "b", "c", " a ", "", "d\x07", "d\x0b"]),
        st.sampled_from(["2026-11-20", "2026-11-21", "2026-11-22", "1899-12-31", "x", ""]),
        CELL,
        CELL,
        CELL,
    ).map(",".join),
    st.just("a,2026-11-20,1,2,3"),
    st.sampled_from(
        [
            "",
            "  ",
            "a,2026-11-20,1,2",
            "a,2026-11-20,1,2,3,4",
            '"a","2026-11-20","1","x,y","3"',
            '"a,2026-11-20,1,2,3',
            'a,2026-11-20,1,2,3"',
            '"a"x,2026-11-20,1,2,3',
            '"a""",2026-11-20,1,2,3',
            "a,2026-11-20,1\r,2,3",
            "a,2026-11-20,1,2,3\r",
            "a,2026-11-20,1,2,3\0",
            "a,2026-11-20,1," + "9" * LONGEST_LINE + ",3",
        ]
    ),
)
LINES = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\r\n"])), max_size=30)


@settings(deadline=None)
@given(LINES, st.integers(1, 400), st.sampled_from(["", "a,2026-11-20,4,5,6"]))
def test_columns_say_what_rows_say(lines: list[tuple[str, str]], block_bytes: int, last_line: str):
    text = HEADER + "\n" + "".join(line + end for line, end in lines) + last_line
    content = text.encode()
    assert read(content, block_bytes) == one_by_one(content)


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(1, 100))
def test_columns_say_what_rows_say_of_any_bytes(raw: bytes, block_bytes: int):
    content = HEADER.encode() + b"\n" + raw
    assert read(content, block_bytes) == one_by_one(content)


GOOD = "a,2026-11-20,1,2,3\n"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (GOOD * 3, 3),
        (GOOD * 3 + GOOD.rstrip(), 4),
        (GOOD.replace("\n", "\r\n") * 3, 3),
        ('"a",2026-11-20,1,"x,y",3\n' * 3, 3),
        (GOOD + "\n" + GOOD, None),
        (GOOD + "a,b\n" + GOOD, None),
        (GOOD + "a,2026-11-20,1,2\n3,a,2026-11-20,1,2,3\n", None),
        (GOOD + "a,2026-11-20,1,2,3,4,a,2026-11-20,1,2,3\n", None),
        (GOOD + 'a,"2026-11-20\n","b",1,2,3\n', None),
        (GOOD + "a,2026-11-20,1\r2,3,4\n", None),
        (GOOD + "9" * LONGEST_LINE + ",2026-11-20,1,2,3\n", None),
    ],
)
def test_only_lines_without_any_slip_are_cut_in_one_step(content: str, lines: int | None):
    cells = split_lines(content.encode(), 5)
    assert (cells and [len(column) for column in cells]) == (lines and [lines] * 5)


PEOPLE = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3)), min_size=1, max_size=40)


@settings(deadline=None)
@given(PEOPLE)
def test_each_persons_rows_are_found_in_the_order_of_the_source(found: list[tuple[str, int]]):
    people, moments = zip(*found, strict=True)
    rows = Rows(range(len(found)), people, moments, (range(len(found)), moments))
    grouped: dict[str, Columns] = rows.by_person(TimeUnit.DAY)
    assert list(grouped) == list(dict.fromkeys(people))
    for person, columns in grouped.items():
        places = [place for place, each in enumerate(people) if each == person]
        assert list(columns.values[0]) == places
        assert list(columns.moments) == list(columns.values[1]) == [moments[at] for at in places]


@settings(deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=4))
def test_joined_rows_are_the_parts_one_after_the_other(parts: list[list[tuple[str, int]]]):
    rows = []
    for part in parts:
        people, moments = zip(*part, strict=True)
        rows.append(Rows(range(len(part)), people, moments, (moments,)))
    joined = Rows.joined(rows)
    expected = [row for part in parts for row in part]
    assert list(zip(joined.people, joined.moments, strict=True)) == expected
    assert list(joined.values[0]) == list(joined.moments)
    assert len(joined) == sum(map(len, parts))
