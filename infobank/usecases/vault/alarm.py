"""Log an alarm when something stored is not what was deposited."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.identifiers import ResidentId

T = TypeVar("T")


@dataclass(frozen=True)
class Alarm:
    """Watch over reads of the vault."""

    units: Units
    record: Record
    clock: Clock

    async def over(self, resident: ResidentId | None, reading: Awaitable[T]) -> T:
        """Return what a read returns; log an alarm, durably, when a seal was broken.

        `resident` is None where the read is about many.

        Raises:
            SealBrokenError: as the read did; every way a seal can be broken looks the same.
        """
        try:
            return await reading
        except SealBrokenError:
            entry = Entry(
                EntryKind.ALARM, self.clock.now(), resident, {"what": SealBrokenError.code}, {}
            )
            async with self.units() as unit:
                await self.record(unit, entry)
                await unit.commit()
            raise
