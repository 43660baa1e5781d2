"""Reading of CSV files: which rows become records, and what is said of the others."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from infobank.connectors import csv as csv_connector
from infobank.connectors.csv import LONGEST_LINE, read_csv
from infobank.connectors.errors import SourceFormatError
from infobank.connectors.mapping import Mapping, parse_mapping, read_mapping
from infobank.connectors.rows import Chunk, Reject
from infobank.demo.untidy import BROKEN, DAYS, PEOPLE, SAMPLE, untidy_activity
from infobank.policies import read_policies
from infobank.vocabulary.category import Record
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.table import Table

POLICIES = Path(__file__).parents[3] / "policies"
RULES = read_policies(POLICIES, "Asia/Tokyo").policies
FITBIT = read_mapping(POLICIES / "mappings" / "fitbit_daily_activity.toml", RULES)
TODAY = date(2026, 11, 21)
HEADER = "Customer,Day,kWh,Persons"

inputs = os.environ.get("INFOBANK_TEST_INPUTS")


class Row(NamedTuple):
    """One record, with its line in the source and whom it is about."""

    line: int
    source_identifier: str
    record: Record


def rows_of(mapping: Mapping, chunks: Iterable[Chunk]) -> list[Row]:
    """Return what chunks hold, row by row."""
    found: list[Row] = []
    for rows in (chunk.rows for chunk in chunks if len(chunk.rows)):
        records = Columns(mapping.category.time, rows.moments, rows.values).records()
        found += map(Row, rows.lines, rows.people, records)
    return found


def meters(**changes: object) -> Mapping:
    document = {
        "source": "meter",
        "category": "household_electricity",
        "resident": {"column": "Customer", "unknown": "refuse"},
        "observed": {"column": "Day", "formats": ["%Y-%m-%d", "%Y/%m/%d"]},
        "fields": {"electricity": {"column": "kWh"}, "household_size": {"column": "Persons"}},
    }
    return parse_mapping("meters", Table(document | changes, "meters.toml"), RULES)


def read(
    tmp_path: Path, content: str | bytes, mapping: Mapping | None = None
) -> tuple[list[Row], list[Reject]]:
    path = tmp_path / "source.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    known = mapping or meters()
    chunks = list(read_csv(path, known, TODAY))
    return rows_of(known, chunks), [reject for chunk in chunks for reject in chunk.rejects]


def read_one(tmp_path: Path, line: str) -> tuple[list[Row], list[Reject]]:
    return read(tmp_path, f"{HEADER}\n{line}\n")


def test_a_row_becomes_a_record_in_the_order_of_the_fields(tmp_path: Path):
    rows, rejects = read_one(tmp_path, "c-1,2026-11-20,8.50,3")
    assert rows == [Row(2, "c-1", Record(date(2026, 11, 20), (850, 3)))]
    assert isinstance(rows[0].record, Record)
    assert rejects == []


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("c-1,2026-11-20,8.00,3.00", (800, 3)),
        ("c-1,2026/11/20, 8.5 ,3", (850, 3)),
        ("c-1,2026-11-20,８.５,３", (850, 3)),
        ("c-1,2026-11-20,,3", (None, 3)),
        ('"c-1","2026-11-20","8.5","3"', (850, 3)),
        ("c-1,2026-11-20,8.5,3\r", (850, 3)),
    ],
)
def test_untidy_but_clear_rows_are_taken(tmp_path: Path, line: str, values: tuple[int | None, ...]):
    rows, rejects = read_one(tmp_path, line)
    assert [row.record.values for row in rows] == [values]
    assert rejects == []


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",2026-11-20,8.5,3", "Customer", "is empty"),
        ("c\x07,2026-11-20,8.5,3", "Customer", "printable"),
        (f"{'c' * 129},2026-11-20,8.5,3", "Customer", "at most 128"),
        ("c-1,20.11.2026,8.5,3", "Day", "must be a date like 2026-12-31 or 2026/12/31"),
        ("c-1,,8.5,3", "Day", "must be a date"),
        ("c-1,2026-11-22,8.5,3", "Day", "future"),
        ("c-1,1899-12-31,8.5,3", "Day", "before 1900"),
        ("c-1,2026-11-20,warm,3", "kWh", "decimal number"),
        ("c-1,2026-11-20,1e2,3", "kWh", "decimal number"),
        ("c-1,2026-11-20,8.555,3", "kWh", "at most 2 decimals"),
        ("c-1,2026-11-20,500.01,3", "kWh", "between 0.00 and 500.00"),
        ("c-1,2026-11-20,8.5,0", "Persons", "between 1 and 20"),
        ("c-1,2026-11-20,8.5", "", "has 3 columns where the header has 4"),
        ("c-1,2026-11-20,8.5,3,", "", "has 5 columns where the header has 4"),
        ("c-1,2026-11-20,,", "", "every field is empty"),
        ('"c-1,2026-11-20,8.5,3', "", "quotes that do not match"),
        ('"c-1"x,2026-11-20,8.5,3', "", "quotes that do not match"),
        ("c-1,2026-11-20,8.5\0,3", "", "NUL byte at byte 43"),
        (f"c-1,2026-11-20,{'8' * 10_001},3", "kWh", "longer than 10000 characters"),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_by_line_and_column(
    tmp_path: Path, line: str, column: str, reason: str
):
    rows, rejects = read_one(tmp_path, line)
    assert rows == []
    assert [(reject.line, reject.column) for reject in rejects] == [(2, column)]
    assert reason in rejects[0].reason


def test_today_is_not_the_future(tmp_path: Path):
    assert len(read_one(tmp_path, "c-1,2026-11-21,8.5,3")[0]) == 1


def test_the_reason_never_holds_the_value(tmp_path: Path):
    canary = "canary9731"
    lines = [
        f"c-1,{canary},8.5,3",
        f"c-1,2026-11-20,{canary},3",
        f"c-1,2026-11-20,8.5,3,{canary}",
        f'{canary}",2026-11-20,8.5,3"x,"',
        f"{canary}\x07,2026-11-20,8.5,3",
    ]
    _, rejects = read(tmp_path, "\n".join([HEADER, *lines]))
    assert len(rejects) == len(lines)
    assert canary not in repr(rejects)


def test_a_forgotten_quote_costs_its_own_line_only(tmp_path: Path):
    good = "c-1,2026-11-20,8.5,3"
    rows, rejects = read(tmp_path, f'{HEADER}\n{good}\nc-2,"2026-11-20,8.5,3\n{good}\n')
    assert [row.line for row in rows] == [2, 4]
    assert [reject.line for reject in rejects] == [3]


def test_wrong_bytes_are_named_by_their_place_and_the_rest_is_kept(tmp_path: Path):
    good = b"c-1,2026-11-20,8.5,3\n"
    content = HEADER.encode() + b"\n" + good + b"\x83n\x83i\x83R,2026-11-20,8.5,3\n" + good
    rows, rejects = read(tmp_path, content)
    assert [row.line for row in rows] == [2, 4]
    assert rejects == [Reject(3, "", f"is not UTF-8 at byte {content.index(0x83)} of the file")]


def test_an_endless_line_is_skipped_without_being_kept_in_memory(tmp_path: Path):
    good = "c-1,2026-11-20,8.5,3\n"
    long = "x" * (3 * LONGEST_LINE) + "\n"
    rows, rejects = read(tmp_path, f"{HEADER}\n{long}{good}\0{good}")
    assert [row.line for row in rows] == [3]
    assert [reject.line for reject in rejects] == [2, 4]
    # the place in the file is still right after the skipped line
    where = len(HEADER) + 1 + len(long) + len(good)
    assert rejects[1].reason == f"holds a NUL byte at byte {where} of the file"


def test_a_last_line_without_an_end_is_read(tmp_path: Path):
    rows, _ = read(tmp_path, f"{HEADER}\nc-1,2026-11-20,8.5,3")
    assert len(rows) == 1


def test_blank_lines_are_nothing(tmp_path: Path):
    rows, rejects = read(tmp_path, f"{HEADER}\n\nc-1,2026-11-20,8.5,3\r\n\r\n  \n")
    assert (len(rows), rejects) == (1, [])


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path):
    quoted = HEADER.replace("Customer", '"Customer"')
    content = b"\xef\xbb\xbf" + quoted.encode() + b"\nc-1,2026-11-20,8.5,3\n"
    assert len(read(tmp_path, content)[0]) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\nCustomer,Day,kWh,Persons\n", "the file is empty, or its first line is"),
        (b"Customer,Day\n", "lacks columns that the mapping meters reads: kWh, Persons"),
        (b"Customer,Day,kWh,Persons,kWh\n", "columns 3 and 5 of the file share a name"),
        ("Customer,Day,kWh,Persons\n".encode("utf-16"), "is not UTF-8 at byte 0"),
        ("Customer,Day,kWh,Persons\n".encode("utf-16-le"), "holds a NUL byte at byte 1"),
        ("顧客,日,kWh,人数\n".encode("shift_jis"), "not UTF-8 at byte 0 of the file; save"),
        (b"\xef\xbb\xbf\xff,Day,kWh,Persons\n", "is not UTF-8 at byte 3"),
        (b"Customer,Day,kWh,Persons\rc-1,2026-11-20,8.5,3\r", "not with CR alone"),
        (b'"Customer,Day,kWh,Persons\n', "quotes that do not match"),
        (b"," * 1_001 + b"\n", "more than 1000 columns"),
        (b"x" * (LONGEST_LINE + 1), "is longer than 65536 bytes"),
    ],
)
def test_a_file_whose_header_cannot_be_used_is_refused(tmp_path: Path, content: bytes, says: str):
    with pytest.raises(SourceFormatError) as refused:
        read(tmp_path, content)
    assert says in refused.value.message


def test_a_file_without_a_header_does_not_put_values_into_the_message(tmp_path: Path):
    with pytest.raises(SourceFormatError) as refused:
        read(tmp_path, "canary9731,2026-11-20,canary9731,3\n")
    assert "canary" not in refused.value.message


def test_only_an_ordinary_file_is_read(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.csv", Path(os.devnull)):
        with pytest.raises(SourceFormatError):
            next(read_csv(path, meters(), TODAY))


def test_numbers_in_another_unit_are_scaled_and_rounded_to_even(tmp_path: Path):
    mapping = meters(fields={"electricity": {"column": "kWh", "scale": "0.001"}})
    lines = ["c,2026-11-20,8505,", "c,2026-11-20,8515,", "c,2026-11-20,1e3,"]
    rows, rejects = read(tmp_path, "\n".join([HEADER, *lines]), mapping)
    assert [row.record.values for row in rows] == [(850, None), (852, None)]
    assert [reject.line for reject in rejects] == [4]


def test_words_of_the_source_become_codes(tmp_path: Path):
    fields = {
        "sex": {"column": "Sex", "codes": {"F": "female", "女": "female"}},
        "name": {"column": "Name"},
    }
    mapping = meters(category="profile", fields=fields)
    lines = [
        "c,2026-11-20,F,合成 ハナコ",
        "c,2026-11-20,女,",
        "c,2026-11-20,X,",
        "c,2026-11-20,,a\x07",
    ]
    rows, rejects = read(tmp_path, "\n".join(["Customer,Day,Sex,Name", *lines]), mapping)
    assert [row.record.values[0] for row in rows] == ["合成 ハナコ", None]
    assert [row.record.values[2] for row in rows] == ["female", "female"]
    assert [(one.line, one.column) for one in rejects] == [(4, "Sex"), (5, "Name")]


def half_hours() -> Mapping:
    return meters(
        category="half_hourly_electricity",
        observed={"column": "Day", "formats": ["%Y-%m-%d %H:%M"]},
        fields={"electricity": {"column": "kWh"}},
    )


@pytest.mark.parametrize(
    ("time", "minute"), [("00:00", 0), ("0:30", 30), ("23:30", 1410), ("２３:59", 1439)]
)
def test_a_category_that_counts_in_minutes_has_the_minute_of_the_day(
    tmp_path: Path, time: str, minute: int
):
    rows, rejects = read(tmp_path, f"{HEADER}\nc-1,2026-11-20 {time},0.25,", half_hours())
    assert rejects == []
    assert [(row.record.observed, row.record.minute) for row in rows] == [
        (date(2026, 11, 20), minute)
    ]


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20 24:00", "2026-11-22 00:00"])
def test_a_time_that_no_clock_has_shown_is_rejected(tmp_path: Path, text: str):
    rows, rejects = read(tmp_path, f"{HEADER}\nc-1,{text},0.25,", half_hours())
    assert rows == []
    assert [(reject.line, reject.column) for reject in rejects] == [(2, "Day")]


def test_progress_is_told_in_bytes(tmp_path: Path):
    path = tmp_path / "source.csv"
    path.write_text(HEADER + "\n" + "c-1,2026-11-20,8.5,3\n" * 25)
    chunks = list(read_csv(path, meters(), TODAY, block_bytes=200))
    assert [len(chunk.rows) for chunk in chunks] == [10, 10, 5]
    assert [chunk.bytes_read for chunk in chunks] == [25 + 210, 25 + 420, 25 + 525]
    assert {chunk.bytes_total for chunk in chunks} == {path.stat().st_size}
    assert list(chunks[1].rows.lines) == list(range(12, 22))


def test_more_texts_than_a_column_remembers_are_still_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("infobank.connectors.meanings.MOST_LEARNT", 3)
    lines = [f"c-{number},2026-11-20,{number},3" for number in range(20)]
    rows, _ = read(tmp_path, "\n".join([HEADER, *lines]))
    assert [row.record.values[0] for row in rows] == [100 * number for number in range(20)]


def test_the_packages_own_sample_shows_every_kind_of_reject(tmp_path: Path):
    rows, rejects = read(tmp_path, SAMPLE.read_bytes(), FITBIT)
    unworn = [reject for reject in rejects if "not worn" in reject.reason]
    assert len(rejects) - len(unworn) == BROKEN
    assert len(rows) + len(unworn) == PEOPLE * DAYS + 2
    assert len({row.source_identifier for row in rows}) == PEOPLE
    assert unworn


def test_the_packages_own_sample_comes_from_its_seed():
    assert SAMPLE.read_bytes() == untidy_activity().encode()


@pytest.mark.skipif(inputs is None, reason="INFOBANK_TEST_INPUTS does not name the sample input")
def test_the_real_sample_is_read_whole():
    path = Path(str(inputs)) / "samples" / "fitbit-daily-activity.csv"
    chunks = list(read_csv(path, FITBIT, TODAY))
    rows = rows_of(FITBIT, chunks)
    rejects = [reject for chunk in chunks for reject in chunk.rejects]
    assert (len(rows), len(rejects)) == (936, 4)
    assert {reject.reason for reject in rejects} == {FITBIT.drops[0].reason}
    assert len({row.source_identifier for row in rows}) == 33
    first = Record(date(2016, 4, 12), (13162, 850, 850, 0, 25, 13, 328, 728, 1985))
    assert rows[0] == Row(2, "1503960366", first)
    assert chunks[-1].bytes_read == path.stat().st_size


def test_every_record_fits_its_category(tmp_path: Path):
    rows, _ = read(tmp_path, SAMPLE.read_bytes(), FITBIT)
    for row in rows:
        for field, value in zip(FITBIT.category.fields, row.record.values, strict=True):
            field.check(value)


def test_limits_are_as_documented():
    assert (csv_connector.LONGEST_LINE, csv_connector.MOST_COLUMNS) == (65_536, 1_000)
