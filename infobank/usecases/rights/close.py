"""Close an account: the resident's word, twice given, then the erasure of everything."""

from dataclasses import dataclass
from datetime import timedelta

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.errors import HeldError, UnconfirmedError
from infobank.accounts.rights import Refusal, Right, RightsRequest, Status
from infobank.db import accounts
from infobank.db.rights import requests
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.rights.desk import Desk
from infobank.usecases.vault.erase import Erase
from infobank.vault.ending.receipt import SignedReceipt
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId

BANK = "bank"
"""Whose step it is when the law, and not a person, says no."""

INTERRUPTED = timedelta(minutes=1)
"""After this long a closure that is not done was interrupted, and is done again."""


@dataclass(frozen=True)
class CloseAccount:
    """End a resident's account; the erasure ends her consents and takes every way in away."""

    units: Units
    desk: Desk
    record: Record
    erase: Erase

    async def __call__(self, resident: ResidentId, by: GivenBy, *, sure: bool) -> SignedReceipt:
        """Close the account; when this returns nobody signs in to it and its data is dead.

        Raises:
            UnconfirmedError: it was not said that it is really wanted.
            HeldError: a legal hold stands; the request is refused with this reason.
        """
        if not sure:
            raise UnconfirmedError("say that you are sure; it cannot be undone", field="sure")
        async with self.units() as unit:
            await accounts.lock_residents(unit, [resident])
            if not await _waiting(unit, resident):
                request = self.desk.begin(resident, Right.CLOSURE, by, Status.RECEIVED)
                await self.desk.enter(unit, request)
                await unit.commit()
        return await self._carry_out(resident, by)

    async def finish(self) -> int:
        """Carry out every closure that was interrupted; return how many there were."""
        async with self.units() as unit:
            found = await requests.closing(unit, self.desk.clock.now() - INTERRUPTED)
        for request in found:
            await self._carry_out(request.resident, request.by)
        return len(found)

    async def _carry_out(self, resident: ResidentId, by: GivenBy) -> SignedReceipt:
        """Do every step; each may be done twice, so that an interrupted closure ends too."""
        try:
            receipt = await self.erase(resident, by)
        except HeldError:
            await self._refuse(resident)
            raise
        async with self.units() as unit:
            for request in await requests.of_resident(unit, resident, lock=True):
                if request.status is Status.RECEIVED:
                    await self._end(unit, request, by)
            await unit.commit()
        return receipt

    async def _refuse(self, resident: ResidentId) -> None:
        async with self.units() as unit:
            for request in await _waiting(unit, resident):
                await self.desk.move(unit, request, Status.REFUSED, BANK, Refusal.HELD)
            await unit.commit()

    async def _end(self, unit: Unit, request: RightsRequest, by: GivenBy) -> None:
        """Decide what is still open; the entry names the request alone, for the rest is erased."""
        closed = request.right is Right.CLOSURE
        status = Status.CARRIED_OUT if closed else Status.REFUSED
        reason = "" if closed else Refusal.ACCOUNT_CLOSED.value
        ended = request.moved(status, self.desk.clock.now(), by.value, reason)
        await requests.keep(unit, ended)
        shown = {
            "request": str(request.request_id),
            "right": request.right.value,
            "status": status.value,
            "by": by.value,
        }
        at = ended.steps[-1].at
        await self.record(unit, Entry(EntryKind.RIGHTS_DECISION, at, None, shown, {}))


async def _waiting(unit: Unit, resident: ResidentId) -> list[RightsRequest]:
    """Return the closures of a resident that are neither done nor refused, locked."""
    found = await requests.of_resident(unit, resident, lock=True)
    return [
        each for each in found if each.right is Right.CLOSURE and each.status is Status.RECEIVED
    ]
