"""Whatever bytes a line holds, the reader takes it or says why not."""

import csv
from contextlib import suppress
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from infobank.connectors.csv import compile_mapping, split_line
from infobank.connectors.mapping import read_mapping
from infobank.connectors.meanings import CellError
from infobank.policies import read_policies

POLICIES = Path(__file__).parents[3] / "policies"
FITBIT = read_mapping(
    POLICIES / "mappings" / "fitbit_daily_activity.toml",
    read_policies(POLICIES, "Asia/Tokyo").policies,
)
HEADER = [
    FITBIT.resident_column,
    FITBIT.observed_column,
    *(column.column for column in FITBIT.columns),
]
CONVERT = compile_mapping(FITBIT, HEADER, date(2026, 11, 21))

CELLS = st.one_of(
    st.integers(0, 2_000).map(str),
    st.sampled_from(["", "13162.00", "0.5", "٣", "²", "1_000", "NaN", "-0", "１２", " 7 "]),
    st.text(max_size=3),
)


@given(st.binary(max_size=200))
def test_any_bytes_are_split_or_refused(raw: bytes):
    with suppress(CellError):
        assert all(isinstance(cell, str) for cell in split_line(raw, 0))


@given(st.text(st.characters(exclude_characters='"\0\r\n', exclude_categories=["Cs"])))
def test_a_line_without_quotes_is_split_as_the_standard_reader_does(text: str):
    expected = next(csv.reader([text]), [])
    assert split_line(text.encode() + b"\r\n", 0) == (expected or [""])


@given(
    st.sampled_from(["4/13/2016", "04/12/2016", "1/1/1", "2/30/2016", "１/２/2016"]),
    st.lists(CELLS, min_size=len(FITBIT.columns), max_size=len(FITBIT.columns)),
)
def test_any_cells_become_a_valid_record_or_a_reject(day: str, cells: list[str]):
    rows, rejects = CONVERT([2], [[cell] for cell in ["somebody", day, *cells]])
    assert len(rows) + len(rejects) == 1
    for moment, values in zip(rows.moments, zip(*rows.values, strict=True), strict=True):
        assert date.fromordinal(moment).year == 2016
        for field, value in zip(FITBIT.category.fields, values, strict=True):
            field.check(value)
