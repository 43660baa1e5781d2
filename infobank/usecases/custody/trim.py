"""Take records out of the vault whose time is over."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts, vault
from infobank.db.ending import holds, retention
from infobank.db.keys import Move
from infobank.db.unit import Unit, Units
from infobank.errors import UnavailableError
from infobank.usecases.accesslog.record import Record as RecordEntry
from infobank.usecases.custody.caretaker import Caretaker
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.keyservice import (
    KeyService,
    OpenedResident,
    Wanted,
    residents_digest,
)
from infobank.usecases.vault.shelf import Shelf, open_shelves
from infobank.vault.ending.retention import Over, RetentionPolicy, over, without
from infobank.vault.envelope import digest
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.manifest import Manifest, ManifestEntry, ManifestState
from infobank.vocabulary.category import Category
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.policies import Policies


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

    shelf: Shelf
    gone: tuple[ManifestEntry, ...]
    written: tuple[tuple[ManifestEntry, bytes], ...]
    manifest: Manifest
    stored_manifest: bytes
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
        reader, done = self.units.direct, Trimmed()
        try:
            shelves = await open_shelves(reader, self.tenant, await self._survey(residents))
        except SealBrokenError:  # or a deposit came between the two
            shelves = await open_shelves(reader, self.tenant, await self._survey(residents))
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
        shown: dict[str, str | int] = {
            "category": category.code,
            "before": first.isoformat(),
            "residents": len(residents),
            "residents_digest": residents_digest(residents),
        }
        begun = Entry(EntryKind.RETENTION, self.clock.now(), None, shown, {})
        async with self.units() as unit:
            (permit,) = await self.record(unit, begun)
            await unit.commit()
        wanted = [Wanted(resident, category.number, permit) for resident in residents]
        return dict(zip(residents, await self.caretaker.retire(wanted), strict=True))

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
            # Announced before it is written: whichever of the two a crash leaves, counts.
            await self.keyservice.announce([_move(rest) for rest in rests])
            await _store(unit, rests)
            now = self.clock.now()
            entries = (_entry(rest, category, first, now) for rest in rests)
            await self.record(unit, *entries, opened=opened)
            await unit.commit()
        with suppress(UnavailableError):  # the next deposit, or read, finds it announced
            await self.keyservice.confirm(
                [(rest.shelf.resident, rest.manifest.version) for rest in rests]
            )
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
    sealed = shelf.seal_manifest(manifest)
    return _Rest(shelf, what.whole, tuple(written), manifest, sealed, records)


def _move(rest: _Rest) -> Move:
    following = ManifestState(rest.manifest.version, digest(rest.stored_manifest))
    return Move(rest.shelf.resident, rest.shelf.state, following)


async def _store(unit: Unit, rests: Sequence[_Rest]) -> None:
    blocks = [
        (rest.shelf.resident, entry.tag, entry.generation, stored)
        for rest in rests
        for entry, stored in rest.written
    ]
    if blocks:
        await vault.put_blocks(unit, blocks)
    gone = [(rest.shelf.resident, entry.tag) for rest in rests for entry in rest.gone]
    if gone:
        await retention.delete_blocks(unit, gone)
    await vault.put_manifests(
        unit,
        [(rest.shelf.resident, rest.manifest.version, rest.stored_manifest) for rest in rests],
    )


def _entry(rest: _Rest, category: Category, first: date, now: datetime) -> Entry:
    return Entry(
        kind=EntryKind.RETENTION,
        at=now,
        resident=rest.shelf.resident,
        shown={
            "what": "records",
            "category": category.code,
            "before": first.isoformat(),
            "records": rest.records,
        },
        hidden={
            "manifest_version": rest.manifest.version,
            "manifest_digest": digest(rest.stored_manifest).hex(),
            "blocks": len(rest.written) + len(rest.gone),
        },
    )
