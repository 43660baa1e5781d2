"""Show a resident what a recipient would get of hers, before anybody gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock, day_in
from infobank.consent.answers.answer import Answer, answer
from infobank.consent.answers.inquiry import Asked, Inquiry
from infobank.consent.coarsen import coarsen
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.rights.entries import by_whom
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.keyservice import KeyService, Wanted
from infobank.usecases.vault.shelf import Released, read_columns
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.precision import NumberStep
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Previewed:
    """The records of an item as they would leave; the columns stand in the order of its fields."""

    item: Item
    columns: Columns


@dataclass(frozen=True)
class Answered:
    """A question that may be asked about an item, and what the bank would answer today."""

    asked: Asked
    answer: Answer


@dataclass(frozen=True)
class Preview:
    """Open a resident's own vault as a release would.  Her looking is logged like anybody's."""

    units: Units
    keyservice: KeyService
    record: Record
    alarm: Alarm
    clock: Clock
    policies: Policies
    inquiries: Mapping[str, Inquiry]
    tenant: UUID
    zone: str

    async def __call__(
        self, resident: ResidentId, items: Sequence[Item], by: GivenBy = GivenBy.SELF
    ) -> list[Previewed]:
        """Return the very records of each item, coarsened as they would leave.

        Raises:
            SealBrokenError: a block is not what was stored.
        """
        if not items:
            return []
        opened = await self.keyservice.open([resident])
        async with self.units() as unit:
            entries = [self._entry(resident, item, by) for item in items]
            looks = await self.record(unit, *entries)
            await unit.commit()
        wanted = [
            Wanted(resident, self.policies.category(item.category).number, look)
            for item, look in zip(items, looks, strict=True)
        ]
        keys = await self.keyservice.release(wanted)
        released = [
            self._released(resident, item, key) for item, key in zip(items, keys, strict=True)
        ]
        reading = read_columns(self.units.direct, self.keyservice, self.tenant, opened, released)
        found = await self.alarm.over(resident, reading)
        return [
            Previewed(item, self._coarsened(item, part[resident]))
            for item, part in zip(items, found, strict=True)
        ]

    async def answers(
        self, resident: ResidentId, items: Sequence[Item], by: GivenBy = GivenBy.SELF
    ) -> list[Answered]:
        """Return each question that consent to these items would allow, with its answer today.

        Of the numbers that a question leaves open the largest is taken: it tells most.

        Raises:
            SealBrokenError: a block is not what was stored.
        """
        today = day_in(self.zone, self.clock.now())
        possible = (
            (_fitting(inquiry, item, today), item)
            for inquiry in self.inquiries.values()
            for item in items
            if inquiry.category == item.category and inquiry.field in item.names
        )
        asked = [(each, item) for each, item in possible if each is not None]
        wanted = [
            replace(item, fields=(each.inquiry.field,), period=each.period or item.period)
            for each, item in asked
        ]
        found = await self(resident, wanted, by)
        return [
            Answered(each, answer(each, part.columns, self._width(each, item)))
            for (each, item), part in zip(asked, found, strict=True)
        ]

    def _entry(self, resident: ResidentId, item: Item, by: GivenBy) -> Entry:
        shown = {"category": item.category, **by_whom(by)}
        return Entry(EntryKind.OWN_READ, self.clock.now(), resident, shown, {})

    def _released(self, resident: ResidentId, item: Item, key: bytes) -> Released:
        category = self.policies.category(item.category)
        # INVARIANT: as in a release, only the fields that are asked for are read at all.
        places = tuple(category.field_names.index(name) for name in item.fields)
        return Released(category, item.period, {resident: key}, places)

    def _coarsened(self, item: Item, columns: Columns) -> Columns:
        category = self.policies.category(item.category)
        fields = [category.field(name) for name in item.fields]
        return coarsen(columns, fields, item.precision, self.policies.places)

    def _width(self, asked: Asked, item: Item) -> int:
        field = self.policies.category(item.category).field(asked.inquiry.field)
        return field.band if item.precision.number is NumberStep.BAND else 1


def _fitting(inquiry: Inquiry, item: Item, today: date) -> Asked | None:
    """Return a question with the largest number for which the item holds all days it reads."""
    asked = (Asked(inquiry, number, today) for number in reversed(inquiry.choices))
    return next((each for each in asked if item.period.covers(each.period or item.period)), None)
