"""The one way to a key: everything that opens anything asks here.

Today the root key lives in this process.  The interface is drawn so that it can
move into a process of its own: callers name residents and get opened keys, and
never see a root or shard key.
"""

from dataclasses import dataclass, field
from uuid import UUID

from infobank.db import keys
from infobank.db.unit import Units
from infobank.vault.bankkeys import BankKeys
from infobank.vault.errors import KeyMissingError
from infobank.vault.keyring import (
    ResidentKeys,
    RootKey,
    ShardKey,
    WrappedResidentKeys,
    new_resident_keys,
    new_shard,
    open_resident_keys,
    open_shard,
    shard_of,
)
from infobank.vocabulary.identifiers import ResidentId


@dataclass
class KeyService:
    """Make, keep and open keys.

    Shard keys are kept in memory once opened (there are at most 256); resident keys
    are opened for each use and kept nowhere.
    """

    units: Units
    root: RootKey
    tenant: UUID
    bank: BankKeys
    _shards: dict[tuple[int, int], ShardKey] = field(default_factory=dict, repr=False)

    async def create(self, residents: list[ResidentId]) -> None:
        """Make random keys for new residents, durably; an existing key is never replaced."""
        wrapped = {}
        for resident in residents:
            shard = await self._shard(shard_of(resident), self.root.epoch)
            _, wrapped[resident] = new_resident_keys(shard, resident)
        async with self.units() as unit:
            await keys.add_resident_keys(unit, wrapped)
            await unit.commit()

    async def resident_keys(self, residents: list[ResidentId]) -> dict[ResidentId, ResidentKeys]:
        """Open the keys of residents.

        Raises:
            KeyMissingError: a resident has no key.
            SealBrokenError: a wrapped key is not what was stored.
        """
        if not residents:
            return {}
        found = await keys.wrapped_keys(self.units.direct, residents)
        if len(found) < len(set(residents)):
            raise KeyMissingError("a resident has no key")
        return {
            resident: await self._opened(resident, wrapped) for resident, wrapped in found.items()
        }

    async def log_keys(self, residents: list[ResidentId]) -> dict[ResidentId, bytes]:
        """Return the keys that seal residents' own log entries.

        Raises:
            KeyMissingError: a resident has no log key.
        """
        opened = await self.resident_keys(residents)
        return {resident: found.log_key() for resident, found in opened.items()}

    async def reachable(self) -> None:
        """Return when the key database answers.

        Raises:
            UnavailableError: it does not.
        """
        async with self.units() as unit:
            await keys.shard_key(unit, self.root.epoch, 0)

    async def _opened(self, resident: ResidentId, wrapped: WrappedResidentKeys) -> ResidentKeys:
        shard = await self._shard(shard_of(resident), wrapped.epoch)
        return open_resident_keys(shard, resident, wrapped)

    async def _shard(self, shard: int, epoch: int) -> ShardKey:
        opened = self._shards.get((epoch, shard))
        if opened is None:
            async with self.units() as unit:
                wrapped = await keys.shard_key(unit, epoch, shard)
                if wrapped is None:
                    _, made = new_shard(self.root, shard, self.tenant)
                    wrapped = await keys.add_shard_key(unit, epoch, shard, made)
                    await unit.commit()
            # INVARIANT: only a key that is durable is kept: nothing is wrapped under another.
            opened = open_shard(self.root, shard, self.tenant, wrapped)
            self._shards[epoch, shard] = opened
        return opened
