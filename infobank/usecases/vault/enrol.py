"""Find the residents that a source's identifiers belong to, and make those that are new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.accesslog.record import Record
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Enrol:
    """Resolve identifiers of a source through the keyed index; the identifier is not kept."""

    units: Units
    keyservice: KeyService
    record: Record
    clock: Clock
    entropy: Entropy

    async def __call__(
        self, source: str, identifiers: Iterable[str], *, create: bool, synthetic: bool = False
    ) -> dict[str, ResidentId]:
        """Return the resident of each identifier; unknown ones are made or left out.

        A new resident's keys are durable before the resident is: an unused key is harmless.
        """
        names = list(dict.fromkeys(identifiers))
        indexes = await self.keyservice.index("source", [(source, name) for name in names])
        async with self.units() as unit:
            found = await accounts.residents_of(unit, indexes)
        missing = [index for index in dict.fromkeys(indexes) if index not in found]
        if create and missing:
            found |= await self._make(missing, synthetic=synthetic)
        # Two spellings may mean one identifier: then both names have the same resident.
        named = zip(names, indexes, strict=True)
        return {name: found[index] for name, index in named if index in found}

    async def _make(self, indexes: list[bytes], *, synthetic: bool) -> dict[bytes, ResidentId]:
        now = self.clock.now()
        made = {index: ResidentId(new_uuid(self.entropy)) for index in indexes}
        await self.keyservice.create(list(made.values()))
        marks = await MarkCircumstances(self.keyservice).new(list(made.values()))
        marked = dict(zip(made.values(), marks, strict=True))
        async with self.units() as unit:
            linked = await accounts.link_sources(unit, made)
            if linked:
                new = {each: marked[each] for each in linked.values()}
                await accounts.add_residents(unit, new, now, synthetic=synthetic)
                await self.record(unit, *(_entry(found, now) for found in linked.values()))
            await unit.commit()
        if len(linked) < len(made):  # somebody else linked some of them first
            async with self.units() as unit:
                return await accounts.residents_of(unit, indexes)
        return linked


def _entry(resident: ResidentId, now: datetime) -> Entry:
    return Entry(kind=EntryKind.KEY_CREATED, at=now, resident=resident, shown={}, hidden={})
