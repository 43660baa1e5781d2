"""Households: stewards register them, each adult agrees to the use of what they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Account
from infobank.accounts.circumstances import Agreed, Home, Member
from infobank.accounts.household import Membership, check_reason
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.consenting import agreements
from infobank.db.consenting.households import kept_circumstances
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConflictError, InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId

LARGEST: Final = 30
"""People in one household at most."""


@dataclass(frozen=True)
class Households:
    """Register who lives together, and keep who agrees."""

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock
    entropy: Entropy

    async def register(self, adults: Sequence[str], minors: Sequence[str], by: Account) -> UUID:
        """Register those who sign in with these handles as one household.

        From now on each adult's agreement is needed before data of the household is given
        to anybody.

        Raises:
            InvalidInputError: fewer than two people, too many, one twice, or one of them is
                no resident who signs in.
            NotFoundError: who registers is no steward.
            ConflictError: where one of them lives was written past the bank.
        """
        handles = [*adults, *minors]
        if not 1 < len(handles) <= LARGEST or not adults:
            raise InvalidInputError(f"2 to {LARGEST} people, an adult among them", field="adults")
        found = await self._residents(handles)
        if len(set(found)) != len(found):
            raise InvalidInputError("nobody is named twice", field="adults")
        steward, household, now = by.steward, new_uuid(self.entropy), self.clock.now()
        grown = frozenset(found[: len(adults)])
        members = tuple(Member(each, each in grown, left_out=False) for each in found)
        async with self.units() as unit:
            await self._move_in(unit, Home(household, members))
            for resident in found:
                shown = {"what": "household_registered", "staff": str(steward)}
                await self.record(
                    unit,
                    Entry(EntryKind.STAFF_ACT, now, resident, shown, _named(household)),
                )
            await unit.commit()
        return household

    async def leave_out(self, household: UUID, handle: str, reason: str, by: Account) -> None:
        """Ask for a member's agreement no more, because asking would put somebody in danger.

        Nobody in the household is told: the entry is the bank's own, and neither a page nor
        a decision says why all others' word suffices.

        Raises:
            InvalidInputError: there is no reason, or no resident signs in with the handle.
            NotFoundError: no such member is asked, or who says it is no steward.
            ConflictError: who lives there was written past the bank.
        """
        steward = by.steward
        hidden = {**_named(household), "reason": check_reason(reason)}
        (resident,) = await self._residents([handle])
        async with self.units() as unit:
            await self._leave_out(unit, household, resident)
            shown = {"what": "household_left_out", "staff": str(steward)}
            hidden["member"] = str(resident)
            entry = Entry(EntryKind.STAFF_ACT, self.clock.now(), None, shown, hidden)
            await self.record(unit, entry)
            await unit.commit()

    async def of(self, resident: ResidentId) -> Sequence[Membership]:
        """Return the households in which a resident is asked for her agreement."""
        async with self.units() as unit:
            return await agreements.memberships(unit, resident)

    async def agree(
        self, resident: ResidentId, household: UUID, by: GivenBy, *, agrees: bool
    ) -> Membership:
        """Agree that data of the household be used, or end that; saying it twice changes nothing.

        Raises:
            NotFoundError: she is no adult of such a household.
        """
        now = self.clock.now()
        async with self.units() as unit:
            held = await agreements.memberships(unit, resident)
            found = next((each for each in held if each.household == household), None)
            if found is None:
                raise NotFoundError("you are no adult of such a household")
            if agrees is (found.agreed_at is not None):
                return found
            if agrees:
                said = await self._marks.agreement(household, Agreed(resident, now))
                await agreements.agree(unit, household, said)
            else:
                await agreements.end_agreement(unit, resident, household, now)
            await self.record(unit, _said(resident, household, by, now, agrees=agrees))
            await unit.commit()
        return Membership(household, now if agrees else None)

    @property
    def _marks(self) -> MarkCircumstances:
        return MarkCircumstances(self.keyservice)

    async def _move_in(self, unit: Unit, home: Home) -> None:
        """Keep a new household, and that each member lives there."""
        members = sorted(each.resident for each in home.members)
        await accounts.lock_residents(unit, members)
        kept = await kept_circumstances(unit, members)
        lives = await self._marks.moved_in([*kept.values()], home.household)
        await accounts.keep_homes(unit, lives)
        await agreements.register(unit, await self._marks.roster(home))

    async def _leave_out(self, unit: Unit, household: UUID, resident: ResidentId) -> None:
        """Keep that a member is asked no more."""
        home = await agreements.home(unit, household)
        if home is None or not any(
            each.resident == resident and not each.left_out for each in home.members
        ):
            raise NotFoundError("no such member is asked")
        members = (
            each._replace(left_out=each.left_out or each.resident == resident)
            for each in home.members
        )
        changed = await self._marks.changed(home, members)
        if changed is None:
            raise ConflictError("who lives there was written past the bank")
        await agreements.keep_roster(unit, changed)

    async def _residents(self, handles: Sequence[str]) -> list[ResidentId]:
        named = [("handle", handle) for handle in handles]
        indexes = await self.keyservice.index("sign-in", named)
        async with self.units() as unit:
            return [(await accounts.resident_account(unit, index))[0] for index in indexes]


def _named(household: UUID) -> dict[str, str]:
    return {"household": str(household)}


def _said(
    resident: ResidentId, household: UUID, by: GivenBy, now: datetime, *, agrees: bool
) -> Entry:
    shown = {"what": "household_agreed" if agrees else "household_ended", "by": by.value}
    return Entry(EntryKind.HOUSEHOLD_AGREEMENT, now, resident, shown, _named(household))
