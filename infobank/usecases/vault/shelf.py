"""One resident's shelf in the vault: the manifest, and the blocks it lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from infobank.db import vault
from infobank.db.direct import Reader
from infobank.vault.block import open_block, seal_block
from infobank.vault.envelope import digest
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.keyring import ResidentKeys
from infobank.vault.manifest import (
    Manifest,
    ManifestEntry,
    block_tag,
    open_manifest,
    seal_manifest,
)
from infobank.vocabulary.category import Category, Record
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period


@dataclass(frozen=True)
class Shelf:
    """What a resident has in the vault, and the keys to it."""

    tenant: UUID
    resident: ResidentId
    keys: ResidentKeys
    manifest: Manifest

    def open(self, category: Category, entry: ManifestEntry, stored: bytes | None) -> list[Record]:
        """Open the block that a manifest entry lists.

        Raises:
            SealBrokenError: it is missing, or is not exactly the listed one.
        """
        if stored is None:
            raise SealBrokenError
        entry.confirm(stored)
        expected = self._header(entry.tag, entry.generation)
        return open_block(self.keys.category_key(category.number), expected, category, stored)

    def seal(
        self, category: Category, start: date, records: Sequence[Record]
    ) -> tuple[ManifestEntry, bytes]:
        """Seal records as the next generation of their block; return its entry and its bytes."""
        held = self.manifest.entry(category.number, start)
        generation = held.generation + 1 if held else 1
        tag = block_tag(self.keys.manifest_tag_key(), category.number, start)
        stored = seal_block(
            self.keys.category_key(category.number),
            self._header(tag, generation),
            category,
            records,
        )
        first, last = records[0].observed, records[-1].observed
        entry = ManifestEntry(
            tag,
            category.number,
            start,
            generation,
            digest(stored),
            len(records),
            first,
            last,
        )
        return entry, stored

    def seal_manifest(self, manifest: Manifest) -> bytes:
        """Seal a new version of the manifest."""
        return seal_manifest(
            self.keys.manifest_key(),
            ManifestHeader(self.tenant, self.resident, self.keys.version, manifest.version),
            manifest,
        )

    def _header(self, tag: bytes, generation: int) -> BlockHeader:
        return BlockHeader(self.tenant, self.resident, tag, self.keys.version, generation)


async def open_shelves(
    reader: Reader, tenant: UUID, keys: Mapping[ResidentId, ResidentKeys]
) -> dict[ResidentId, Shelf]:
    """Open residents' manifests; a resident without one has an empty shelf.

    Raises:
        SealBrokenError: a manifest is not what was stored.
    """
    stored = await vault.manifests_of(reader, sorted(keys))
    shelves = {}
    for resident, opened in keys.items():
        manifest, kept = Manifest(), stored.get(resident)
        if kept is not None:
            header = ManifestHeader(tenant, resident, opened.version, kept.version)
            manifest = open_manifest(opened.manifest_key(), header, kept.stored)
        shelves[resident] = Shelf(tenant, resident, opened, manifest)
    return shelves


async def read_records(
    reader: Reader,
    tenant: UUID,
    keys: Mapping[ResidentId, ResidentKeys],
    category: Category,
    period: Period,
) -> dict[ResidentId, list[Record]]:
    """Open what residents have of one category in a period, from the newest manifest.

    Manifest and blocks are two reads: a deposit between them looks like a broken seal.
    So a broken seal is believed when it is found twice.

    Raises:
        SealBrokenError: what is stored is not what was deposited.
    """
    try:
        shelves = await open_shelves(reader, tenant, keys)
        return await open_records(reader, shelves.values(), category, period)
    except SealBrokenError:
        shelves = await open_shelves(reader, tenant, keys)
        return await open_records(reader, shelves.values(), category, period)


async def open_records(
    reader: Reader, shelves: Iterable[Shelf], category: Category, period: Period
) -> dict[ResidentId, list[Record]]:
    """Open what residents have of one category in a period, in order of day.

    The caller has recorded, durably, that it may.

    Raises:
        SealBrokenError: a block is missing, or is not exactly the listed one.
    """
    listed = {shelf: shelf.manifest.within(category.number, period) for shelf in shelves}
    wanted = [(shelf.resident, entry.tag) for shelf, found in listed.items() for entry in found]
    stored = await vault.blocks_of(reader, wanted) if wanted else {}
    return {
        shelf.resident: [
            record
            for entry in found
            for record in shelf.open(category, entry, stored.get((shelf.resident, entry.tag)))
            if record.observed in period
        ]
        for shelf, found in listed.items()
    }
