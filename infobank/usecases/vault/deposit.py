"""Deposit records: seal them into the vault, and log that it happened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType
from typing import TypeAlias
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock, day_in
from infobank.db import accounts, vault
from infobank.db.unit import Unit, Units
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record as RecordEntry
from infobank.usecases.vault.keyservice import KeyService
from infobank.usecases.vault.shelf import Shelf, open_shelves
from infobank.vault.envelope import digest
from infobank.vault.manifest import Manifest, ManifestEntry
from infobank.vault.spans import Merged, merge, span_start
from infobank.vocabulary.category import Category, Field, FieldType, Record, Value
from infobank.vocabulary.identifiers import ResidentId

Spans: TypeAlias = Mapping[date, Sequence[Record]]
"""Records by the start of the block they fall into."""

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
    """One resident's part of a deposit."""

    resident: ResidentId
    deposited: Deposited
    blocks: tuple[tuple[ManifestEntry, bytes], ...]
    manifest: Manifest
    stored_manifest: bytes


@dataclass(frozen=True)
class Deposit:
    """Put records of one category into the vault, for any number of residents at once."""

    units: Units
    keyservice: KeyService
    record: RecordEntry
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
        now = self.clock.now()
        check_records(category, records, day_in(self.zone, now))
        residents = sorted(records)
        if not residents:
            return Deposited()
        keys = await self.keyservice.resident_keys(residents)
        async with self.units() as unit:
            if len(await accounts.lock_residents(unit, residents)) < len(residents):
                raise NotFoundError("there is no such resident")
            shelves = await open_shelves(unit, self.tenant, keys)
            spans = {resident: _spans(category, records[resident]) for resident in residents}
            held = await _held(unit, category, shelves, spans)
            written = [
                _put(shelves[resident], category, spans[resident], held) for resident in residents
            ]
            await _store(unit, written)
            await self.record(unit, *(_entry(part, category, source, now) for part in written))
            await unit.commit()
        return sum((part.deposited for part in written), Deposited())


def check_records(
    category: Category, records: Mapping[ResidentId, Sequence[Record]], today: date
) -> None:
    """Accept records that may be deposited today.

    Raises:
        InvalidInputError: naming the field and the rule, never the value.
    """
    everything = [record for found in records.values() for record in found]
    if not everything:
        return
    days = [record.observed for record in everything]
    if not EARLIEST <= min(days) <= max(days) <= today:
        raise InvalidInputError("a record's day must lie between 1900 and today", field="observed")
    if {len(record.values) for record in everything} != {len(category.fields)}:
        raise InvalidInputError("a record must have every field", field="values")
    columns = zip(*(record.values for record in everything), strict=True)
    for field, column in zip(category.fields, columns, strict=True):
        _check_column(field, column)


def _check_column(field: Field, column: Sequence[Value]) -> None:
    """Accept the values of one field; of whole numbers, the least and the greatest tell."""
    if field.type is FieldType.NUMBER and set(map(type, column)) <= {int, NoneType}:
        present = [value for value in column if isinstance(value, int)]
        column = (min(present), max(present)) if present else ()
    for value in column:
        field.check(value)


def _spans(category: Category, records: Sequence[Record]) -> Spans:
    """Return the records by the start of the block they fall into."""
    found: defaultdict[date, list[Record]] = defaultdict(list)
    for record in records:
        found[span_start(category.span, record.observed)].append(record)
    return found


async def _held(
    unit: Unit,
    category: Category,
    shelves: Mapping[ResidentId, Shelf],
    spans: Mapping[ResidentId, Spans],
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
    category: Category,
    spans: Spans,
    held: Mapping[tuple[ResidentId, bytes], bytes],
) -> _Written:
    deposited, blocks = Deposited(), []
    for start, incoming in sorted(spans.items()):
        merged = _merge(shelf, category, start, incoming, held)
        deposited += Deposited(merged.added, merged.changed, merged.same)
        if merged.added or merged.changed:
            blocks.append(shelf.seal(category, start, merged.records))
    manifest, stored = shelf.manifest, b""
    if blocks:
        manifest = manifest.put(entry for entry, _ in blocks)
        stored = shelf.seal_manifest(manifest)
    return _Written(shelf.resident, deposited, tuple(blocks), manifest, stored)


def _merge(
    shelf: Shelf,
    category: Category,
    start: date,
    incoming: Sequence[Record],
    held: Mapping[tuple[ResidentId, bytes], bytes],
) -> Merged:
    entry = shelf.manifest.entry(category.number, start)
    if entry is None:
        return merge((), incoming)
    stored = held.get((shelf.resident, entry.tag))
    return merge(shelf.open(category, entry, stored), incoming)


async def _store(unit: Unit, written: Sequence[_Written]) -> None:
    changed = [part for part in written if part.blocks]
    if not changed:
        return
    await vault.put_blocks(
        unit,
        [
            (part.resident, entry.tag, entry.generation, stored)
            for part in changed
            for entry, stored in part.blocks
        ],
    )
    await vault.put_manifests(
        unit, [(part.resident, part.manifest.version, part.stored_manifest) for part in changed]
    )


def _entry(part: _Written, category: Category, source: str, now: datetime) -> Entry:
    return Entry(
        kind=EntryKind.DEPOSIT,
        at=now,
        resident=part.resident,
        shown={
            "category": category.code,
            "source": source,
            "added": part.deposited.added,
            "changed": part.deposited.changed,
            "same": part.deposited.same,
        },
        hidden={
            "manifest_version": part.manifest.version,
            # The manifest lists every block by its hash, so its own hash stands for all.
            "manifest_digest": digest(part.stored_manifest).hex() if part.blocks else "",
            "blocks": len(part.blocks),
        },
    )
