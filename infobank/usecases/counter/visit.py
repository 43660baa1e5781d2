"""Open a visit at the counter by a resident's number and code, and look at what it shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.counter import Tries, Visit, read_code
from infobank.accounts.errors import CounterLockedError, CounterRefusedError
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.rights import counter
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.counter.codes import INDEX
from infobank.usecases.counter.entries import counter_entry
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId, ResidentId


@dataclass(frozen=True)
class Visits:
    """Begin, find and end visits; a visit shows terms and never a record."""

    units: Units
    keyservice: KeyService
    record: Record
    clock: Clock
    entropy: Entropy

    async def begin(self, number: str, code: str, by: Account) -> Visit:
        """Open a visit of who has this number and shows this code; the code is used by it.

        Raises:
            InvalidInputError: what was typed is no code.
            CounterRefusedError: number and code do not belong together, or the code is over or
                used; which of these is not told.
            CounterLockedError: too many wrong codes were tried for this resident.
            NotFoundError: who asks is no steward.
        """
        steward, now, typed = by.steward, self.clock.now(), read_code(code)
        async with self.units() as unit:
            resident = await self._locked(unit, number)
            tries = await counter.tries_of(unit, resident)
            if tries is not None and tries.locked(now):
                raise CounterLockedError("too many wrong codes; try again in a quarter of an hour")
            (index,) = await self.keyservice.index(INDEX, [(str(resident), typed)])
            if await counter.use_code(unit, resident, index, now) is None:
                await self._count(unit, resident, tries, steward, now)
                raise CounterRefusedError
            visit = Visit(new_uuid(self.entropy), resident, steward, now)
            await counter.begin_visit(unit, visit)
            await counter.keep_tries(unit, resident, None)
            await self.record(unit, counter_entry("visit", resident, steward, now))
            await unit.commit()
        return visit

    async def one(self, visit_id: UUID, by: Account) -> Visit:
        """Return a visit that this steward began and that is not over.

        Raises:
            NotFoundError: there is none.
        """
        async with self.units() as unit:
            found = await counter.visit_of(unit, visit_id)
        if found is None or not found.open_for(by.steward, self.clock.now()):
            raise NotFoundError("this visit is over")
        return found

    async def end(self, visit_id: UUID, by: Account) -> None:
        """Let a visit be over; one that is over already stays so."""
        async with self.units() as unit:
            found = await counter.visit_of(unit, visit_id)
            if found is not None and found.steward == by.steward:
                await counter.end_visit(unit, visit_id)
                await unit.commit()

    async def _locked(self, unit: Unit, number: str) -> ResidentId:
        """Return whose number it is; nobody else tries a code of hers until the unit ends."""
        (index,) = await self.keyservice.index("sign-in", [("handle", number)])
        try:
            resident, _ = await accounts.resident_account(unit, index)
        except InvalidInputError:
            raise CounterRefusedError from None
        if not await accounts.lock_residents(unit, [resident]):
            raise CounterRefusedError
        return resident

    async def _count(
        self,
        unit: Unit,
        resident: ResidentId,
        tries: Tries | None,
        steward: AccountId,
        now: datetime,
    ) -> None:
        """Keep that a wrong code was tried: the refusal stands although nothing else changes."""
        counted = tries.again(now) if tries else Tries(1, now)
        await counter.keep_tries(unit, resident, counted)
        await self.record(unit, counter_entry("wrong_code", resident, steward, now))
        await unit.commit()
