"""Destroy keys: of residents who are erased, and of provision records whose time is over."""

from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind, EntryRef
from infobank.clock import Clock
from infobank.db.across.permits import AskedPermit, kept_permits
from infobank.db.ending import destroyed, holds
from infobank.db.ending.destroyed import Ended, Escrow
from infobank.db.unit import Unit, Units
from infobank.keystore.service.permits import Permits
from infobank.keystore.service.shards import Shards
from infobank.usecases.vault.keyservice import Destroyed, Settled
from infobank.vault.ending.escrow import Escrowed, Holder, holders_of, seal_escrow
from infobank.vault.ending.receipt import LogKey
from infobank.vault.errors import KeyMissingError, KeyRefusedError
from infobank.vault.keyring import ResidentKeys, WrappedResidentKeys
from infobank.vocabulary.identifiers import ResidentId

BATCH = 100
"""Log keys that are given to the holders in one transaction."""


@dataclass(frozen=True)
class Destruction:
    """End keys for good.  Whatever is destroyed here is destroyed in one transaction."""

    units: Units
    records: Units
    shards: Shards
    holders: tuple[Holder, ...]
    tenant: UUID
    clock: Clock

    async def destroy(self, resident: ResidentId, permit: EntryRef, permits: Permits) -> Destroyed:
        """Destroy a resident's data key, against a durable entry that says so.

        Once that is done the entry is not asked for again: the answer is the same for ever.

        Raises:
            KeyRefusedError: the entry does not say so, or a legal hold stands.
            KeyMissingError: there is no such resident.
        """
        async with self.units() as unit:
            wrapped = await destroyed.locked(unit, resident)
            if wrapped is None:
                raise KeyMissingError("a resident has no key")
            ended = await destroyed.ended(unit, resident)
            if ended is None:
                with await self.shards.open_keys(resident, wrapped) as keys:
                    entry = await self._permitted(resident, permit, permits, keys.log_key())
                    await self._end(unit, resident, wrapped, keys, _until(entry))
                ended = await destroyed.ended(unit, resident)
                await unit.commit()
        if ended is None:
            raise KeyMissingError("a resident has no key")
        return _told(ended)

    async def settle(self) -> Settled:
        """Destroy the log keys whose time is over; give those to the holders that wait for them.

        Log keys wait when a bank had no holders yet at the time of an erasure.
        """
        today = self.clock.now().astimezone(UTC).date()
        async with self.units() as unit:
            over = await destroyed.destroy_log_keys(unit, today)
            waiting = await destroyed.waiting_for_holders(unit, BATCH) if self.holders else ()
            for resident, wrapped, until in waiting:
                with await self.shards.open_keys(resident, wrapped) as keys:
                    await self._give_away(unit, resident, keys, until)
            await unit.commit()
        return Settled(over, len(waiting))

    async def escrow(self, resident: ResidentId) -> Escrow | None:
        """Return an erased resident's log key as the holders have it."""
        async with self.units() as unit:
            return await destroyed.escrow_of(unit, resident)

    async def _permitted(
        self, resident: ResidentId, permit: EntryRef, permits: Permits, log_key: bytes
    ) -> Entry:
        (kept,) = await kept_permits(self.records.direct, [AskedPermit(permit, resident, None)])
        entry = permits.opened(kept, log_key)
        if entry.kind is not EntryKind.ERASURE or entry.resident != resident:
            raise KeyRefusedError
        # INVARIANT: a hold is looked for here too: no caller destroys what must be kept.
        if await holds.held(self.records.direct, [resident]):
            raise KeyRefusedError
        return entry

    async def _end(
        self,
        unit: Unit,
        resident: ResidentId,
        wrapped: WrappedResidentKeys,
        keys: ResidentKeys,
        until: date | None,
    ) -> None:
        await destroyed.destroy(unit, resident, self.clock.now(), wrapped.epoch, until)
        if until is not None and self.holders:
            await self._give_away(unit, resident, keys, until)

    async def _give_away(
        self, unit: Unit, resident: ResidentId, keys: ResidentKeys, until: date
    ) -> None:
        whose = Escrowed(self.tenant, resident, keys.version, until)
        sealed = seal_escrow(self.holders, whose, keys.log_key())
        await destroyed.give_away(unit, resident, Escrow(keys.version, until, sealed))


def _until(entry: Entry) -> date | None:
    """Return until when an erasure's entry says that provision records are kept."""
    said = entry.shown.get("provision_until", "")
    return date.fromisoformat(str(said)) if said else None


def _told(ended: Ended) -> Destroyed:
    if ended.escrow is not None:
        log_key, holders = LogKey.ESCROWED, holders_of(ended.escrow)
    else:
        log_key, holders = LogKey.KEPT if ended.log_kept else LogKey.DESTROYED, 0
    return Destroyed(
        at=ended.at,
        epoch=ended.epoch,
        epoch_begun=ended.epoch_begun,
        provision_until=ended.provision_until,
        log_key=log_key,
        holders=holders,
    )
