"""A folder that holds a copy of the log: files appear whole and durable, or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infobank.accesslog.verifier.files import LARGEST_FILE
from infobank.accesslog.verifier.program import read_file
from infobank.archives.files import PARTIAL, make_durable
from infobank.errors import ConflictError, UnavailableError

_LOCK = "copying.lock"
_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class LogFolder:
    """Read and write the files of a copied log by their paths."""

    root: Path

    def fetch(self, path: str) -> bytes:
        """Return a file's bytes.

        Raises:
            NotFoundError: it is not there.
            MalformedProofError: it is larger than any file of a log.
        """
        return read_file(self.root / path, LARGEST_FILE)

    def keep(self, path: str, content: bytes) -> None:
        """Write a file; when this returns it is durable under its name.

        Raises:
            UnavailableError: it cannot be written.
        """
        target = self.root / path
        partial = target.with_name(target.name + PARTIAL)
        try:
            _make_folder(target.parent)
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
            partial.rename(target)
            make_durable(target.parent)
        except OSError as error:
            raise _away(target, error) from None

    def drop(self, path: str) -> None:
        """Remove a file that a larger one has taken the place of; it may be gone already.

        Raises:
            UnavailableError: it cannot be removed.
        """
        target = self.root / path
        try:
            target.unlink(missing_ok=True)
        except OSError as error:
            raise _away(target, error) from None

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Be the only one that copies into this folder for as long as the block lasts.

        Raises:
            ConflictError: another process copies into it.
            UnavailableError: the folder cannot be written.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = (self.root / _LOCK).open("ab")
        except OSError as error:
            raise _away(self.root, error) from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConflictError(f"another process copies the log to {self.root}") from None
            yield


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable by its name."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        make_durable(folder.parent)


def _away(place: Path, error: OSError) -> UnavailableError:
    return UnavailableError(f"{place} cannot be written: {error.strerror}")
