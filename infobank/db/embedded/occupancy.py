"""Who uses the server in a folder, across processes, told by the kernel's file locks.

Two files: the *gate* is held for a moment while somebody enters or leaves; *users* is
held, shared, by everybody inside.  A process that dies leaves by dying, so no count
can go stale.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infobank.db.embedded.errors import EmbeddedServerError


class Occupancy:
    """Let processes enter and leave one folder; tell the last one that it is the last."""

    def __init__(self, folder: Path) -> None:
        self._gate = folder / "gate.lock"
        self._users = folder / "users.lock"
        self._inside: int | None = None

    @property
    def entered(self) -> bool:
        """Say whether this object is inside."""
        return self._inside is not None

    @contextmanager
    def gate(self) -> Iterator[None]:
        """Hold the gate: nobody else enters, leaves, starts or stops meanwhile."""
        handle = _open(self._gate)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def enter(self) -> None:
        """Become a user.  Call with the gate held."""
        handle = _open(self._users)
        fcntl.flock(handle, fcntl.LOCK_SH)
        self._inside = handle

    def leave(self) -> bool:
        """Stop being a user; return whether nobody is left inside.  Call with the gate held."""
        handle = self._inside if self._inside is not None else _open(self._users)
        self._inside = None
        try:
            # Unlocking by word, not by closing: a forked child shares the open file.
            fcntl.flock(handle, fcntl.LOCK_UN)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            fcntl.flock(handle, fcntl.LOCK_UN)
            return True
        finally:
            os.close(handle)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise EmbeddedServerError(
            f"The folder {path.parent} belongs to another user; run as that user."
        ) from None
