"""Bring notices to recipients that registered an endpoint (RFC 8935), until they are taken."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from infobank.clock import Clock
from infobank.consent.ending.notice import Followed, Notice
from infobank.db.notices import outbox
from infobank.db.unit import Units
from infobank.entropy import Entropy
from infobank.oauth.events.delivery import Outcome, wait_after
from infobank.usecases.accesslog.record import Record
from infobank.usecases.notices.compose import Compose
from infobank.usecases.notices.endpoint import endpoint_row
from infobank.usecases.notices.entries import acknowledge

Send = Callable[[str, str], Awaitable[Outcome]]
"""Bring a token to an address; whatever goes wrong on the way is an outcome too."""

MOST_AT_ONCE = 20
"""Notices that are on their way at a time."""


@dataclass(frozen=True)
class PushNotices:
    """Push what is due.  Several processes may: each notice is at one of them only."""

    units: Units
    record: Record
    compose: Compose
    clock: Clock
    entropy: Entropy
    send: Send

    async def __call__(self) -> int:
        """Push the notices that are due, once; return how many were taken."""
        claimed = await self._claim()
        tokens = await self.compose([notice for notice, _ in claimed])
        sent = [(notice, url) for notice, url in claimed if notice.notice_id in tokens]
        outcomes = await asyncio.gather(
            *(self.send(url, tokens[notice.notice_id]) for notice, url in sent)
        )
        for (notice, _), outcome in zip(sent, outcomes, strict=True):
            await self._note(notice, outcome)
        return sum(outcome.taken for outcome in outcomes)

    async def _claim(self) -> list[tuple[Notice, str]]:
        """Return what is due with its address, put off until the next attempt.

        INVARIANT: put off before it is sent: who dies on the way leaves it to a later attempt,
        and no two processes send the same at a time.
        """
        now = self.clock.now()
        async with self.units() as unit:
            found = await outbox.due(unit, now, MOST_AT_ONCE)
            for followed, _, _ in found:
                wait = wait_after(followed.attempts, self._fraction())
                await outbox.postpone(unit, followed.notice, now + wait)
            await unit.commit()
        return await self._genuine(found)

    async def _genuine(
        self, found: Sequence[tuple[Followed, str, bytes]]
    ) -> list[tuple[Notice, str]]:
        """Leave out what would go to an address that no steward registered."""
        rows = [endpoint_row(each.notice.provider, url, mac) for each, url, mac in found]
        marks = await self.compose.keyservice.check(rows) if rows else []
        return [
            (each.notice, url) for (each, url, _), mark in zip(found, marks, strict=True) if mark
        ]

    async def _note(self, notice: Notice, outcome: Outcome) -> None:
        if not outcome.taken and not outcome.error:
            return  # nobody answered: as if it had never gone out
        now = self.clock.now()
        async with self.units() as unit:
            await outbox.delivered(unit, [notice], now)
            if outcome.taken:
                await acknowledge(unit, self.record, notice, now)
            else:
                await outbox.refuse(unit, notice, outcome.error)
            await unit.commit()

    def _fraction(self) -> float:
        return int.from_bytes(self.entropy.bytes(2), "big") / 0xFFFF
