"""Deposit records: seal them into the vault, and log that it happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock, day_in
from infobank.db import accounts, vault
from infobank.db.unit import Unit, Units
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record as RecordEntry
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.keyservice import KeyService
from infobank.usecases.vault.shelf import Shelf, open_shelves
from infobank.usecases.vault.writing import Change, Work, begin, confirm, hidden, write
from infobank.vault.manifest import ManifestEntry, ManifestState
from infobank.vault.spans import Merged, by_span, in_order, merge
from infobank.vocabulary.category import Category, Field, FieldType, Record, Value
from infobank.vocabulary.columns import MOMENTS_A_DAY, Columns
from infobank.vocabulary.identifiers import ResidentId

_Found: TypeAlias = tuple[bytes | None, Columns]
"""A stored block, and the records that fall into it."""

EARLIEST = date(1900, 1, 1)
"""No record is older than anybody alive."""


@dataclass(frozen=True)
class Deposited:
    """How many records were new, replaced another value, or were there already."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Deposited") -> "Deposited":
        return Deposited(
            self.added + other.added, self.changed + other.changed, self.same + other.same
        )


@dataclass(frozen=True)
class _Written:
    """One resident's part of a deposit; it changes nothing when all was there already."""

    shelf: Shelf
    deposited: Deposited
    change: Change | None


@dataclass(frozen=True)
class Deposit:
    """Put records of one category into the vault, for any number of residents at once."""

    units: Units
    keyservice: KeyService
    record: RecordEntry
    alarm: Alarm
    clock: Clock
    zone: str
    tenant: UUID

    async def __call__(
        self, category: Category, source: str, records: Mapping[ResidentId, Sequence[Record]]
    ) -> Deposited:
        """Deposit all of the records, or none.

        `source` names where they came from, such as a mapping's code.  The same value
        again changes nothing; another value makes a new generation of its block.

        Raises:
            InvalidInputError: a record is in the future, or a value is out of range.
            NotFoundError: a resident is unknown.
            SealBrokenError: something stored for a resident is not what was stored.
        """
        check_types(category, records)
        found = {who: Columns.of(category.time, part) for who, part in records.items() if part}
        return await self.columns(category, source, found)

    async def columns(
        self, category: Category, source: str, found: Mapping[ResidentId, Columns]
    ) -> Deposited:
        """Deposit records in columns, in any order; of several of one moment the last counts.

        Raises:
            InvalidInputError: a record is in the future, or a value is out of range.
            NotFoundError: a resident is unknown.
            SealBrokenError: something stored for a resident is not what was stored.
        """
        now = self.clock.now()
        records = {resident: in_order(found[resident]) for resident in sorted(found)}
        check_columns(category, list(records.values()), day_in(self.zone, now))
        if not records:
            return Deposited()
        keys = await self.release(category, source, list(records), now)
        deposited = await self.alarm.over(None, self._deposit(category, source, records, keys, now))
        again = sum(len(part) - len(records[resident]) for resident, part in found.items())
        return deposited + Deposited(same=again)

    async def release(
        self, category: Category, source: str, residents: Sequence[ResidentId], now: datetime
    ) -> dict[ResidentId, bytes]:
        """Record that a deposit begins, durably; return the category's key of each resident.

        Raises:
            KeyRefusedError: a resident has no key.
        """
        work = Work(EntryKind.DEPOSIT_BEGUN, category, {"source": source}, residents, now)
        return await begin(self.units, self.record, self.keyservice.release, work)

    async def _deposit(
        self,
        category: Category,
        source: str,
        records: Mapping[ResidentId, Columns],
        keys: Mapping[ResidentId, bytes],
        now: datetime,
    ) -> Deposited:
        residents = list(keys)
        async with self.units() as unit:
            if len(await accounts.lock_residents(unit, residents)) < len(residents):
                raise NotFoundError("there is no such resident")
            # INVARIANT: asked under the lock, so that no other deposit comes between.
            opened = await self.keyservice.open(residents)
            shelves = await open_shelves(unit, self.tenant, opened)
            spans = {
                resident: dict(by_span(category.span, records[resident])) for resident in residents
            }
            held = await _held(unit, category, shelves, spans)
            written = [
                _put(shelves[resident], keys[resident], category, spans[resident], held)
                for resident in residents
            ]
            changes = [part.change for part in written if part.change]
            if changes:
                await write(unit, self.keyservice, changes)
            entries = (_entry(part, category, source, now) for part in written)
            await self.record(unit, *entries, opened=opened)
            await unit.commit()
        await confirm(self.keyservice, changes)
        return sum((part.deposited for part in written), Deposited())


def check_types(category: Category, records: Mapping[ResidentId, Sequence[Record]]) -> None:
    """Accept records that have a value of the right type, or None, for every field.

    Raises:
        InvalidInputError: naming the field and the rule, never the value.
    """
    for record in (record for found in records.values() for record in found):
        if len(record.values) != len(category.fields):
            raise InvalidInputError("a record must have every field", field="values")
        for field, value in zip(category.fields, record.values, strict=True):
            field.check(value)


def check_columns(category: Category, found: Sequence[Columns], today: date) -> None:
    """Accept records, in rising order of time, that may be deposited today.

    Raises:
        InvalidInputError: naming the field and the rule, never the value.
    """
    a_day = MOMENTS_A_DAY[category.time]
    first, end = EARLIEST.toordinal() * a_day, (today.toordinal() + 1) * a_day
    for columns in found:
        if not first <= columns.moments[0] <= columns.moments[-1] < end:
            raise InvalidInputError(
                "a record's day must lie between 1900 and today", field="observed"
            )
        if len(columns.values) != len(category.fields):
            raise InvalidInputError("a record must have every field", field="values")
        for field, column in zip(category.fields, columns.values, strict=True):
            _check_column(field, column)


def _check_column(field: Field, column: Sequence[Value]) -> None:
    """Accept the values of one field; of numbers, the least and the greatest tell."""
    found: Collection[Value]
    number = field.type is FieldType.NUMBER
    try:
        found = (min(column), max(column)) if number else set(column)  # type: ignore[type-var]
    except TypeError:  # something absent, or a text, stands among the numbers
        found = set(column)
    for value in found:
        field.check(value)


async def _held(
    unit: Unit,
    category: Category,
    shelves: Mapping[ResidentId, Shelf],
    spans: Mapping[ResidentId, Mapping[date, Columns]],
) -> dict[tuple[ResidentId, bytes], bytes]:
    """Fetch the stored blocks that the records fall into."""
    wanted = []
    for resident, starts in spans.items():
        for start in starts:
            entry = shelves[resident].manifest.entry(category.number, start)
            if entry is not None:
                wanted.append((resident, entry.tag))
    return await vault.blocks_of(unit, wanted) if wanted else {}


def _put(
    shelf: Shelf,
    key: bytes,
    category: Category,
    spans: Mapping[date, Columns],
    held: Mapping[tuple[ResidentId, bytes], bytes],
) -> _Written:
    deposited, blocks = Deposited(), []
    for start, incoming in spans.items():
        listed = shelf.manifest.entry(category.number, start)
        stored = held.get((shelf.resident, listed.tag)) if listed is not None else None
        merged = _merge(shelf, key, category, listed, (stored, incoming))
        same = len(incoming) - merged.added - merged.changed
        deposited += Deposited(merged.added, merged.changed, same)
        if merged.added or merged.changed:
            blocks.append(shelf.seal(key, category, start, merged.columns))
    if not blocks:
        return _Written(shelf, deposited, None)
    manifest = shelf.manifest.put(entry for entry, _ in blocks)
    return _Written(shelf, deposited, Change.of(shelf, manifest, blocks))


def _merge(
    shelf: Shelf, key: bytes, category: Category, listed: ManifestEntry | None, found: _Found
) -> Merged:
    stored, incoming = found
    held = shelf.open(key, category, listed, stored) if listed is not None else None
    return merge(held, incoming)


def _entry(part: _Written, category: Category, source: str, now: datetime) -> Entry:
    unchanged = ManifestState(part.shelf.manifest.version, b"")
    return Entry(
        kind=EntryKind.DEPOSIT,
        at=now,
        resident=part.shelf.resident,
        shown={
            "category": category.code,
            "source": source,
            "added": part.deposited.added,
            "changed": part.deposited.changed,
            "same": part.deposited.same,
        },
        hidden=part.change.hidden if part.change else hidden(unchanged, 0),
    )
