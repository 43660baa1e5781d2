"""Give every resident of a shard another data key, because the key above them leaked."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts, keys, vault
from infobank.db.keys import NOTHING, KeptKeys
from infobank.db.rotation import epochs, renewals
from infobank.db.unit import Unit, Units
from infobank.errors import InvalidInputError
from infobank.keystore.rotation.papers import Both, Papers
from infobank.keystore.rotation.rotate import Progress, Rotate
from infobank.keystore.service.survey import knowable
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import OpenedResident
from infobank.usecases.vault.shelf import Shelf, open_shelves
from infobank.usecases.vault.writing import Change, hidden, put
from infobank.vault.block import reseal
from infobank.vault.envelope import digest, new_key
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.keyring import (
    SHARDS,
    ResidentKeys,
    WrappedResidentKeys,
    open_resident_keys,
    shard_of,
)
from infobank.vault.manifest import ManifestEntry, ManifestState, block_tag
from infobank.vault.secret import Secret
from infobank.vocabulary.identifiers import ResidentId

BATCH: Final = 100


@dataclass(frozen=True)
class RekeyShard:
    """Wrap all under a new root key first, then seal anew what one shard's residents have.

    The bank stands still meanwhile, and does not start before the end: nobody then holds
    a key that is about to be replaced.  What a kill left is found again in `renewals`.
    The log keys stay, because entries of the log are never sealed again.
    """

    units: Units
    records: Units
    rotate: Rotate
    record: Record
    papers: Papers
    tenant: UUID
    clock: Clock

    async def __call__(self, shard: int, progress: Progress) -> int:
        """Give a shard's residents new keys; return how many got one.

        Raises:
            InvalidInputError: there is no such shard.
            ConflictError: an epoch waits for its end, or another command changes keys.
            SealBrokenError: something of a resident is not what was stored; the others
                before are done, and nothing of this one was changed.
            UnavailableError: a database or the keystore is away; to go on, run it again.
        """
        if not 0 <= shard < SHARDS:
            raise InvalidInputError(f"shards are numbered 0 to {SHARDS - 1}")
        first, last = (UUID(bytes=bytes([shard]) + bytes([fill]) * 15) for fill in (0, 255))
        reader = self.units.direct
        if not await renewals.count(reader, first, last):
            await self.rotate(progress)
            async with self.units() as unit:
                await renewals.begin(unit, first, last)
                await unit.commit()
        async with epochs.alone(self.units):
            done, total = 0, await renewals.count(reader, first, last)
            while found := await renewals.waiting(reader, first, last, BATCH):
                for resident, drawn in found:
                    await self._renew(resident, drawn)
                    done += 1
                    progress(done, total)
        return done

    async def _renew(self, resident: ResidentId, drawn: bytes | None) -> None:
        row = (await keys.kept_keys(self.units.direct, [resident]))[resident]
        shard = await self.rotate.shards.open(row.wrapped.epoch, shard_of(resident))
        await self.rotate.shards.count(row.wrapped.epoch, shard.shard, 2)
        version = row.wrapped.version + 1
        if drawn is None:
            with Secret(new_key()) as made:
                context = shard.context("data", resident, version)
                drawn = shard.cipher().wrap(made.reveal(), context)
            await renewals.keep_drawn(self.units.direct, resident, drawn)
        with open_resident_keys(shard, resident, row.wrapped) as older:
            context = shard.context("log", resident, version)
            log = shard.cipher().wrap(older.log_key(), context)
            wrapped = WrappedResidentKeys(version, row.wrapped.epoch, drawn, log)
            with open_resident_keys(shard, resident, wrapped) as newer:
                held = await self._seal_anew(resident, row, (older, newer))
        await renewals.finish(self.units.direct, resident, wrapped, held)

    async def _seal_anew(self, resident: ResidentId, row: KeptKeys, both: Both) -> ManifestState:
        """Seal all that a resident has under the new keys, at once; return her manifest."""
        async with self.records() as unit:
            await accounts.lock_residents(unit, [resident])
            kept = (await vault.manifests_of(unit, [resident])).get(resident)
            if kept is not None and _sealed_under(kept.stored, both[1].version):
                return _announced(kept, row)  # a kill came after this was committed
            opened = knowable(both[0], row)
            shelf = (await open_shelves(unit, self.tenant, {resident: opened}))[resident]
            state = NOTHING if kept is None else await self._shelve(unit, shelf, both)
            await self.papers(unit, resident, both)
            entry = _entry(resident, state, len(shelf.manifest.entries), self.clock.now())
            await self.record(unit, entry, opened={resident: opened})
            await unit.commit()
        return state

    async def _shelve(self, unit: Unit, shelf: Shelf, both: Both) -> ManifestState:
        resident, entries = shelf.resident, shelf.manifest.entries
        newer = replace(shelf, opened=_opened(both[1]))
        stored = await vault.blocks_of(unit, [(resident, entry.tag) for entry in entries])
        written = [
            _again(newer, both, entry, stored.get((resident, entry.tag))) for entry in entries
        ]
        manifest = shelf.manifest.put(entry for entry, _ in written)
        change = Change.of(newer, manifest, written)
        # Announced before it is written: whichever of the two a crash leaves, is recognised.
        await keys.announce(self.units.direct, [change.move])
        await vault.remove_blocks(unit, resident)
        await put(unit, [change])
        return change.state


def _again(
    newer: Shelf, both: Both, entry: ManifestEntry, stored: bytes | None
) -> tuple[ManifestEntry, bytes]:
    """Return a block's entry and bytes as the next generation, under the new keys."""
    if stored is None:
        raise SealBrokenError
    entry.confirm(stored)
    older = both[0]
    tag = block_tag(newer.opened.tag_key(), entry.category, entry.start)
    who = (newer.tenant, newer.resident)
    had = BlockHeader(*who, entry.tag, older.version, entry.generation)
    gets = BlockHeader(*who, tag, newer.opened.version, entry.generation + 1)
    older_key, newer_key = (each.category_key(entry.category) for each in both)
    block = reseal((older_key, newer_key), (had, gets), entry.category, stored)
    return replace(entry, tag=tag, generation=gets.generation, digest=digest(block)), block


def _opened(found: ResidentKeys) -> OpenedResident:
    material = (None, found.manifest_key(), found.manifest_tag_key())
    return OpenedResident(found.version, material, NOTHING, None)


def _sealed_under(stored: bytes, version: int) -> bool:
    """Tell whether a manifest says that it is sealed under a version of the keys."""
    return stored[: ManifestHeader.LENGTH][-12:-8] == version.to_bytes(4, "big")


def _announced(kept: vault.StoredManifest, row: KeptKeys) -> ManifestState:
    state = ManifestState(kept.version, digest(kept.stored))
    if state != row.following:
        raise SealBrokenError
    return state


def _entry(resident: ResidentId, state: ManifestState, blocks: int, now: datetime) -> Entry:
    shown = {"what": "rekeyed"}
    return Entry(EntryKind.KEY_EPOCH, now, resident, shown, hidden(state, blocks))
