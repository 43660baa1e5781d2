"""What every verb of the rights desk needs: to begin a request, and to move it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from infobank.accounts.errors import UnknownRightsRequestError
from infobank.accounts.rights import (
    Right,
    RightsPolicy,
    RightsRequest,
    Status,
    Subject,
    Tally,
    begun,
)
from infobank.clock import Clock, day_in
from infobank.db.rights import requests
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.accesslog.record import Record
from infobank.usecases.rights.entries import decision_entry, request_entry
from infobank.usecases.vault.keyservice import OpenedResident
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Desk:
    """Keep requests, and log every step of each in the transaction in which it happens."""

    units: Units
    record: Record
    clock: Clock
    entropy: Entropy
    rules: RightsPolicy
    zone: str

    def begin(
        self,
        resident: ResidentId,
        right: Right,
        by: GivenBy,
        status: Status,
        subject: Subject | None = None,
    ) -> RightsRequest:
        """Return a new request with its deadline; nothing is kept yet."""
        now = self.clock.now()
        due = self.rules.due(right, day_in(self.zone, now))
        name = new_uuid(self.entropy)
        return begun(name, resident, right, by, at=now, due=due, status=status, subject=subject)

    async def enter(
        self,
        unit: Unit,
        request: RightsRequest,
        opened: Mapping[ResidentId, OpenedResident] | None = None,
    ) -> None:
        """Keep and log a new request; the caller commits."""
        await requests.add(unit, request)
        await self.record(unit, request_entry(request), opened=opened)

    async def move(
        self, unit: Unit, request: RightsRequest, status: Status, by: str, reason: str = ""
    ) -> RightsRequest:
        """Take a locked request one step further and log it; the caller commits.

        Raises:
            RightsRequestOverError: it stands where it cannot go there from.
        """
        moved = request.moved(status, self.clock.now(), by, reason)
        await requests.keep(unit, moved)
        await self.record(unit, decision_entry(moved))
        return moved

    async def locked(self, unit: Unit, resident: ResidentId, request_id: UUID) -> RightsRequest:
        """Return one request of a resident, which nobody else moves until the unit ends.

        Raises:
            UnknownRightsRequestError: the resident made no such request.
        """
        return _known(await requests.one(unit, resident, request_id, lock=True))

    async def all(self, resident: ResidentId) -> list[RightsRequest]:
        """Return all of a resident's requests, newest first."""
        async with self.units() as unit:
            return await requests.of_resident(unit, resident)

    async def tally(self) -> list[Tally]:
        """Return how many requests of each kind stand where, of whomsoever."""
        today = day_in(self.zone, self.clock.now())
        async with self.units() as unit:
            return await requests.tallied(unit, today)

    async def one(self, resident: ResidentId, request_id: UUID) -> RightsRequest:
        """Return one request of a resident.

        Raises:
            UnknownRightsRequestError: the resident made no such request.
        """
        async with self.units() as unit:
            return _known(await requests.one(unit, resident, request_id))


def _known(found: RightsRequest | None) -> RightsRequest:
    if found is None:
        raise UnknownRightsRequestError("you made no such request")
    return found
