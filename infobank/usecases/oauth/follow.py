"""A provider asks how its request stands, or takes it back."""

from dataclasses import dataclass
from uuid import UUID

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock
from infobank.db.consenting import requests
from infobank.db.consenting.requests import WaitingRequest
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.oauth.client import Client
from infobank.usecases.accesslog.record import Record
from infobank.usecases.oauth.asked import request_entry


@dataclass(frozen=True)
class FollowRequest:
    """Tell a client of its own requests alone: where each stands, never why or by whom."""

    units: Units
    record: Record
    clock: Clock

    async def __call__(self, client: Client, request_id: UUID) -> WaitingRequest:
        """Return a request of this client.

        Raises:
            NotFoundError: it pushed none of this name, or it was over long ago.
        """
        async with self.units() as unit:
            found = await requests.of_provider(unit, client.provider_id, request_id)
        if found is None:
            raise NotFoundError("you have no such request")
        return found

    async def withdraw(self, client: Client, request_id: UUID) -> None:
        """Take a request back, with any counter-offer to it; nobody can answer it any more.

        Raises:
            NotFoundError: no request of this name and client waits: it was answered,
                withdrawn, over, or never there.
        """
        now = self.clock.now()
        async with self.units() as unit:
            withdrawn = await requests.withdraw(unit, client.provider_id, request_id, now)
            if withdrawn is None:
                raise NotFoundError("no such request of yours waits")
            await self.record(unit, request_entry(EntryKind.REQUEST_WITHDRAWN, withdrawn, now))
            await unit.commit()
