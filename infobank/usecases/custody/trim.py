"""Take records out of the vault whose time is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts, vault
from infobank.db.ending import holds
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record as RecordEntry
from infobank.usecases.custody.caretaker import Caretaker
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.keyservice import KeyService, OpenedResident
from infobank.usecases.vault.shelf import Shelf, open_shelves, read_shelves
from infobank.usecases.vault.writing import Change, Work, begin, confirm, write
from infobank.vault.ending.retention import Over, RetentionPolicy, over, without
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vocabulary.category import Category
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Trimmed:
    """How many records went, of how many residents, and how many residents a seal was broken of.

    Of the last nothing went, and an alarm is in the log.
    """

    records: int = 0
    residents: int = 0
    broken: int = 0

    def __add__(self, other: "Trimmed") -> "Trimmed":
        return Trimmed(
            self.records + other.records,
            self.residents + other.residents,
            self.broken + other.broken,
        )


@dataclass(frozen=True)
class _Rest:
    """One resident's blocks of a category as they are to be, and how many records went."""

    change: Change
    records: int


@dataclass(frozen=True)
class Trim:
    """Look through residents' manifests, and seal again what is left of blocks that are over.

    Blocks that hold nothing else go unopened.  Of residents under a legal hold nothing goes.
    """

    units: Units
    keyservice: KeyService
    caretaker: Caretaker
    record: RecordEntry
    alarm: Alarm
    clock: Clock
    policies: Policies
    rules: RetentionPolicy
    tenant: UUID

    async def __call__(self, residents: Sequence[ResidentId], today: date) -> Trimmed:
        """Trim every category of some residents; doing it twice changes nothing more.

        Raises:
            UnavailableError: a database or the key service is away.
        """
        resident = residents[0] if len(residents) == 1 else None
        try:
            return await self.alarm.over(resident, self._all(residents, today))
        except KeyMissingError:
            if resident is not None:
                return Trimmed()  # erased meanwhile
        except SealBrokenError:
            if resident is not None:
                return Trimmed(broken=1)
        # One of many: the others are not to wait for whoever mends it.
        done = Trimmed()
        for each in residents:
            done += await self([each], today)
        return done

    async def _all(self, residents: Sequence[ResidentId], today: date) -> Trimmed:
        shelves = await read_shelves(self.units.direct, self._survey, self.tenant, residents)
        done = Trimmed()
        for category in self.policies.categories.values():
            first = self.rules.first_kept(category.code, today)
            if first is not None:
                done += await self._category(category, first, shelves)
        return done

    async def _survey(self, residents: Sequence[ResidentId]) -> dict[ResidentId, OpenedResident]:
        """Return residents' keys, as the caretaker may know them.

        Raises:
            SealBrokenError: a wrapped key is not what was stored.
        """
        found = {}
        for resident, opened in (await self.caretaker.survey(residents)).items():
            if opened is None:
                raise SealBrokenError
            if not opened.erased:
                found[resident] = opened
        return found

    async def _category(
        self, category: Category, first: date, shelves: Mapping[ResidentId, Shelf]
    ) -> Trimmed:
        """Take a category's records before a day away from those residents who have some."""
        found = {
            resident: what
            for resident, shelf in shelves.items()
            if (what := over(shelf.manifest, category.number, first)) != Over()
        }
        held = await holds.held(self.units.direct, list(found)) if found else set()
        residents = sorted(found.keys() - held)
        partly = [resident for resident in residents if found[resident].partly]
        if not residents:
            return Trimmed()
        keys = await self._release(category, partly, first) if partly else {}
        return await self._carry_out(category, first, residents, keys)

    async def _release(
        self, category: Category, residents: list[ResidentId], first: date
    ) -> dict[ResidentId, bytes]:
        """Record that blocks are about to be opened, durably; return the category's keys."""
        said, now = {"before": first.isoformat()}, self.clock.now()
        work = Work(EntryKind.RETENTION, category, said, residents, now)
        return await begin(self.units, self.record, self.caretaker.retire, work)

    async def _carry_out(
        self,
        category: Category,
        first: date,
        wanted: list[ResidentId],
        keys: Mapping[ResidentId, bytes],
    ) -> Trimmed:
        async with self.units() as unit:
            # INVARIANT: under the residents' lock: no deposit comes between, and no hold.
            there = set(await accounts.lock_residents(unit, wanted))
            residents = sorted(there - await holds.held(unit, wanted))
            opened = await self._survey(residents)
            shelves = await open_shelves(unit, self.tenant, opened)
            rests = [
                rest
                for shelf in shelves.values()
                if (rest := await _rest(unit, shelf, category, first, keys.get(shelf.resident)))
            ]
            if not rests:
                return Trimmed()
            changes = [rest.change for rest in rests]
            await write(unit, self.keyservice, changes)
            now = self.clock.now()
            entries = (_entry(rest, category, first, now) for rest in rests)
            await self.record(unit, *entries, opened=opened)
            await unit.commit()
        await confirm(self.keyservice, changes)
        return Trimmed(sum(rest.records for rest in rests), len(rests))


async def _rest(
    unit: Unit, shelf: Shelf, category: Category, first: date, key: bytes | None
) -> _Rest | None:
    """Return what is left of a resident's category; None when there is nothing to do.

    Without a key nothing is opened: what was deposited meanwhile waits for the next run.
    """
    what = over(shelf.manifest, category.number, first)
    partly = what.partly if key is not None else ()
    stored = await vault.blocks_of(unit, [(shelf.resident, each.tag) for each in partly])
    kept_days = Period(first, date.max)
    written, records = [], sum(each.records for each in what.whole)
    for entry in partly:
        block = stored.get((shelf.resident, entry.tag))
        held = shelf.open(key or b"", category, entry, block)
        kept = held.within(kept_days)
        records += len(held) - len(kept)
        written.append(shelf.seal(key or b"", category, entry.start, kept))
    if not what.whole and not written:
        return None
    manifest = without(shelf.manifest, what.whole, [entry for entry, _ in written])
    return _Rest(Change.of(shelf, manifest, written, what.whole), records)


def _entry(rest: _Rest, category: Category, first: date, now: datetime) -> Entry:
    return Entry(
        kind=EntryKind.RETENTION,
        at=now,
        resident=rest.change.shelf.resident,
        shown={
            "what": "records",
            "category": category.code,
            "before": first.isoformat(),
            "records": rest.records,
        },
        hidden=rest.change.hidden,
    )
