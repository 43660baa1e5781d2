"""Files that hold one secret: written once, read only while nobody else can."""

import os
import stat
import tempfile
from pathlib import Path

from infobank.keystore.errors import KeyFileError

LONGEST = 4096
"""Bytes of the largest key file."""

_OTHERS = 0o077


def create_private_file(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, and make it durable.

    The file appears whole or not at all, whenever the process is killed.  A missing
    folder is created with mode 0700; folders above it with the usual mode.

    Raises:
        KeyFileError: there is a file already (it is never overwritten), or the place
            cannot be written.
    """
    make_folder(path.parent)
    try:
        handle, spelled = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    except OSError as error:
        raise KeyFileError(f"{path} cannot be created: {error.strerror}") from None
    written = Path(spelled)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link is made only where nothing stands, so of two makers one fails.
        path.hardlink_to(written)
    except FileExistsError:
        raise KeyFileError(f"{path} exists; a key file is never overwritten") from None
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        written.unlink(missing_ok=True)
    try:
        make_durable(path.parent)
    except OSError as error:
        # INVARIANT: a key that a power cut may take away must not look like a key.
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


def destroy_private_file(path: Path) -> None:
    """Overwrite a private file in place and take it away, durably; idempotent.

    In place, so that every name the file has loses its content.  Not promised: that no
    block of an older copy survives in a medium that never writes in place.

    Raises:
        KeyFileError: it cannot be opened for writing, written or taken away.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return
    except OSError as error:
        raise KeyFileError(f"{path} cannot be destroyed: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(os.fstat(file.fileno()).st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        make_durable(path.parent)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be destroyed: {error.strerror}") from None


def make_folder(folder: Path) -> None:
    """Make a folder with mode 0700 where there is none.

    Raises:
        KeyFileError: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(f"{folder} cannot be made: {error.strerror}") from None


def check_private_folder(folder: Path) -> None:
    """Accept a folder that only its owner can look into.

    Raises:
        KeyFileError: it is missing, somebody else's, or open to others.
    """
    try:
        state = folder.stat(follow_symlinks=False)
    except OSError as error:
        raise KeyFileError(f"{folder} cannot be read: {error.strerror}") from None
    if not stat.S_ISDIR(state.st_mode):
        raise KeyFileError(f"{folder} must be a folder, and not a link to one")
    if state.st_uid not in {0, os.geteuid()}:
        raise KeyFileError(f"{folder} belongs to another user; chown it to the bank's own user")
    if state.st_mode & _OTHERS:
        raise KeyFileError(f"{folder} is open to other users; run: chmod 700 {folder}")


def _check(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise KeyFileError(f"{path} must be a plain file")
    if state.st_uid not in {0, os.geteuid()}:
        raise KeyFileError(f"{path} belongs to another user; chown it to the bank's own user")
    if state.st_mode & _OTHERS:
        raise KeyFileError(f"{path} is open to other users; run: chmod 600 {path}")


def make_durable(folder: Path) -> None:
    """Return when the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
