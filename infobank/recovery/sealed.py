"""What the log's copy elsewhere holds beside the public log: whose entry, its MAC, its seal."""

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

from infobank.recovery.errors import ArchiveError

LONGEST: Final = 1 << 20
"""Bytes of a sealed entry; what is longer is not ours."""

_NOBODY: Final = bytes(16)
_FIXED: Final = 16 + 32 + 4


class Sealed(NamedTuple):
    """One entry's resident (a random number, or none), its writer's MAC, its sealed bytes."""

    resident: UUID | None
    mac: bytes
    sealed: bytes

    def encode(self) -> bytes:
        """Return resident (16 bytes, zero for none), MAC (32), length (4, big-endian), seal."""
        who = _NOBODY if self.resident is None else self.resident.bytes
        return who + self.mac + len(self.sealed).to_bytes(4, "big") + self.sealed


def encode_sealed(entries: Iterable[Sealed]) -> bytes:
    """Return the sealed parts of a bundle's entries, one after another."""
    return b"".join(entry.encode() for entry in entries)


def parse_sealed(raw: bytes) -> list[Sealed]:
    """Read the sealed parts of a bundle's entries.

    Raises:
        ArchiveError: they end inside an entry.
    """
    entries, at = [], 0
    while at < len(raw):
        start = at + _FIXED
        end = start + int.from_bytes(raw[at + 48 : start], "big")
        if end > len(raw) or start > len(raw) or end - start > LONGEST:
            raise ArchiveError("the log's copy is damaged: a sealed entry is cut short")
        who = raw[at : at + 16]
        resident = None if who == _NOBODY else UUID(bytes=who)
        entries.append(Sealed(resident, raw[at + 16 : at + 48], raw[start:end]))
        at = end
    return entries
