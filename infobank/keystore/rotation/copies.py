"""Look at the keys' database as a backup gives it back, with the root keys of today."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from infobank.db import keys
from infobank.db.rotation import rewrapping
from infobank.db.rotation.rewrapping import FIRST, Wrapped
from infobank.db.unit import Units
from infobank.keystore.errors import EpochMissingError
from infobank.keystore.roots.contract import RootKeys
from infobank.vault.bankkeys import BankUse
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.keyring import (
    ResidentKeys,
    ShardKey,
    bank_context,
    open_resident_keys,
    shard_context,
    shard_of,
)
from infobank.vault.secret import Secret

BATCH: Final = 4096


@dataclass(frozen=True)
class Copy:
    """A restored key table: what opens in it, and what is dead.

    Nothing is written to it, and nothing is made that it lacks.
    """

    units: Units
    roots: RootKeys
    tenant: UUID
    _shards: dict[tuple[int, int], ShardKey] = field(default_factory=dict, repr=False)

    async def rows(self) -> AsyncIterator[Wrapped]:
        """Yield every resident's wrapped keys, in order of resident."""
        after = FIRST
        while rows := await rewrapping.wrapped_after(self.units.direct, after, BATCH):
            for row in rows:
                yield row
            after = rows[-1][0]

    async def keys_of(self, row: Wrapped) -> ResidentKeys:
        """Return a resident's keys, opened.

        Raises:
            KeyMissingError: the root key above them is destroyed.
            SealBrokenError: they are not what was stored.
        """
        resident, wrapped = row
        shard = await self._shard(wrapped.epoch, shard_of(resident))
        return open_resident_keys(shard, resident, wrapped)

    async def open_bank(self) -> frozenset[tuple[BankUse, int]]:
        """Open every key of the bank; return which there are: use and epoch.

        Raises:
            KeyMissingError, SealBrokenError: as `keys_of` does.
        """
        async with self.units() as unit:
            kept = await keys.all_bank_keys(unit)
        for use, epoch, wrapped in kept:
            Secret(await self._unwrap(epoch, wrapped, bank_context(self.tenant, use, epoch))).wipe()
        return frozenset((BankUse(use), epoch) for use, epoch, _ in kept)

    def wipe(self) -> None:
        """Forget what was opened."""
        while self._shards:
            self._shards.popitem()[1].wipe()

    async def _shard(self, epoch: int, shard: int) -> ShardKey:
        found = self._shards.get((epoch, shard))
        if found is None:
            async with self.units() as unit:
                wrapped = await keys.shard_key(unit, epoch, shard)
            if wrapped is None:
                raise SealBrokenError
            context = shard_context(self.tenant, shard, epoch)
            material = await self._unwrap(epoch, wrapped, context)
            found = self._shards[epoch, shard] = ShardKey(self.tenant, shard, epoch, material)
        return found

    async def _unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        try:
            return await self.roots.unwrap(epoch, wrapped, context)
        except EpochMissingError:
            raise KeyMissingError(f"the root key of epoch {epoch} is destroyed") from None
