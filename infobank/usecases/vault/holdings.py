"""Show a resident what the bank holds about her."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db.grouped import Draft, GroupedLog
from infobank.db.unit import Units
from infobank.usecases.rights.entries import by_whom
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.beside import beside
from infobank.usecases.vault.deposit import EARLIEST
from infobank.usecases.vault.keyservice import KeyService, Wanted
from infobank.usecases.vault.shelf import Part, Released, fetch, read_columns, read_shelves
from infobank.vault.manifest import Manifest
from infobank.vocabulary.category import Category, Record
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies


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
    grouped: GroupedLog
    alarm: Alarm
    clock: Clock
    policies: Policies
    tenant: UUID

    async def __call__(self, resident: ResidentId) -> list[Holding]:
        """Return what is held, category by category, from the manifest alone.

        Raises:
            SealBrokenError: the manifest is not what was stored.
        """
        manifest = await self.alarm.over(resident, self._manifest(resident))
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

    async def records(
        self, resident: ResidentId, category: Category, by: GivenBy = GivenBy.SELF
    ) -> list[Record]:
        """Return all of the resident's records of a category, in order of day.

        Raises:
            SealBrokenError: a block is not what was stored.
        """
        opened = await self.keyservice.open([resident])
        entry = _entry(resident, category, by, self.clock.now())
        draft = Draft(entry, opened[resident].log_key())
        part = Part(category, Period(EARLIEST, date.max), [resident])
        async with beside(fetch(self.units.direct, self.tenant, opened, [part])) as fetching:
            async with self.grouped.recorded([draft]) as [recorded]:
                wanted = Wanted(resident, category.number, recorded.entry)
            (key,) = await self.keyservice.release([wanted])
            released = [Released(category, part.period, {resident: key})]
            reading = read_columns(
                self.units.direct,
                self.keyservice,
                self.tenant,
                opened,
                released,
                fetching=fetching,
            )
            (found,) = await self.alarm.over(resident, reading)
        return found[resident].records()

    async def _manifest(self, resident: ResidentId) -> Manifest:
        opener = self.keyservice.open
        shelves = await read_shelves(self.units.direct, opener, self.tenant, [resident])
        return shelves[resident].manifest


def _entry(resident: ResidentId, category: Category, by: GivenBy, now: datetime) -> Entry:
    shown = {"category": category.code, **by_whom(by)}
    return Entry(EntryKind.OWN_READ, now, resident, shown, {})
