"""Copy the log to another place as it grows, checking it on the way.

The copy is laid out as auditors know it (C2SP tlog-tiles), so that whoever holds it can
check it offline.  Beside that it holds each entry's resident, MAC and seal: what a bank
restored from a backup needs to learn what it has forgotten.  Nothing in it opens without
a key.
"""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from infobank.accesslog.checkpoint import Checkpoint, open_checkpoint
from infobank.accesslog.commitment import check_shown
from infobank.accesslog.errors import LogTamperedError
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.merkle import EMPTY_ROOT, leaf_hash
from infobank.accesslog.note import VerifierKey
from infobank.accesslog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Coordinate,
    Integration,
    edge_of,
    encode_bundle,
    integrate,
    number_path,
    path_of,
    shown_path,
)
from infobank.accesslog.verifier.files import CHECKPOINT, Fetch
from infobank.db import accesslog
from infobank.db.accesslog import KeptCheckpoint, KeptEntry
from infobank.db.recovery.logs import checkpoint_after
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.recovery.sealed import Sealed, encode_sealed

STEP: Final = 8192
"""Entries copied at once, about: what bounds memory."""


@dataclass(frozen=True)
class Elsewhere:
    """The place of the copy: read a file, write one durably, remove one that was replaced."""

    fetch: Fetch
    keep: Callable[[str, bytes], None]
    drop: Callable[[str], None]


@dataclass(frozen=True)
class CopyLog:
    """Bring a copy of the log up to the newest checkpoint.

    INVARIANT: the copy's checkpoint is replaced only after everything it covers is
    durable; what a killed copy left behind it counts for nothing and is written again.
    """

    units: Units
    key: VerifierKey
    elsewhere: Elsewhere

    async def __call__(self) -> int:
        """Copy one step; return how many entries it had, 0 when the copy is up to date.

        Raises:
            LogTamperedError: the log is not a continuation of its copy, or not what was
                signed; the copy stays as it was.
            UnavailableError: the database is away, or the copy's place cannot be written.
        """
        held = self._held()
        async with self.units() as unit:
            following = await checkpoint_after(unit, held.size, STEP)
            newest = following or await accesslog.newest_checkpoint(unit)
            size = following.size if following else held.size
            entries = await accesslog.entries_between(unit, held.size, size)
        signed = self._signed(newest)
        if following is None:
            _check_same(held, signed)
            return 0
        grown = self._grow(held, signed, entries)
        self._keep(held, signed, grown, entries)
        self.elsewhere.keep(CHECKPOINT, following.note)
        self._forget(held, signed)
        return len(entries)

    def _held(self) -> Checkpoint:
        """Return the checkpoint of the copy; that of the empty log when it is new."""
        try:
            return open_checkpoint(self.elsewhere.fetch(CHECKPOINT), self.key)
        except NotFoundError:
            return Checkpoint(self.key.name, 0, EMPTY_ROOT)

    def _signed(self, kept: KeptCheckpoint | None) -> Checkpoint:
        if kept is None:
            return Checkpoint(self.key.name, 0, EMPTY_ROOT)
        return open_checkpoint(kept.note, self.key)

    def _grow(self, held: Checkpoint, signed: Checkpoint, entries: list[KeptEntry]) -> Integration:
        """Let the copied tree grow by the entries: it must become the one that was signed."""
        for entry in entries:
            leaf = Leaf.parse(entry.leaf)
            check_shown(entry.shown, leaf)
            if not hmac.compare_digest(sha256(entry.sealed).digest(), leaf.sealed_hash):
                raise LogTamperedError("a sealed entry is not the one its leaf names")
        edge = {tile: self.elsewhere.fetch(path_of(tile)) for tile in edge_of(held.size)}
        if integrate(held.size, edge, []).root != held.root:
            raise LogTamperedError("the copy's tiles are not those of its checkpoint")
        grown = integrate(held.size, edge, [leaf_hash(entry.leaf) for entry in entries])
        # INVARIANT: this is the proof of consistency: the old tree is in the new one whole.
        if (grown.size, grown.root) != (signed.size, signed.root):
            raise LogTamperedError("the log is not a continuation of its copy")
        return grown

    def _keep(
        self, held: Checkpoint, signed: Checkpoint, grown: Integration, entries: list[KeptEntry]
    ) -> None:
        for tile, hashes in grown.tiles.items():
            self.elsewhere.keep(path_of(tile), hashes)
        at = held.size
        while at < signed.size:
            index, begun = divmod(at, TILE_WIDTH)
            width = min(TILE_WIDTH, signed.size - index * TILE_WIDTH)
            part = entries[at - held.size :][: width - begun]
            files = zip(paths(index, begun), paths(index, width), contents(part), strict=True)
            for old, new, content in files:
                before = self.elsewhere.fetch(old) if begun else b""
                self.elsewhere.keep(new, before + content)
            at = index * TILE_WIDTH + width

    def _forget(self, held: Checkpoint, signed: Checkpoint) -> None:
        """Remove the partial files that wider ones have taken the place of."""
        standing = {path_of(tile) for tile in edge_of(signed.size)}
        index, begun = divmod(held.size, TILE_WIDTH)
        bundle = paths(index, begun) if begun and held.size < signed.size else ()
        for path in {*map(path_of, edge_of(held.size)), *bundle} - standing:
            self.elsewhere.drop(path)


def paths(index: int, width: int) -> tuple[str, str, str]:
    """Return where a bundle's leaves, shown documents and sealed entries stand."""
    return (
        path_of(Coordinate(ENTRIES, index, width)),
        shown_path(index, width),
        f"sealed/{number_path(index, width)}",
    )


def contents(entries: Iterable[KeptEntry]) -> tuple[bytes, bytes, bytes]:
    """Return entries as a bundle's files hold them; more entries are put on at the end."""
    listed = list(entries)
    return (
        encode_bundle(entry.leaf for entry in listed),
        b"".join(entry.shown + b"\n" for entry in listed),
        encode_sealed(Sealed(entry.resident, entry.mac, entry.sealed) for entry in listed),
    )


def _check_same(held: Checkpoint, signed: Checkpoint) -> None:
    if signed.size < held.size:
        raise LogTamperedError(
            f"the log has {signed.size} entries and its copy {held.size}: it was cut or restored"
        )
    if signed.root != held.root:
        raise LogTamperedError("the log is not the one that was copied")
