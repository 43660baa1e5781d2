"""Archive files: whole or not there, private, and gone when their time is over."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from infobank.archives.files import archives_in, clear_partial, new_file, opened, prune
from infobank.errors import ConflictError, NotFoundError, UnavailableError
from infobank.recovery.archive import Head
from infobank.recovery.errors import ArchiveError

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def head(days: int, made: datetime = NOW) -> Head:
    return Head("keys", UUID(int=1), "0.1.0", "0003", 9, made, made + timedelta(days=days))


def archive(path: Path, days: int, made: datetime = NOW) -> Path:
    with new_file(path) as file:
        file.write(head(days, made).encode() + b"sealed")
    return path


def test_a_file_appears_when_it_is_whole_and_only_its_owner_reads_it(tmp_path: Path):
    before = os.umask(0)
    try:
        with new_file(tmp_path / "a") as file:
            file.write(b"half")
            assert not (tmp_path / "a").exists()
            assert (tmp_path / "a.partial").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path):
    def fail() -> None:
        with new_file(tmp_path / "a") as file:
            file.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_archive_is_never_overwritten(tmp_path: Path):
    archive(tmp_path / "a", 3)
    with pytest.raises(ConflictError, match="never overwritten"), new_file(tmp_path / "a"):
        pass


def test_what_a_killed_backup_left_is_removed_by_the_next_one(tmp_path: Path):
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from infobank.archives.files import new_file\n"
        "with new_file(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, tmp_path / "monday"], check=False)
    assert killed.returncode == -9
    assert [path.name for path in tmp_path.iterdir()] == ["monday.partial"]
    assert archives_in(tmp_path) == []
    archive(tmp_path / "tuesday", 3)
    assert [path.name for path in tmp_path.iterdir()] == ["tuesday"]


def test_what_another_backup_is_writing_is_left_alone(tmp_path: Path):
    with new_file(tmp_path / "a") as file:
        clear_partial(tmp_path)
        with pytest.raises(ConflictError, match="another backup"), new_file(tmp_path / "a"):
            pass
        archive(tmp_path / "b", 3)
        file.write(head(3).encode())
    assert [kept.path.name for kept in archives_in(tmp_path)] == ["a", "b"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path):
    with pytest.raises(UnavailableError), new_file(tmp_path / "none" / "a"):
        pass


def test_archives_are_listed_oldest_first_and_other_files_passed_over(tmp_path: Path):
    archive(tmp_path / "new", 3)
    archive(tmp_path / "old", 3, NOW - timedelta(days=9))
    (tmp_path / "notes.txt").write_text("not an archive\n")
    (tmp_path / "folder").mkdir()
    assert [kept.path.name for kept in archives_in(tmp_path)] == ["old", "new"]
    with pytest.raises(NotFoundError):
        archives_in(tmp_path / "none")


def test_pruning_removes_what_is_over_and_nothing_else(tmp_path: Path):
    kept = archive(tmp_path / "young", 15)
    over = archive(tmp_path / "over", 14, NOW - timedelta(days=14))
    other = tmp_path / "notes.txt"
    other.write_text("not an archive\n")
    assert [each.path for each in prune(tmp_path, NOW)] == [over]
    assert sorted(tmp_path.iterdir()) == sorted([kept, other])
    assert prune(tmp_path, NOW) == []


@pytest.mark.parametrize("content", [b"", b"age-encryption.org/v1\n", bytes(9000)])
def test_a_file_without_a_head_is_no_archive(tmp_path: Path, content: bytes):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ArchiveError), opened(tmp_path / "a"):
        pass
