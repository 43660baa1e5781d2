"""The sealed list of a resident's blocks: what there is, and which generation counts."""

import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Self

from infobank.errors import ConflictError
from infobank.vault.envelope import digest, open_sealed, seal
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import ManifestHeader
from infobank.vault.padding import pad, padded_length, unpad
from infobank.vocabulary.period import Period

MOST_ENTRIES = 65_536

_EPOCH = date(1970, 1, 1).toordinal()
_ENTRY = struct.Struct(">16sHiQ32sIii")
_PLACE = struct.Struct(">Hi")
_TAG_LENGTH = 16
_LONGEST = padded_length(MOST_ENTRIES * _ENTRY.size + 4)


def block_tag(tag_key: bytes, category_number: int, start: date) -> bytes:
    """Return the 16 bytes under which the block of a category and span is stored.

    Without the resident's manifest tag key nobody can tell which category a tag is of,
    or whether two residents have the same.
    """
    place = _PLACE.pack(category_number, start.toordinal() - _EPOCH)
    return hmac.digest(tag_key, place, "sha256")[:_TAG_LENGTH]


@dataclass(frozen=True)
class ManifestState:
    """Which manifest of a resident counts: its version, and the SHA-256 of its stored bytes."""

    version: int
    digest: bytes


@dataclass(frozen=True)
class ManifestEntry:
    """One block that counts: where it is, what it must be and what it spans.

    `category` is the category's number, `start` the first day of the block's span,
    `digest` the SHA-256 of the whole stored block, `first` and `last` the days of its
    earliest and latest record.
    """

    tag: bytes
    category: int
    start: date
    generation: int
    digest: bytes
    records: int
    first: date
    last: date

    def confirm(self, stored: bytes) -> None:
        """Accept the stored block this entry lists, and no other.

        Raises:
            SealBrokenError: it is another one, such as an older generation put back.
        """
        if not hmac.compare_digest(self.digest, digest(stored)):
            raise SealBrokenError

    def encode(self) -> bytes:
        """Return the 74 bytes of this entry."""
        return _ENTRY.pack(
            self.tag,
            self.category,
            self.start.toordinal() - _EPOCH,
            self.generation,
            self.digest,
            self.records,
            self.first.toordinal() - _EPOCH,
            self.last.toordinal() - _EPOCH,
        )

    @classmethod
    def parse(cls, encoded: bytes) -> Self:
        """Read one entry; `encoded` has exactly 74 bytes.

        Raises:
            SealBrokenError: a day does not exist.
        """
        tag, category, start, generation, block, records, first, last = _ENTRY.unpack(encoded)
        try:
            days = [date.fromordinal(day + _EPOCH) for day in (start, first, last)]
        except (ValueError, OverflowError):
            raise SealBrokenError from None
        return cls(tag, category, days[0], generation, block, records, days[1], days[2])


@dataclass(frozen=True)
class Manifest:
    """All blocks of one resident, in order of category and span.

    `version` grows by one with each write; version 0 has no block and is not stored.
    """

    version: int = 0
    entries: tuple[ManifestEntry, ...] = ()

    def entry(self, category_number: int, start: date) -> ManifestEntry | None:
        """Return the block of one category and span, or None when there is none."""
        for entry in self.entries:
            if entry.category == category_number and entry.start == start:
                return entry
        return None

    def within(self, category_number: int, period: Period) -> tuple[ManifestEntry, ...]:
        """Return the blocks of a category that may hold a record of the period, in order."""
        return tuple(
            entry
            for entry in self.entries
            if entry.category == category_number
            and entry.first <= period.last
            and period.first <= entry.last
        )

    def put(self, written: Iterable[ManifestEntry]) -> "Manifest":
        """Return the next version, in which the written blocks count.

        Raises:
            ConflictError: a block's generation does not follow the one listed (1 for a
                new block), or there are more than 65,536 blocks.
        """
        kept = {(entry.category, entry.start): entry for entry in self.entries}
        for entry in written:
            held = kept.get((entry.category, entry.start))
            # INVARIANT: generations grow by exactly one, so an older block cannot count again.
            if entry.generation != (held.generation + 1 if held else 1):
                raise ConflictError("the block was written by another deposit meanwhile")
            kept[entry.category, entry.start] = entry
        if len(kept) > MOST_ENTRIES:
            raise ConflictError(f"a resident has at most {MOST_ENTRIES} blocks")
        return Manifest(self.version + 1, tuple(kept[place] for place in sorted(kept)))


def seal_manifest(manifest_key: bytes, header: ManifestHeader, manifest: Manifest) -> bytes:
    """Return the manifest to store: header, then entries padded and sealed.

    `envelope.digest` of the result is what the log and the key table keep.

    Raises:
        ValueError: the header names another version than the manifest's.
    """
    if header.version != manifest.version:
        raise ValueError("a manifest is sealed under its own version")
    clear = header.encode()
    body = b"".join(entry.encode() for entry in manifest.entries)
    return clear + seal(manifest_key, clear, pad(body))


def open_manifest(manifest_key: bytes, expected: ManifestHeader, stored: bytes) -> Manifest:
    """Return the stored manifest of exactly the expected resident and version.

    Raises:
        SealBrokenError: it is another one, such as an older version put back.
    """
    header, sealed = stored[: ManifestHeader.LENGTH], stored[ManifestHeader.LENGTH :]
    if not hmac.compare_digest(header, expected.encode()):
        raise SealBrokenError
    body = unpad(open_sealed(manifest_key, header, sealed, longest=_LONGEST))
    if len(body) % _ENTRY.size:
        raise SealBrokenError
    entries = tuple(
        ManifestEntry.parse(body[at : at + _ENTRY.size]) for at in range(0, len(body), _ENTRY.size)
    )
    places = [(entry.category, entry.start) for entry in entries]
    if any(earlier >= later for earlier, later in pairwise(places)):
        raise SealBrokenError
    return Manifest(expected.version, entries)
