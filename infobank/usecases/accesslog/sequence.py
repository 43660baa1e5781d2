"""Give waiting entries their place in the tree, and sign what the tree is now."""

from dataclasses import dataclass

from infobank.accesslog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from infobank.accesslog.errors import (
    LogTamperedError,
    MalformedProofError,
    UntrustedSignatureError,
)
from infobank.accesslog.leaf import WRITER_BYTES, Leaf
from infobank.accesslog.merkle import leaf_hash
from infobank.accesslog.note import Signer
from infobank.accesslog.tiles import Coordinate, Integration, edge_of, integrate
from infobank.accesslog.writer import check_mac
from infobank.clock import Clock
from infobank.db import accesslog
from infobank.db.accesslog import KeptCheckpoint, KeptEntry
from infobank.db.unit import Unit, Units
from infobank.errors import ConflictError
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.bankkeys import PREFIX_LENGTH

LARGEST_BATCH = 8192
"""Entries sequenced in one transaction at most."""


@dataclass(frozen=True)
class Sequence:
    """Sequence one batch; run by the one elected sequencer, each second or sooner."""

    units: Units
    clock: Clock
    origin: str
    signer: Signer
    keyservice: KeyService

    async def __call__(self) -> int:
        """Sequence what waits; return how many entries got an index.

        Raises:
            LogTamperedError: a waiting entry was not made by its writer, or the kept
                tree is not the signed one; nothing is sequenced until somebody looked.
        """
        try:
            return await self._sequence()
        except ConflictError as error:
            # A row that is taken out as it is put in cannot collide with itself.
            raise LogTamperedError("a waiting entry was sequenced before") from error

    async def _sequence(self) -> int:
        async with self.units() as unit:
            newest = await accesslog.newest_checkpoint(unit)
            waiting = await accesslog.take_pending(unit, LARGEST_BATCH)
            if not waiting:
                return 0
            await self._check(waiting)
            size = self._trusted_size(newest)
            grown = await _grow(unit, size, newest, waiting)
            await accesslog.put_sequenced(unit, size, waiting)
            await accesslog.put_tiles(unit, grown.tiles)
            await accesslog.put_checkpoint(unit, self._sign(grown))
            await unit.commit()
        return len(waiting)

    def _trusted_size(self, newest: KeptCheckpoint | None) -> int:
        """Return the size of the newest tree, after making sure that we signed it."""
        if newest is None:
            return 0
        try:
            signed = open_checkpoint(newest.note, self.signer.key)
        except (MalformedProofError, UntrustedSignatureError):
            raise LogTamperedError("the newest checkpoint was not signed by this log") from None
        # INVARIANT: size and root stand in the row for convenience; the signed note counts.
        if (signed.size, signed.root) != (newest.size, newest.root):
            raise LogTamperedError("the newest checkpoint is not the one its note signs")
        return newest.size

    async def _check(self, waiting: list[KeptEntry]) -> None:
        if any(len(entry.writer_id) != WRITER_BYTES for entry in waiting):
            raise LogTamperedError("a waiting entry names no writer")
        writers = {entry.writer_id for entry in waiting}
        prefixes = sorted({writer_id[:PREFIX_LENGTH] for writer_id in writers})
        known = dict(zip(prefixes, await self.keyservice.writers(prefixes), strict=True))
        mac_keys = {
            writer_id: known[writer_id[:PREFIX_LENGTH]].mac_key(writer_id) for writer_id in writers
        }
        for entry in waiting:
            check_mac(mac_keys[entry.writer_id], entry.leaf, entry.mac)
            leaf = Leaf.parse(entry.leaf)
            if (leaf.writer_id, leaf.seq) != (entry.writer_id, entry.writer_seq):
                raise LogTamperedError("a waiting entry stands under another number")

    def _sign(self, grown: Integration) -> KeptCheckpoint:
        checkpoint = Checkpoint(self.origin, grown.size, grown.root)
        note = sign_checkpoint(checkpoint, [self.signer])
        return KeptCheckpoint(grown.size, grown.root, self.clock.now(), note)


async def _grow(
    unit: Unit, size: int, newest: KeptCheckpoint | None, waiting: list[KeptEntry]
) -> Integration:
    needed = edge_of(size)
    kept = await accesslog.tiles_at(unit, [(tile.level, tile.index) for tile in needed])
    edge = {tile: kept.get((tile.level, tile.index), b"") for tile in needed}
    if newest is not None:
        _check_edge(size, newest.root, edge)
    return integrate(size, edge, [leaf_hash(entry.leaf) for entry in waiting])


def _check_edge(size: int, root: bytes, edge: dict[Coordinate, bytes]) -> None:
    # INVARIANT: what is signed next grows from what was signed last.
    if integrate(size, edge, []).root != root:
        raise LogTamperedError("the kept tiles are not those of the newest checkpoint")
