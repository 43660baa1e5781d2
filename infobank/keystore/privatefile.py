"""Files that hold one secret: written once, read only while nobody else can."""

import os
import stat
from pathlib import Path

from infobank.keystore.errors import KeyFileError

LONGEST = 4096
"""Bytes of the largest key file."""

_OWNER_ONLY = 0o600
_OTHERS = 0o077


def create_private_file(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, and make it durable.

    A missing folder is created with mode 0700; folders above it with the usual mode.

    Raises:
        KeyFileError: there is a file already (it is never overwritten), or the place
            cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(f"{path.parent} cannot be made: {error.strerror}") from None
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _OWNER_ONLY)
    except FileExistsError:
        raise KeyFileError(f"{path} exists; a key file is never overwritten") from None
    except OSError as error:
        raise KeyFileError(f"{path} cannot be created: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _make_durable(path.parent)
    except OSError as error:
        # INVARIANT: a half-written key must not look like a key.
        path.unlink(missing_ok=True)
        raise KeyFileError(f"{path} cannot be written: {error.strerror}") from None


def read_private_file(path: Path) -> bytes:
    """Return the content of a file that only its owner can read.

    Raises:
        KeyFileError: it is missing, a symbolic link or no plain file, somebody else's,
            open to others, or too long.
    """
    try:
        # Without O_NONBLOCK a named pipe in its place would hang the start.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyFileError(f"{path} does not exist; see keys/README.md to make it") from None
    except OSError as error:
        raise KeyFileError(
            f"{path} cannot be opened ({error.strerror}); a key file is a plain file, not a link"
        ) from None
    try:
        # The open file is judged, not its name, which could change in between.
        _check(path, os.fstat(handle))
        content = os.read(handle, LONGEST + 1)
    finally:
        os.close(handle)
    if len(content) > LONGEST:
        raise KeyFileError(f"{path} is too long for a key file")
    return content


def _check(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise KeyFileError(f"{path} must be a plain file")
    if state.st_uid not in {0, os.geteuid()}:
        raise KeyFileError(f"{path} belongs to another user; chown it to the bank's own user")
    if state.st_mode & _OTHERS:
        raise KeyFileError(f"{path} is open to other users; run: chmod 600 {path}")


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
