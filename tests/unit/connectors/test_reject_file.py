"""The file of rejects: private, never in the way of another file, and only when needed."""

import os
from pathlib import Path

import pytest

from infobank.connectors.errors import SourceFormatError
from infobank.connectors.rejects import RejectFile
from infobank.connectors.rows import Reject

REJECT = Reject(7, "kWh", "must be between 0.00 and 500.00, please")


def test_nothing_is_made_when_nothing_is_rejected(tmp_path: Path):
    with RejectFile(tmp_path / "walks.csv") as rejects:
        rejects.write([])
        assert rejects.path is None
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_it(tmp_path: Path):
    before = os.umask(0)
    try:
        with RejectFile(tmp_path / "walks.csv") as rejects:
            rejects.write([REJECT])
    finally:
        os.umask(before)
    assert (tmp_path / "walks.rejects.csv").stat().st_mode & 0o777 == 0o600


def test_it_lists_line_column_and_reason_as_soon_as_they_are_written(tmp_path: Path):
    with RejectFile(tmp_path / "walks.csv") as rejects:
        rejects.write([REJECT])
        rejects.write([Reject(9, "", "every field is empty")])
        text = (tmp_path / "walks.rejects.csv").read_text()
    assert text.splitlines() == [
        "line,column,reason",
        '7,kWh,"must be between 0.00 and 500.00, please"',
        "9,,every field is empty",
    ]
    assert rejects.count == 2


def test_an_older_file_is_left_alone(tmp_path: Path):
    (tmp_path / "walks.rejects.csv").write_text("older")
    (tmp_path / "walks.2.rejects.csv").symlink_to(tmp_path / "elsewhere")
    with RejectFile(tmp_path / "walks.csv") as rejects:
        rejects.write([REJECT])
    assert rejects.path == tmp_path / "walks.3.rejects.csv"
    assert (tmp_path / "walks.rejects.csv").read_text() == "older"
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path):
    with pytest.raises(SourceFormatError, match="cannot write"):
        RejectFile(tmp_path / "nowhere" / "walks.csv").write([REJECT])


def test_another_folder_leaves_the_sources_own_as_it_was(tmp_path: Path):
    source, reports = tmp_path / "source", tmp_path / "reports"
    source.mkdir()
    reports.mkdir()
    with RejectFile(source / "walks.csv", reports) as rejects:
        rejects.write([REJECT])
    assert rejects.path == reports / "walks.rejects.csv"
    assert list(source.iterdir()) == []
