"""Let a log grow in a real database, entry by entry, without a bank around it."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.accesslog.checkpoint import Checkpoint, sign_checkpoint
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.merkle import leaf_hash
from infobank.accesslog.note import Signer
from infobank.accesslog.tiles import edge_of, integrate
from infobank.accesslog.writer import Writer
from infobank.db import accesslog
from infobank.db.accesslog import KeptCheckpoint, KeptEntry
from infobank.db.unit import Units
from infobank.vocabulary.identifiers import ResidentId

SIGNER = Signer("log.example/drill", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CANARY = "canary-of-a-hidden-field"


@dataclass
class LogDrill:
    """One writer, one sequencer; every entry is about a resident, and sealed for nobody."""

    units: Units
    signer: Signer = SIGNER
    written: int = 0
    size: int = 0
    writer: Writer = field(default_factory=lambda: Writer(os.urandom(16), os.urandom(32)))

    async def grow(self, count: int) -> None:
        """Add entries and sign one checkpoint over all."""
        entries = [self._entry() for _ in range(count)]
        async with self.units() as unit:
            needed = edge_of(self.size)
            kept = await accesslog.tiles_at(unit, [(tile.level, tile.index) for tile in needed])
            edge = {tile: kept[tile.level, tile.index] for tile in needed}
            grown = integrate(self.size, edge, [leaf_hash(entry.leaf) for entry in entries])
            await accesslog.put_sequenced(unit, self.size, entries)
            await accesslog.put_tiles(unit, grown.tiles)
            checkpoint = Checkpoint(self.signer.name, grown.size, grown.root)
            note = sign_checkpoint(checkpoint, [self.signer])
            kept_checkpoint = KeptCheckpoint(grown.size, grown.root, datetime.now(UTC), note)
            await accesslog.put_checkpoint(unit, kept_checkpoint)
            await unit.commit()
        self.size = grown.size

    def _entry(self) -> KeptEntry:
        resident = ResidentId(UUID(int=1 + self.written % 7))
        entry = Entry(
            EntryKind.OWN_READ,
            datetime.now(UTC),
            resident,
            {"category": "daily_activity"},
            {"place": CANARY},
        )
        made = self.writer.prepare(entry, self.written, bytes(32), os.urandom(32), os.urandom(12))
        self.written += 1
        leaf = Leaf.parse(made.leaf)
        return KeptEntry(
            index=None,
            writer_id=leaf.writer_id,
            writer_seq=leaf.seq,
            resident=resident,
            effect=1,
            leaf=made.leaf,
            mac=made.mac,
            sealed=made.sealed,
            shown=made.shown_document,
        )
