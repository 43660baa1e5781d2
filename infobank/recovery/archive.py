"""An archive of one database: a head, its tables as PostgreSQL copies them, a manifest.

The bytes are frames: one byte that says what it is, four bytes with the length
(big-endian), the payload.  A frame is small, so that no reader needs memory that grows
with the archive.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from infobank.recovery.errors import ArchiveError
from infobank.vocabulary.text.canonical import Plain, canonical_json

FORMAT: Final = "infobank/archive/v1"
LOCKED: Final = "infobank/archive/v2"
"""The format of an archive that several recipients open together: a lock follows its head."""
MOST_RECIPIENTS: Final = 6
"""Who share an archive, at most."""
LONGEST_HEAD: Final = 4096
LARGEST_FRAME: Final = 1 << 20
"""Bytes of a payload; a table's data comes in as many frames as it needs."""

_LEAD: Final = 5
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)


_HEAD: Final[dict[str, type]] = {
    "archive": str,
    "database": str,
    "expires": str,
    "log_size": int,
    "made": str,
    "release": str,
    "schema": str,
    "tenant": str,
}
_LOCKED_HEAD: Final = _HEAD | {"recipients": list, "threshold": int}


class FrameKind(Enum):
    """What a frame holds."""

    HEAD = b"H"
    TABLE = b"T"
    """A table's name and columns; its data follows."""
    DATA = b"D"
    """A part of what `COPY ... TO STDOUT (FORMAT binary)` says."""
    END = b"E"
    """The summary of the table that ends here."""
    MANIFEST = b"M"
    """The summaries of all tables.  Nothing follows."""


class Frame(NamedTuple):
    """One frame."""

    kind: FrameKind
    payload: bytes

    def encode(self) -> bytes:
        """Return the frame's bytes."""
        return self.kind.value + len(self.payload).to_bytes(4, "big") + self.payload


@dataclass(frozen=True)
class Head:
    """What an archive is, readable without its key: nothing in it is about a person.

    `database` is `records` or `keys`; `revision` is that of the schema; `log_size` is how
    many log entries had their place when the backup began; from `expires_at` on the
    archive should be gone.  Where it takes more than one recipient, `threshold` says how many
    and `recipients` who they are, by their public halves.
    """

    database: str
    tenant: UUID
    release: str
    revision: str
    log_size: int
    made_at: datetime
    expires_at: datetime
    threshold: int = 1
    recipients: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the head as one line of canonical JSON, its newline included."""
        document: dict[str, Plain] = {
            "archive": LOCKED if self.locked else FORMAT,
            "database": self.database,
            "expires": _text(self.expires_at),
            "log_size": self.log_size,
            "made": _text(self.made_at),
            "release": self.release,
            "schema": self.revision,
            "tenant": str(self.tenant),
        }
        if self.locked:
            document |= {"recipients": list(self.recipients), "threshold": self.threshold}
        return canonical_json(document) + b"\n"

    @property
    def locked(self) -> bool:
        """Tell whether several recipients open it together."""
        return self.threshold > 1

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Read a head.

        Raises:
            ArchiveError: it is no head of this format.
        """
        try:
            read = _head_fields(line)
            head = cls(
                database=read["database"],
                tenant=UUID(read["tenant"]),
                release=read["release"],
                revision=read["schema"],
                log_size=read["log_size"],
                made_at=datetime.fromisoformat(read["made"]),
                expires_at=datetime.fromisoformat(read["expires"]),
                threshold=read.get("threshold", 1),
                recipients=tuple(read.get("recipients", ())),
            )
            canonical = head.encode()
        except (ValueError, ArchiveError):
            canonical = b""
        # The one canonical form, so that the head inside and the head outside can be compared.
        if canonical != line or not canonical:
            raise ArchiveError("this is no archive of an information bank")
        return head


@dataclass(frozen=True)
class Summary:
    """How many rows and bytes of a table were copied, and their SHA-256."""

    table: str
    rows: int
    size: int
    sha256: str

    def encode(self) -> bytes:
        """Return the summary as canonical JSON."""
        return canonical_json(self._document())

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read a summary.

        Raises:
            ArchiveError: it is none.
        """
        return cls(**_fields(payload, {"table": str, "rows": int, "size": int, "sha256": str}))

    def _document(self) -> dict[str, str | int]:
        return {
            "table": self.table,
            "rows": self.rows,
            "size": self.size,
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class TableShape:
    """A table's name and the columns that are copied, in their order."""

    table: str
    columns: tuple[str, ...]

    def encode(self) -> bytes:
        """Return the shape as canonical JSON."""
        return canonical_json({"columns": list(self.columns), "table": self.table})

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Read a table's shape.

        Raises:
            ArchiveError: it is none, or a name is one that no table of this bank has.
        """
        read = _fields(payload, {"table": str, "columns": list})
        names = [read["table"], *read["columns"]]
        # INVARIANT: names go into statements, so nothing but a plain name gets through.
        if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
            raise ArchiveError("the archive names a table or column that cannot be")
        return cls(read["table"], tuple(read["columns"]))


def encode_manifest(summaries: Sequence[Summary]) -> bytes:
    """Return the manifest: the summaries of all tables, in their order."""
    return b"\n".join(summary.encode() for summary in summaries)


def parse_manifest(payload: bytes) -> tuple[Summary, ...]:
    """Read a manifest.

    Raises:
        ArchiveError: it is none.
    """
    return tuple(Summary.parse(line) for line in payload.split(b"\n") if line)


@dataclass
class Frames:
    """Cut a stream of bytes, however it comes in pieces, into frames."""

    _held: bytearray = field(default_factory=bytearray)

    def feed(self, part: bytes) -> Iterator[Frame]:
        """Take a piece; yield every frame that is whole now.

        Raises:
            ArchiveError: what comes is no frame.
        """
        self._held += part
        while len(self._held) >= _LEAD:
            kind, length = _lead(bytes(self._held[:_LEAD]))
            if len(self._held) < _LEAD + length:
                return
            payload = bytes(self._held[_LEAD : _LEAD + length])
            del self._held[: _LEAD + length]
            yield Frame(kind, payload)

    def end(self) -> None:
        """Accept the end of the stream.

        Raises:
            ArchiveError: it ends inside a frame.
        """
        if self._held:
            raise ArchiveError("the archive is cut short")


def _lead(lead: bytes) -> tuple[FrameKind, int]:
    length = int.from_bytes(lead[1:], "big")
    try:
        kind = FrameKind(lead[:1])
    except ValueError:
        raise ArchiveError("the archive holds something this release does not know") from None
    if length > LARGEST_FRAME:
        raise ArchiveError("the archive holds a part that is too large")
    return kind, length


def _head_fields(line: bytes) -> dict[str, Any]:
    """Return what a head says; who share the archive can be that many different ones."""
    try:
        return _fields(line, _HEAD)
    except ArchiveError:
        read = _fields(line, _LOCKED_HEAD)
    recipients, threshold = read["recipients"], read["threshold"]
    named = all(isinstance(each, str) for each in recipients)
    if not named or not 1 < threshold <= len(set(recipients)) == len(recipients) <= MOST_RECIPIENTS:
        raise ArchiveError("this is no archive of an information bank")
    return read


def _fields(payload: bytes, kinds: dict[str, type]) -> dict[str, Any]:
    try:
        read = json.loads(payload)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or read.keys() != kinds.keys():
        raise ArchiveError("the archive holds something this release does not know")
    if not all(isinstance(read[name], kind) for name, kind in kinds.items()):
        raise ArchiveError("the archive holds something this release does not know")
    return read


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
