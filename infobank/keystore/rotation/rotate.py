"""Wrap every key anew under the next root key, while the bank runs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import keys
from infobank.db.rotation import epochs, renewals, rewrapping
from infobank.db.rotation.epochs import Epoch
from infobank.db.rotation.rewrapping import FIRST, Wrapped
from infobank.db.unit import Units
from infobank.errors import ConflictError
from infobank.keystore.roots.contract import RootKeys
from infobank.keystore.service.journal import Journal
from infobank.keystore.service.shards import Shards
from infobank.vault.bankkeys import BankUse
from infobank.vault.keyring import bank_context, rewrap, shard_of
from infobank.vault.secret import Secret

BATCH: Final = 4096
"""Residents whose rows are held at a time: deposits for them wait some hundredths of a second."""

Progress = Callable[[int, int], None]
"""Told how many residents' keys are done, and how many there are in all."""


@dataclass(frozen=True)
class Rotate:
    """Begin a new epoch, or go on with the one that a kill interrupted.

    Data is never touched, and reads never stop: each resident's row says under which of
    the two epochs it is wrapped, and both root keys live until the older one is ended.
    """

    units: Units
    roots: RootKeys
    shards: Shards
    journal: Journal
    tenant: UUID
    clock: Clock
    batch: int = BATCH

    async def __call__(self, progress: Progress) -> int:
        """Leave the old epoch for the new one; return how many residents' keys were wrapped anew.

        Raises:
            ConflictError: an older epoch was left and waits for its end, or another
                command changes keys.
            SealBrokenError: a wrapped key is not what was stored; its batch stays as it was.
            UnavailableError: a database or the keystore is away; to go on, run it again.
        """
        async with epochs.alone(self.units):
            older, newer = await self._begun()
            return await self._rewrap_all(older, newer, progress)

    async def _begun(self) -> tuple[int, int]:
        """Return the epoch that is left and the one that follows it, begun when it was not."""
        await renewals.check_none(self.units.direct)
        living = await epochs.living_epochs(self.units.direct)
        if not living:
            raise ConflictError("nothing is wrapped yet, so there is nothing to wrap anew")
        if len(living) > 1:
            return _continued(living)
        older = living[0].number
        newer = (await self.roots.describe()).newest
        if newer <= older:  # else a kill came after the root key was made
            newer = await self.roots.create_epoch()
        await self._note("begun", newer)
        await self._rewrap_bank(newer)
        async with self.units() as unit:
            await keys.add_epoch(unit, newer, self.clock.now())
            await unit.commit()
        return older, newer

    async def _rewrap_bank(self, newer: int) -> None:
        """Wrap the bank's own keys, unchanged, under the new root key too."""
        async with self.units() as unit:
            kept = {BankUse(use): (at, key) for use, at, key in await keys.all_bank_keys(unit)}
            for use, (epoch, wrapped) in kept.items():
                if epoch < newer:
                    context = bank_context(self.tenant, use, epoch)
                    with Secret(await self.roots.unwrap(epoch, wrapped, context)) as key:
                        again = await self.roots.wrap(
                            newer, bytes(key.reveal()), bank_context(self.tenant, use, newer)
                        )
                    await keys.add_bank_key(unit, use, newer, again)
            await unit.commit()

    async def _rewrap_all(self, older: int, newer: int, progress: Progress) -> int:
        """Wrap until nothing hangs from an older epoch, also what comes meanwhile."""
        done, total = 0, await rewrapping.still_under(self.units.direct, newer)
        while True:
            after = FIRST
            while moved := await self._rewrap_batch(newer, after):
                done, after = done + len(moved), moved[-1][0]
                progress(done, max(done, total))
            if await self._left(older):
                return done

    async def _rewrap_batch(self, newer: int, after: UUID) -> list[Wrapped]:
        async with self.units() as unit:
            rows = await rewrapping.take(unit, newer, after, self.batch)
            renewed: list[Wrapped] = []
            for (epoch, shard), members in _by_shard(rows):
                older = await self.shards.open(epoch, shard)
                following = await self.shards.open(newer, shard)
                await self.shards.count(newer, shard, 2 * len(members))
                renewed += rewrap(older, following, members)
            await rewrapping.put(unit, newer, renewed)
            await unit.commit()
        return rows

    async def _left(self, older: int) -> bool:
        async with self.units() as unit:
            left = await epochs.leave(unit, older, self.clock.now())
            if left:
                await self._note("rewrapped", older)
            await unit.commit()
        return left

    async def _note(self, what: str, epoch: int) -> None:
        await self.journal.note(epoch_entry(what, epoch, self.clock.now()))


def epoch_entry(what: str, epoch: int, now: datetime) -> Entry:
    """Return the log entry that says what became of an epoch."""
    return Entry(EntryKind.KEY_EPOCH, now, None, {"what": what, "epoch": epoch}, {})


def _continued(living: Sequence[Epoch]) -> tuple[int, int]:
    older, newer = living[0], living[-1]
    if older.rewrapped_at is not None:
        raise ConflictError(
            f"epoch {older.number} was left and waits for its end: infobank keys end-epoch"
        )
    return older.number, newer.number


def _by_shard(rows: Sequence[Wrapped]) -> Iterator[tuple[tuple[int, int], list[Wrapped]]]:
    """Yield rows of one epoch and shard together."""

    def place(row: Wrapped) -> tuple[int, int]:
        return row[1].epoch, shard_of(row[0])

    for key, members in groupby(sorted(rows, key=place), key=place):
        yield key, list(members)
