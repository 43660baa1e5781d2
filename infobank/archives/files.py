"""Archive files: whole or not there, and gone when their time is over.

A file is one line with the head, readable by anybody, then an age file.  The head is
repeated inside, so that a changed one is found.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from infobank.errors import ConflictError, InfobankError, NotFoundError, UnavailableError
from infobank.recovery.archive import LONGEST_HEAD, Head
from infobank.recovery.errors import ArchiveError

PARTIAL = ".partial"
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Kept:
    """An archive file and its head."""

    path: Path
    head: Head
    size: int

    def over(self, now: datetime) -> bool:
        """Tell whether the archive should be gone."""
        return self.head.expires_at <= now


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that appears under its name, durable, when the block has ended well.

    Until then it is `NAME.partial`, which only its owner can read, and can be read back.
    What killed backups left in the folder goes first.

    Raises:
        ConflictError: there is a file already, or another backup is writing it.
        UnavailableError: the place cannot be written.
    """
    if path.exists():
        raise ConflictError(f"{path} exists; an archive is never overwritten")
    partial = path.with_name(path.name + PARTIAL)
    try:
        clear_partial(path.parent)
        handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY)
        with os.fdopen(handle, "w+b") as file:
            _claim(file, partial)
            try:
                yield file
                file.flush()
                os.fsync(handle)
                partial.rename(path)
                make_durable(path.parent)
            except BaseException:
                partial.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise UnavailableError(f"{path} cannot be written: {error.strerror}") from None


def clear_partial(folder: Path) -> None:
    """Remove what killed backups left in a folder; what is being written stays."""
    for left in folder.glob(f"*{PARTIAL}"):
        with left.open("rb") as file:
            if _claimed(file):
                left.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Head, BinaryIO]]:
    """Open an archive; return its head, and the file where the age part begins.

    Raises:
        NotFoundError: it cannot be read.
        ArchiveError: it is no archive.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror}") from None
    with file:
        yield Head.parse(file.readline(LONGEST_HEAD)), file


def archives_in(folder: Path) -> list[Kept]:
    """Return the archives in a folder, oldest first; other files are passed over.

    Raises:
        NotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        raise NotFoundError(f"{folder} is no folder")
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix != PARTIAL:
            try:
                with opened(path) as (head, _):
                    found.append(Kept(path, head, path.stat().st_size))
            except InfobankError:
                continue
    return sorted(found, key=lambda kept: kept.head.made_at)


def prune(folder: Path, now: datetime) -> list[Kept]:
    """Remove the archives in a folder whose time is over; return them.

    What a disk or a copy elsewhere still holds is not reached: a keys' archive dies for
    good when the epoch it was made in ends.

    Raises:
        NotFoundError: there is no such folder.
        UnavailableError: one cannot be removed.
    """
    gone = [kept for kept in archives_in(folder) if kept.over(now)]
    try:
        for kept in gone:
            kept.path.unlink(missing_ok=True)
        make_durable(folder)
    except OSError as error:
        raise UnavailableError(f"an archive cannot be removed: {error.strerror}") from None
    return gone


def check_head(outside: Head, inside: bytes) -> None:
    """Accept the head inside an archive when it is the one outside.

    Raises:
        ArchiveError: somebody changed the one outside.
    """
    if Head.parse(inside) != outside:
        raise ArchiveError("the head of the archive was changed")


def make_durable(folder: Path) -> None:
    """Have a folder's names on the disk when this returns."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _claim(file: BinaryIO, partial: Path) -> None:
    if not _claimed(file):
        raise ConflictError(f"another backup is writing {partial}")
    # Between opening and claiming, another backup may have cleared or finished the file.
    if not partial.exists() or os.fstat(file.fileno()).st_ino != partial.stat().st_ino:
        raise ConflictError(f"another backup is writing {partial}")
    file.truncate(0)


def _claimed(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
