"""Correct one value: at once where the resident's word counts, else when the steward accepts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import Refusal, Right, RightsRequest, Status
from infobank.clock import day_in
from infobank.db.rights import requests
from infobank.db.unit import Unit, Units
from infobank.errors import InvalidInputError
from infobank.usecases.rights.desk import Desk
from infobank.usecases.rights.sealing import (
    Told,
    open_told,
    open_value,
    seal_told,
    seal_value,
)
from infobank.usecases.vault.deposit import EARLIEST, Deposit
from infobank.usecases.vault.keyservice import KeyService
from infobank.usecases.vault.shelf import Released, read_records
from infobank.vocabulary.category import Category, Record, Value
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies

SOURCE = "correction"
"""What a deposit's entry names as the source of a corrected record."""

STEWARD = "steward"
"""Whose step a decision is."""

MOST_WAITING = 200
"""Requests the steward is shown at a time, those due first."""


@dataclass(frozen=True)
class Correction:
    """Which value is wrong, and what is right; None says that there is no value."""

    told: Told
    value: Value = field(repr=False)


@dataclass(frozen=True)
class Correct:
    """Take corrections, and put accepted ones into the vault as a new generation.

    The steward decides on which value it is and on the note; nothing here shows the
    steward a value, neither the one held nor the one that is said to be right.
    """

    units: Units
    desk: Desk
    keyservice: KeyService
    deposit: Deposit
    policies: Policies
    tenant: UUID

    async def ask(self, resident: ResidentId, by: GivenBy, correction: Correction) -> RightsRequest:
        """Take a correction; it is carried out at once where the resident's word counts.

        Raises:
            InvalidInputError: the category or field is unknown, the value is out of its
                range, or the day is not one a record may have.
        """
        told = correction.told
        category = self.policies.category(told.category)
        told.check(category)
        category.field(told.field).check(correction.value)
        today = day_in(self.desk.zone, self.desk.clock.now())
        if not EARLIEST <= told.observed <= today:
            raise InvalidInputError("the day must lie between 1900 and today", field="observed")
        request = self.desk.begin(resident, Right.CORRECTION, by, Status.RECEIVED)
        request = await self._sealed(request, category, correction)
        async with self.units() as unit:
            await self.desk.enter(unit, request)
            await unit.commit()
        if told.category in self.desk.rules.by_resident:
            return await self.accept(request.request_id, by.value)
        return request

    async def waiting(self) -> list[tuple[RightsRequest, Told]]:
        """Return the corrections that the steward has to decide, with what they are about."""
        async with self.units() as unit:
            found = await requests.waiting(unit, MOST_WAITING)
        corrections = [each for each in found if each.right is Right.CORRECTION]
        opened = await self.keyservice.open(list({each.resident for each in corrections}))
        return [
            (each, open_told(opened[each.resident].manifest_key(), self.tenant, each))
            for each in corrections
        ]

    async def told(self, found: Sequence[RightsRequest]) -> dict[UUID, Told]:
        """Return what a resident's own corrections are about, by the name of the request."""
        sealed = [each for each in found if each.right is Right.CORRECTION and each.sealed]
        opened = await self.keyservice.open(list({each.resident for each in sealed}))
        return {
            each.request_id: open_told(opened[each.resident].manifest_key(), self.tenant, each)
            for each in sealed
        }

    async def accept(self, request_id: UUID, by: str = STEWARD) -> RightsRequest:
        """Carry a correction out; it is refused where the bank holds no such record.

        Raises:
            RightsRequestOverError: it was decided before, or never made.
        """
        async with self.units() as unit:
            request = await self._waiting(unit, request_id)
            # Before the step is kept: a crash between them leaves it to be accepted again,
            # and the same value a second time changes nothing.
            held = await self._carry_out(request)
            moved = await self._close(unit, request, by, None if held else Refusal.NOT_HELD)
            await unit.commit()
        return moved

    async def refuse(self, request_id: UUID, reason: Refusal) -> RightsRequest:
        """Refuse a correction, for a stated reason (APPI article 36).

        Raises:
            RightsRequestOverError: it was decided before, or never made.
        """
        async with self.units() as unit:
            request = await self._waiting(unit, request_id)
            moved = await self._close(unit, request, STEWARD, reason)
            await unit.commit()
        return moved

    async def _waiting(self, unit: Unit, request_id: UUID) -> RightsRequest:
        request = await requests.one_waiting(unit, request_id)
        if request is None or request.right is not Right.CORRECTION:
            raise RightsRequestOverError("this request was decided before")
        return request

    async def _close(
        self, unit: Unit, request: RightsRequest, by: str, reason: Refusal | None
    ) -> RightsRequest:
        """Decide a request; the value that was said to be right is kept no longer."""
        status = Status.REFUSED if reason else Status.CARRIED_OUT
        without = replace(request, sealed_value=b"")
        return await self.desk.move(unit, without, status, by, reason or "")

    async def _sealed(
        self, request: RightsRequest, category: Category, correction: Correction
    ) -> RightsRequest:
        resident = request.resident
        opened = (await self.keyservice.open([resident]))[resident]
        key = await self._key(resident, category)
        return replace(
            request,
            sealed=seal_told(opened.manifest_key(), self.tenant, request, correction.told),
            sealed_value=seal_value(key, self.tenant, request, correction.value),
        )

    async def _carry_out(self, request: RightsRequest) -> bool:
        """Deposit the corrected record; False when the bank holds none to correct."""
        resident = request.resident
        opened = await self.keyservice.open([resident])
        told = open_told(opened[resident].manifest_key(), self.tenant, request)
        category = self.policies.category(told.category)
        key = await self._key(resident, category)
        day = Period(told.observed, told.observed)
        released = [Released(category, day, {resident: key})]
        (found,) = await read_records(
            self.units.direct, self.keyservice, self.tenant, opened, released
        )
        held = next((each for each in found[resident] if each.minute == told.minute), None)
        if held is None:
            return False
        value = open_value(key, self.tenant, request)
        await self.deposit(category, SOURCE, {resident: [_changed(category, held, told, value)]})
        return True

    async def _key(self, resident: ResidentId, category: Category) -> bytes:
        """Return a category's key, against an entry that says a record is about to be put in."""
        found = await self.deposit.release(category, SOURCE, [resident], self.desk.clock.now())
        return found[resident]


def _changed(category: Category, held: Record, told: Told, value: Value) -> Record:
    place = category.field_names.index(told.field)
    return held._replace(values=(*held.values[:place], value, *held.values[place + 1 :]))
