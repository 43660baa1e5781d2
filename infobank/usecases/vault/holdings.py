"""Show a resident what the bank holds about her."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record as RecordEntry
from infobank.usecases.vault.deposit import EARLIEST
from infobank.usecases.vault.keyservice import KeyService
from infobank.usecases.vault.shelf import open_shelves, read_records
from infobank.vocabulary.category import Category, Record
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.policies import Policies


@dataclass(frozen=True)
class Holding:
    """How much of one category the bank holds, and over which days."""

    category: Category
    records: int
    first: date
    last: date


@dataclass(frozen=True)
class Holdings:
    """Read a resident's own records.  Her own looking is logged like anybody's."""

    units: Units
    keyservice: KeyService
    record: RecordEntry
    clock: Clock
    policies: Policies
    tenant: UUID

    async def __call__(self, resident: ResidentId) -> list[Holding]:
        """Return what is held, category by category, from the manifest alone.

        Raises:
            SealBrokenError: the manifest is not what was stored.
        """
        keys = await self.keyservice.resident_keys([resident])
        async with self.units() as unit:
            manifest = (await open_shelves(unit, self.tenant, keys))[resident].manifest
        found = []
        for category in self.policies.categories.values():
            entries = [each for each in manifest.entries if each.category == category.number]
            if entries:
                found.append(
                    Holding(
                        category,
                        sum(each.records for each in entries),
                        min(each.first for each in entries),
                        max(each.last for each in entries),
                    )
                )
        return found

    async def records(self, resident: ResidentId, category: Category) -> list[Record]:
        """Return all of the resident's records of a category, in order of day.

        Raises:
            SealBrokenError: a block is not what was stored.
        """
        now = self.clock.now()
        keys = await self.keyservice.resident_keys([resident])
        async with self.units() as unit:
            await self.record(unit, _entry(resident, category, now))
            await unit.commit()
        period = Period(EARLIEST, date.max)
        opened = await read_records(self.units.direct, self.tenant, keys, category, period)
        return opened[resident]


def _entry(resident: ResidentId, category: Category, now: datetime) -> Entry:
    return Entry(EntryKind.OWN_READ, now, resident, {"category": category.code}, {})
