"""Read the log as anybody may: checkpoint, tiles, bundles, and proofs made from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from infobank.accesslog.proof import build_proof
from infobank.accesslog.tileproofs import (
    consistency_proof,
    inclusion_proof,
    tiles_for_consistency,
    tiles_for_inclusion,
)
from infobank.accesslog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Coordinate,
    encode_bundle,
)
from infobank.db import accesslog
from infobank.db.accesslog import KeptCheckpoint, KeptEntry
from infobank.db.unit import Unit, Units
from infobank.errors import NotFoundError

HASH_BYTES = 32


@dataclass(frozen=True)
class Prove:
    """Serve the parts of the log that hold no personal data."""

    units: Units

    async def checkpoint(self) -> KeptCheckpoint:
        """Return the newest signed checkpoint.

        Raises:
            NotFoundError: nothing was logged yet.
        """
        async with self.units() as unit:
            return await _newest(unit)

    async def tile(self, coordinate: Coordinate) -> bytes:
        """Return a tile, or a bundle of entries, at exactly the width that is asked for.

        Raises:
            NotFoundError: the tree has no such tile, or is not that wide yet.
        """
        async with self.units() as unit:
            if coordinate.level == ENTRIES:
                return encode_bundle(await _leaves(unit, coordinate))
            return (await _tiles(unit, [coordinate]))[coordinate]

    async def shown(self, coordinate: Coordinate) -> bytes:
        """Return what auditors may see of a bundle's entries, one JSON document a line.

        Raises:
            NotFoundError: the tree has no such bundle, or it is not that wide yet.
        """
        async with self.units() as unit:
            entries = await _entries(unit, coordinate)
            return b"".join(entry.shown + b"\n" for entry in entries)

    async def inclusion(self, index: int, document: bytes | None = None) -> bytes:
        """Return the proof file of an entry in the newest signed tree, to be checked offline.

        `document` opens fields of the entry; without it the file opens what auditors see.

        Raises:
            NotFoundError: the tree has no such entry.
        """
        async with self.units() as unit:
            newest = await _newest(unit)
            if not 0 <= index < newest.size:
                raise NotFoundError("the signed log has no such entry")
            tiles = await _tiles(unit, tiles_for_inclusion(index, newest.size))
            entry = (await accesslog.entries_between(unit, index, index + 1))[0]
            hashes = inclusion_proof(index, newest.size, tiles)
            opened = entry.shown if document is None else document
            return build_proof(index, entry.leaf, opened, hashes, newest.note)

    async def inclusions(
        self, newest: KeptCheckpoint, opened: Sequence[tuple[KeptEntry, bytes]]
    ) -> list[tuple[int, bytes]]:
        """Return index and proof file of several entries, all in one signed tree.

        Each entry comes with the document that opens its fields.

        Raises:
            NotFoundError: the tree has no such entry.
        """
        indexes = [entry.index for entry, _ in opened if entry.index is not None]
        needed = {tile for index in indexes for tile in tiles_for_inclusion(index, newest.size)}
        async with self.units() as unit:
            tiles = await _tiles(unit, needed)
        return [
            (
                entry.index,
                build_proof(
                    entry.index,
                    entry.leaf,
                    document,
                    inclusion_proof(entry.index, newest.size, tiles),
                    newest.note,
                ),
            )
            for entry, document in opened
            if entry.index is not None
        ]

    async def consistency(self, old: int) -> tuple[bytes, ...]:
        """Return the proof that the newest signed tree grew from the one of size `old`.

        Raises:
            NotFoundError: no tree had that size yet, or it was empty.
        """
        return await self.consistency_of(old, await self.checkpoint())

    async def consistency_of(self, old: int, signed: KeptCheckpoint) -> tuple[bytes, ...]:
        """Return the proof that a signed tree grew from the one of size `old`.

        Raises:
            NotFoundError: no tree had that size yet, or it was empty.
        """
        async with self.units() as unit:
            if not 0 < old <= signed.size:
                raise NotFoundError("the signed log never had that size")
            tiles = await _tiles(unit, tiles_for_consistency(old, signed.size))
            return consistency_proof(old, signed.size, tiles)


async def _newest(unit: Unit) -> KeptCheckpoint:
    newest = await accesslog.newest_checkpoint(unit)
    if newest is None:
        raise NotFoundError("nothing was logged yet")
    return newest


async def _tiles(unit: Unit, wanted: Iterable[Coordinate]) -> Mapping[Coordinate, bytes]:
    coordinates = list(wanted)
    kept = await accesslog.tiles_at(unit, [(tile.level, tile.index) for tile in coordinates])
    found = {}
    for tile in coordinates:
        hashes = kept.get((tile.level, tile.index), b"")
        if len(hashes) < tile.width * HASH_BYTES:
            raise NotFoundError("the log has no such tile")
        # A tile that has grown since holds its narrower self in front.
        found[tile] = hashes[: tile.width * HASH_BYTES]
    return found


async def _entries(unit: Unit, bundle: Coordinate) -> list[accesslog.KeptEntry]:
    first = bundle.index * TILE_WIDTH
    entries = await accesslog.entries_between(unit, first, first + bundle.width)
    if len(entries) < bundle.width:
        raise NotFoundError("the log has no such bundle")
    return entries


async def _leaves(unit: Unit, bundle: Coordinate) -> list[bytes]:
    return [entry.leaf for entry in await _entries(unit, bundle)]
