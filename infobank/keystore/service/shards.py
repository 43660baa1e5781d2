"""Open shard keys, and count what each of them wraps."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from infobank.clock import Clock
from infobank.db import keys
from infobank.db.rotation.epochs import Epoch, living_epochs
from infobank.db.unit import Units
from infobank.errors import ConfigurationError
from infobank.keystore.roots.contract import RootKeys
from infobank.vault.envelope import new_key
from infobank.vault.errors import SealBrokenError
from infobank.vault.keyring import (
    ResidentKeys,
    ShardKey,
    WrappedResidentKeys,
    check_wraps,
    open_resident_keys,
    shard_context,
    shard_of,
)
from infobank.vocabulary.identifiers import ResidentId

RESERVED = 65_536
"""Wraps that are counted ahead, so that most wraps cost no statement."""

FRESH = 1.0
"""Seconds for which the living epochs are believed without asking."""


@dataclass
class Shards:
    """Keep shard keys in memory once opened: 256 of each living epoch at most.

    Raises:
        UnavailableError: by every method, when keystore or database is away.
    """

    units: Units
    roots: RootKeys
    tenant: UUID
    clock: Clock
    _opened: dict[tuple[int, int], ShardKey] = field(default_factory=dict, repr=False)
    _left: dict[tuple[int, int], int] = field(default_factory=dict)
    _living: frozenset[int] = frozenset()
    _asked: float = 0.0

    async def epoch(self, *, anew: bool = False) -> int:
        """Return the epoch under which keys are wrapped now, beginning the first one.

        With `anew` nothing is believed that was asked a moment ago.

        Raises:
            ConfigurationError: the keystore does not hold the newest epoch's root key.
        """
        await self._look(anew=anew)
        return max(self._living)

    async def open(self, epoch: int, shard: int) -> ShardKey:
        """Return a shard's key, made when there is none yet.

        Raises:
            SealBrokenError: it was wrapped for another shard, tenant or epoch, or changed,
                or the epoch's root key is no more.
        """
        await self._look(anew=epoch not in self._living)
        if epoch not in self._living:
            raise SealBrokenError
        opened = self._opened.get((epoch, shard))
        if opened is None:
            context = shard_context(self.tenant, shard, epoch)
            async with self.units() as unit:
                wrapped = await keys.shard_key(unit, epoch, shard)
                if wrapped is None:
                    made = await self.roots.wrap(epoch, new_key(), context)
                    wrapped = await keys.add_shard_key(unit, epoch, shard, made)
                    await unit.commit()
            # INVARIANT: only a key that is durable is kept: nothing is wrapped under another.
            material = await self.roots.unwrap(epoch, wrapped, context)
            opened = self._opened.setdefault(
                (epoch, shard), ShardKey(self.tenant, shard, epoch, material)
            )
        return opened

    async def open_all(self) -> None:
        """Open the keys of all shards that have one now, so that no resident's first read does."""
        epoch = await self.epoch()
        for shard in await keys.shards_of(self.units.direct, epoch):
            await self.open(epoch, shard)

    async def open_keys(self, resident: ResidentId, wrapped: WrappedResidentKeys) -> ResidentKeys:
        """Return a resident's keys, those that were not destroyed; the caller wipes them.

        Raises:
            SealBrokenError: they, or the shard's key, are not what was stored.
        """
        shard = await self.open(wrapped.epoch, shard_of(resident))
        return open_resident_keys(shard, resident, wrapped)

    async def count(self, epoch: int, shard: int, wraps: int) -> None:
        """Count wraps before they are made; the database's count is never behind.

        Raises:
            ConflictError: the shard key has wrapped all it may (NIST SP 800-38D section 8.3).
        """
        place = (epoch, shard)
        if self._left.get(place, 0) < wraps:
            more = max(RESERVED, wraps)
            async with self.units() as unit:
                check_wraps(await keys.count_wraps(unit, epoch, shard, more))
                await unit.commit()
            self._left[place] = self._left.get(place, 0) + more
        self._left[place] -= wraps

    async def _look(self, *, anew: bool) -> None:
        """Learn which epochs live, at most once a second; forget what hangs from others."""
        if self._living and not anew and time.monotonic() - self._asked < FRESH:
            return
        living = await living_epochs(self.units.direct) or await self._begin()
        found = frozenset(each.number for each in living)
        if found != self._living:
            newest, state = max(found), await self.roots.describe()
            if newest not in state.live:
                raise ConfigurationError(
                    f"the keystore does not hold root key {newest}, under which the keys in the "
                    "database are wrapped; restore it from its backup"
                )
            for place in [place for place in self._opened if place[0] not in found]:
                self._opened.pop(place).wipe()
        self._living, self._asked = found, time.monotonic()

    async def _begin(self) -> list[Epoch]:
        state = await self.roots.describe()
        if not state.newest:
            raise ConfigurationError("there is no root key; `infobank keys make` makes the first")
        async with self.units() as unit:
            await keys.add_epoch(unit, state.newest, self.clock.now())
            await unit.commit()
        return await living_epochs(self.units.direct)
