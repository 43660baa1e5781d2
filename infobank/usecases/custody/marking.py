"""Mark the residents who were there before residents had marks: once, after the upgrade."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.consenting import agreements
from infobank.db.consenting.households import kept_circumstances
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ResidentId

BATCH: Final = 500
"""Residents who are marked in one unit of work."""


@dataclass(frozen=True)
class MarkResidents:
    """Believe the rows of residents without marks as they stand, on the operator's word.

    What was written past the bank before is believed with them; so it is done once, and the
    log has how many there were.  A mark that is there and wrong is left alone.
    """

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock

    async def __call__(self) -> int:
        """Mark whoever has no mark; return how many there were."""
        marked = 0
        while True:
            async with self.units() as unit:
                found = await accounts.unmarked(unit, BATCH)
                if not found:
                    return marked
                await self._mark(unit, found)
                shown: dict[str, str | int] = {"what": "residents_marked", "count": len(found)}
                entry = Entry(EntryKind.STAFF_ACT, self.clock.now(), None, shown, {})
                await self.record(unit, entry)
                await unit.commit()
            marked += len(found)

    async def _mark(self, unit: Unit, residents: Sequence[ResidentId]) -> None:
        marks = MarkCircumstances(self.keyservice)
        kept = [*(await kept_circumstances(unit, residents)).values()]
        await accounts.keep_marks(unit, await marks.own(kept))
        homes = {home.household: home for each in kept for home in each.homes}
        for home in homes.values():
            if not home.mac:
                await agreements.keep_roster(unit, await marks.roster(home))
            for said in home.agreements:
                if not said.mac:
                    said_marked = await marks.agreement(home.household, said)
                    await agreements.keep_mark(unit, home.household, said_marked)
