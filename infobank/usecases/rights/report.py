"""Report an entry that was not expected, and have the steward's answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import Right, RightsRequest, Status
from infobank.db import accounts
from infobank.db.rights import requests
from infobank.db.unit import Unit
from infobank.errors import InvalidInputError
from infobank.usecases.accesslog.history import History
from infobank.usecases.rights.correct import MOST_WAITING, STEWARD
from infobank.usecases.rights.desk import Desk
from infobank.usecases.rights.sealing import (
    Reported,
    open_answer,
    open_reported,
    seal_answer,
    seal_reported,
)
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Said:
    """What stands sealed in a report: what it is about, and the answer, empty before that."""

    reported: Reported
    answer: str


@dataclass(frozen=True)
class Report:
    """Take reports, and answer them; note and answer open under the resident's keys alone."""

    desk: Desk
    keyservice: KeyService
    history: History
    tenant: UUID

    async def ask(self, resident: ResidentId, by: GivenBy, reported: Reported) -> RightsRequest:
        """Take a report; one that waits about the same entry is returned instead.

        Raises:
            NotFoundError: the entry is not of the resident's own history.
        """
        await self.history.one(resident, reported.entry)
        key = await self._key(resident)
        async with self.desk.units() as unit:
            await accounts.lock_residents(unit, [resident])
            if waiting := await self._about(unit, resident, key, reported.entry):
                return waiting
            request = self.desk.begin(resident, Right.REPORT, by, Status.RECEIVED)
            sealed = seal_reported(key, self.tenant, request, reported)
            request = replace(request, sealed=sealed)
            await self.desk.enter(unit, request)
            await unit.commit()
        return request

    async def waiting(self) -> list[tuple[RightsRequest, Reported]]:
        """Return the reports that the steward has to answer, those due first."""
        async with self.desk.units() as unit:
            found = await requests.waiting(unit, MOST_WAITING)
        told = await self.told(found)
        return [(each, told[each.request_id].reported) for each in found if each.request_id in told]

    async def told(self, found: Sequence[RightsRequest]) -> dict[UUID, Said]:
        """Return what the reports among some requests say, by the name of the request."""
        reports = [each for each in found if each.right is Right.REPORT]
        opened = await self.keyservice.open(list({each.resident for each in reports}))
        keys = {resident: each.manifest_key() for resident, each in opened.items()}
        return {
            each.request_id: Said(
                open_reported(keys[each.resident], self.tenant, each),
                open_answer(keys[each.resident], self.tenant, each),
            )
            for each in reports
        }

    async def answer(self, request_id: UUID, answer: str) -> RightsRequest:
        """Write back to the resident; she finds it at the rights desk.

        Raises:
            InvalidInputError: there is no answer, or it is too long.
            RightsRequestOverError: it was answered before, or never made.
        """
        if not answer.strip():
            raise InvalidInputError("an answer is needed", field="answer")
        async with self.desk.units() as unit:
            request = await requests.one_waiting(unit, request_id)
            if request is None or request.right is not Right.REPORT:
                raise RightsRequestOverError("this report was answered before")
            key = await self._key(request.resident)
            sealed = seal_answer(key, self.tenant, request, answer.strip())
            request = replace(request, sealed_value=sealed)
            moved = await self.desk.move(unit, request, Status.ANSWERED, STEWARD)
            await unit.commit()
        return moved

    async def _about(
        self, unit: Unit, resident: ResidentId, key: bytes, entry: int
    ) -> RightsRequest | None:
        """Return the report that waits about an entry."""
        found = await requests.of_resident(unit, resident)
        return next(
            (
                each
                for each in found
                if each.right is Right.REPORT
                and each.status is Status.RECEIVED
                and open_reported(key, self.tenant, each).entry == entry
            ),
            None,
        )

    async def _key(self, resident: ResidentId) -> bytes:
        return (await self.keyservice.open([resident]))[resident].manifest_key()
