"""Forget what was remembered beside consents: ended mandates, what was told, given answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock, day_in
from infobank.consent.mandate import Mandate
from infobank.db.ending import forgetting
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record
from infobank.vault.ending.retention import RetentionPolicy

BATCH: Final = 500
"""Rows that go in one unit of work."""


@dataclass(frozen=True)
class Forgotten:
    """How much one run forgot."""

    mandates: int = 0
    told: int = 0
    answers: int = 0


@dataclass(frozen=True)
class Forget:
    """Delete what has been over for as long as the rules say, each act with its entry."""

    units: Units
    record: Record
    clock: Clock
    rules: RetentionPolicy
    zone: str

    async def __call__(self) -> Forgotten:
        """Forget what is due today."""
        now = self.clock.now()
        return Forgotten(
            await self._all(lambda unit: self._mandates(unit, now)),
            await self._all(lambda unit: self._told(unit, now)),
            await self._all(lambda unit: self._answers(unit, now)),
        )

    async def _all(self, some: Callable[[Unit], Awaitable[int]]) -> int:
        count, page = 0, BATCH
        while page == BATCH:
            async with self.units() as unit:
                page = await some(unit)
                await unit.commit()
            count += page
        return count

    async def _mandates(self, unit: Unit, now: datetime) -> int:
        ended_before = now - timedelta(days=self.rules.mandate_days)
        found = await forgetting.forget_mandates(unit, ended_before, BATCH)
        if found:
            await self.record(unit, *(_entry(each, now) for each in found))
        return len(found)

    async def _told(self, unit: Unit, now: datetime) -> int:
        told_before = now - timedelta(days=self.rules.told_days)
        count = await forgetting.forget_told(unit, told_before, now, BATCH)
        return await self._noted(unit, "told_forgotten", count, now)

    async def _answers(self, unit: Unit, now: datetime) -> int:
        given_before = day_in(self.zone, now) - timedelta(days=self.rules.answer_days)
        count = await forgetting.forget_answers(unit, given_before, BATCH)
        return await self._noted(unit, "answers_forgotten", count, now)

    async def _noted(self, unit: Unit, what: str, count: int, now: datetime) -> int:
        if count:
            shown: dict[str, str | int] = {"what": what, "count": count}
            await self.record(unit, Entry(EntryKind.RETENTION, now, None, shown, {}))
        return count


def _entry(mandate: Mandate, now: datetime) -> Entry:
    hidden = {"mandate": str(mandate.mandate_id)}
    return Entry(EntryKind.RETENTION, now, mandate.resident, {"what": "mandate_forgotten"}, hidden)
