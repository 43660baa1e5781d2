"""Let a restored log grow into what its copy elsewhere says it became."""

import asyncio
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from infobank.accesslog.checkpoint import Checkpoint, open_checkpoint
from infobank.accesslog.commitment import check_shown
from infobank.accesslog.errors import LogTamperedError
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.merkle import HASH_BYTES, leaf_hash
from infobank.accesslog.note import VerifierKey
from infobank.accesslog.tiles import TILE_WIDTH, Integration, edge_of, integrate, parse_bundle
from infobank.accesslog.verifier.files import Fetch, Files
from infobank.accesslog.verifier.log import verify_log
from infobank.db import accesslog
from infobank.db.accesslog import KeptCheckpoint, KeptEntry
from infobank.db.recovery.logs import put_continued
from infobank.db.unit import Unit, Units
from infobank.errors import NotFoundError
from infobank.recovery.sealed import parse_sealed
from infobank.usecases.recovery.logcopy import paths
from infobank.vocabulary.identifiers import ResidentId

BUNDLES: Final = 32
"""Bundles put in at once: what bounds memory and what a kill costs."""


@dataclass(frozen=True)
class ContinueLog:
    """Put the entries that only the copy has into the restored log.

    INVARIANT: the log ends at a checkpoint of the copy, signed by this log's key: what
    auditors saw before stays a part of it.
    """

    units: Units
    key: VerifierKey
    fetch: Fetch

    async def __call__(self) -> int:
        """Continue the log; return how many entries were put in.  Resumes where it was killed.

        Raises:
            NotFoundError: there is no copy.
            LogTamperedError: the copy is not sound, or not a continuation of the log.
        """
        signed = await self._verified()
        files, appended = Files(self.fetch), 0
        while True:
            async with self.units() as unit:
                size, _ = await accesslog.counted(unit)
                if size >= signed.size:
                    return appended
                entries = list(self._entries(files, size, signed.size))
                grown = await _grow(unit, size, entries)
                await put_continued(unit, size, entries)
                await accesslog.put_tiles(unit, grown.tiles)
                if grown.size == signed.size:
                    await self._finish(unit, signed, grown, entries)
                await unit.commit()
            appended += len(entries)

    async def _verified(self) -> Checkpoint:
        async with self.units() as unit:
            newest = await accesslog.newest_checkpoint(unit)
        since = None if newest is None else newest.note
        found = await asyncio.to_thread(verify_log, self.fetch, self.key, since)
        if not found.sound:
            first = found.findings[0]
            raise LogTamperedError(f"the log's copy is not sound: {first.path}: {first.what}")
        signed = open_checkpoint(self.fetch("checkpoint"), self.key)
        if (signed.size, signed.root) != (found.size, found.root):
            raise LogTamperedError("the log's copy changed while it was checked")
        return signed

    def _entries(self, files: Files, size: int, end: int) -> Iterator[KeptEntry]:
        """Yield the next entries, up to a number of whole bundles, each checked by its leaf."""
        first = size // TILE_WIDTH
        for index in range(first, min(first + BUNDLES, -(-end // TILE_WIDTH))):
            width = min(TILE_WIDTH, end - index * TILE_WIDTH)
            begun = max(0, size - index * TILE_WIDTH)
            leaves = parse_bundle(files.entries(index, width))
            shown = files.documents(index, width)
            sealed = parse_sealed(self._sealed(index, width))
            if shown is None or not len(leaves) == len(shown) == len(sealed) == width:
                raise LogTamperedError("the log's copy lacks the sealed part of an entry")
            for leaf, document, part in list(zip(leaves, shown, sealed, strict=True))[begun:]:
                yield _entry(leaf, document, part.resident, part.mac, part.sealed)

    def _sealed(self, index: int, width: int) -> bytes:
        try:
            return self.fetch(paths(index, width)[2])
        except NotFoundError:
            raise LogTamperedError("the log's copy lacks the sealed part of an entry") from None

    async def _finish(
        self, unit: Unit, signed: Checkpoint, grown: Integration, entries: list[KeptEntry]
    ) -> None:
        if grown.root != signed.root:
            raise LogTamperedError("the copy's entries are not those that were signed")
        # The instant of signing is not in the note; the newest leaf's is, and is not later.
        second = max(Leaf.parse(entry.leaf).second for entry in entries)
        at = datetime.fromtimestamp(second, UTC)
        note = self.fetch("checkpoint")
        await accesslog.put_checkpoint(unit, KeptCheckpoint(signed.size, signed.root, at, note))


async def _grow(unit: Unit, size: int, entries: list[KeptEntry]) -> Integration:
    needed = edge_of(size)
    kept = await accesslog.tiles_at(unit, [(tile.level, tile.index) for tile in needed])
    edge = {
        tile: kept.get((tile.level, tile.index), b"")[: tile.width * HASH_BYTES] for tile in needed
    }
    return integrate(size, edge, [leaf_hash(entry.leaf) for entry in entries])


def _entry(
    raw: bytes, document: bytes, resident: UUID | None, mac: bytes, sealed: bytes
) -> KeptEntry:
    leaf = Leaf.parse(raw)
    check_shown(document, leaf)
    if not hmac.compare_digest(sha256(sealed).digest(), leaf.sealed_hash):
        raise LogTamperedError("a sealed entry of the copy is not the one its leaf names")
    return KeptEntry(
        index=None,
        writer_id=leaf.writer_id,
        writer_seq=leaf.seq,
        resident=None if resident is None else ResidentId(resident),
        effect=int(leaf.in_effect),
        leaf=raw,
        mac=mac,
        sealed=sealed,
        shown=document,
    )
