"""Legal holds: one steward sets one, two different ones release it."""

from dataclasses import dataclass
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Account, Role
from infobank.accounts.hold import Hold
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.ending import erasures, holds
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConflictError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId, ResidentId


@dataclass(frozen=True)
class LegalHold:
    """Keep a resident's data as it is while a matter is open; she sees it in her history."""

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock
    entropy: Entropy

    async def __call__(self, resident: ResidentId, matter: str, by: Account) -> Hold:
        """Set a hold: from now on nothing of the resident's is erased or retired.

        Raises:
            InvalidInputError: the matter is no reference.
            NotFoundError: there is no such resident, or who asks is no steward.
            ConflictError: the resident's erasure has begun.
        """
        steward, now = by.steward, self.clock.now()
        hold = Hold(new_uuid(self.entropy), resident, matter, now, steward)
        async with self.units() as unit:
            if not await accounts.lock_residents(unit, [resident]):
                raise NotFoundError("there is no such resident")
            if await erasures.of_resident(unit, resident) is not None:
                raise ConflictError("this resident's erasure has begun")
            await holds.add(unit, hold)
            await self.record(unit, _entry("hold_set", hold, steward, self.clock))
            await unit.commit()
        return hold

    async def release(self, hold_id: UUID, by: Account) -> Hold:
        """Give one steward's word that a hold may end; by the second one's it does.

        Raises:
            NotFoundError: there is no such hold, or who asks is no steward.
            ConflictError: it was released before, or this steward said so already.
        """
        steward = by.steward
        async with self.units() as unit:
            hold = await holds.locked(unit, hold_id)
            if hold is None:
                raise NotFoundError("there is no such hold")
            released = hold.released(steward, self.clock.now())
            await holds.keep(unit, released)
            what = "hold_release_asked" if released.standing else "hold_released"
            await self.record(unit, _entry(what, released, steward, self.clock))
            await unit.commit()
        return released

    async def standing(self) -> list[Hold]:
        """Return every hold that stands, oldest first."""
        async with self.units() as unit:
            return await holds.all_standing(unit)

    async def holds(self, resident: ResidentId) -> bool:
        """Tell whether a hold stands for a resident."""
        return bool(await holds.held(self.units.direct, [resident]))

    async def steward(self, handle: str) -> Account:
        """Return the steward who signs in with a handle.

        Raises:
            NotFoundError: no steward does.
        """
        (index,) = await self.keyservice.index("sign-in", [("handle", handle)])
        async with self.units() as unit:
            found = await accounts.account_of(unit, index)
        if found is None or found.role is not Role.STEWARD:
            raise NotFoundError("no steward signs in with this name")
        return found


def _entry(what: str, hold: Hold, steward: AccountId, clock: Clock) -> Entry:
    shown = {"what": what, "staff": str(steward)}
    hidden = {"hold": str(hold.hold_id), "matter": hold.matter}
    return Entry(EntryKind.STAFF_ACT, clock.now(), hold.resident, shown, hidden)
