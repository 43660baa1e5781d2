"""The file that tells the depositor which rows were not taken, and why."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from infobank.connectors.errors import SourceFormatError
from infobank.connectors.rows import Reject

MOST_NAMES = 1_000
"""Names tried before giving up: that many old reject files want tidying."""


class RejectFile:
    """A CSV file of line, column and reason beside the source, made with the first reject.

    For `walks.csv` it is `walks.rejects.csv`, or `walks.2.rejects.csv` when that
    exists.  It is readable by its owner only, and never replaces or follows a file.
    A `folder` takes it when the source's own must stay as it is.
    `path` is None, and nothing is on the disk, as long as nothing was rejected.
    """

    def __init__(self, source: Path, folder: Path | None = None) -> None:
        self._source = source if folder is None else folder / source.name
        self._file: TextIO | None = None
        self.path: Path | None = None
        self.count = 0

    def write(self, rejects: Iterable[Reject]) -> None:
        """Add rejects; when this returns they are with the operating system.

        Raises:
            SourceFormatError: the file cannot be made.
        """
        waiting = tuple(rejects)
        if not waiting:
            return
        if self._file is None:
            self.path, self._file = _create(self._source)
            csv.writer(self._file).writerow(Reject._fields)
        csv.writer(self._file).writerows(waiting)
        self._file.flush()
        self.count += len(waiting)

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _create(source: Path) -> tuple[Path, TextIO]:
    """Create the first free name beside the source, mode 0600."""
    for number in range(1, MOST_NAMES + 1):
        path = source.with_name(f"{source.stem}{f'.{number}' if number > 1 else ''}.rejects.csv")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(path, flags, mode=0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise SourceFormatError(f"cannot write {path.name}: {error.strerror}") from error
        return path, os.fdopen(descriptor, "w", encoding="utf-8", newline="")
    raise SourceFormatError(f"{MOST_NAMES} reject files stand beside the source; remove some")
