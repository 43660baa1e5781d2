"""One archive, written as it is sent: nothing of it is ever whole in memory or on a disk."""

import hashlib
import json
from datetime import datetime
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

INDEX: Final = "manifest.json"

_READABLE: Final = 0o644 << 16
"""The files' mode on systems that keep one."""


class _Sink:
    """What was written since it was last taken; it cannot be sought in, as a socket cannot."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        """Keep a part; return its length."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Do nothing: whoever takes, sends."""

    def close(self) -> None:
        """Do nothing: whoever sends, ends."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


class ArchiveWriter:
    """Write a ZIP archive file by file, in the order they come, and its index at the end.

    The index names each file with its size and SHA-256, so that a program finds every part
    and anybody finds a changed one.
    """

    def __init__(self, made_at: datetime, about: dict[str, str]) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED)
        self._made_at = made_at
        self._about = about
        self._files: list[dict[str, object]] = []

    def add(self, name: str, content: str | bytes) -> bytes:
        """Return the archive's bytes that hold one more file."""
        written = content.encode() if isinstance(content, str) else content
        self._put(name, written)
        self._files.append(
            {"name": name, "bytes": len(written), "sha256": hashlib.sha256(written).hexdigest()}
        )
        return self._sink.take()

    def end(self) -> bytes:
        """Return the index and the archive's own end; without it no archive opens."""
        document = {**self._about, "files": self._files}
        self._put(INDEX, json.dumps(document, ensure_ascii=False, indent=1).encode())
        self._zip.close()
        return self._sink.take()

    def _put(self, name: str, written: bytes) -> None:
        at = self._made_at
        entry = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
        entry.compress_type = ZIP_DEFLATED
        entry.external_attr = _READABLE
        self._zip.writestr(entry, written)
