"""One resident's shelf in the vault: the manifest that counts, and the blocks it lists."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from infobank.db import vault
from infobank.db.direct import Reader
from infobank.db.keys import NOTHING
from infobank.usecases.vault.keyservice import KeyService, OpenedResident
from infobank.vault.block import open_columns, seal_columns
from infobank.vault.envelope import digest
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.manifest import (
    Manifest,
    ManifestEntry,
    ManifestState,
    block_tag,
    open_manifest,
    seal_manifest,
)
from infobank.vocabulary.category import Category, Record
from infobank.vocabulary.columns import MOMENTS_A_DAY, Columns
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period

Opener: TypeAlias = Callable[[Sequence[ResidentId]], Awaitable[Mapping[ResidentId, OpenedResident]]]
"""Asks the key service what may be known of residents now."""


@dataclass(frozen=True)
class Shelf:
    """What a resident has in the vault, and the keys that tell it.

    The keys of categories are not here: each is released for one purpose, and passed in.
    """

    tenant: UUID
    resident: ResidentId
    opened: OpenedResident
    manifest: Manifest
    state: ManifestState

    def open(
        self,
        key: bytes,
        category: Category,
        entry: ManifestEntry,
        stored: bytes | None,
        places: Sequence[int] | None = None,
    ) -> Columns:
        """Open the block that a manifest entry lists, with its category's key.

        `places` chooses fields of the category; None means all.

        Raises:
            SealBrokenError: it is missing, or is not exactly the listed one.
        """
        if stored is None:
            raise SealBrokenError
        entry.confirm(stored)
        expected = self._header(entry.tag, entry.generation)
        return open_columns(key, expected, category, stored, places)

    def seal(
        self, key: bytes, category: Category, start: date, columns: Columns
    ) -> tuple[ManifestEntry, bytes]:
        """Seal records as the next generation of their block; return its entry and its bytes."""
        held = self.manifest.entry(category.number, start)
        generation = held.generation + 1 if held else 1
        tag = block_tag(self.opened.tag_key(), category.number, start)
        stored = seal_columns(key, self._header(tag, generation), category, columns)
        a_day = MOMENTS_A_DAY[category.time]
        first, last = (date.fromordinal(columns.moments[at] // a_day) for at in (0, -1))
        entry = ManifestEntry(
            tag,
            category.number,
            start,
            generation,
            digest(stored),
            len(columns),
            first,
            last,
        )
        return entry, stored

    def seal_manifest(self, manifest: Manifest) -> bytes:
        """Seal a new version of the manifest."""
        return seal_manifest(
            self.opened.manifest_key(),
            ManifestHeader(self.tenant, self.resident, self.opened.version, manifest.version),
            manifest,
        )

    def _header(self, tag: bytes, generation: int) -> BlockHeader:
        return BlockHeader(self.tenant, self.resident, tag, self.opened.version, generation)


async def open_shelves(
    reader: Reader, tenant: UUID, opened: Mapping[ResidentId, OpenedResident]
) -> dict[ResidentId, Shelf]:
    """Open residents' manifests; a resident who never deposited has an empty shelf.

    The key service's word on which manifest counts was fetched before (`opened`): what
    is read here can only be that one, the one that was announced, or a newer one.

    Raises:
        SealBrokenError: a manifest is not the one that counts.  When a deposit came
            between, another try with the key service's newest word succeeds.
    """
    stored = await vault.manifests_of(reader, sorted(opened))
    return {
        resident: _shelf(tenant, resident, found, stored.get(resident))
        for resident, found in opened.items()
    }


def _shelf(
    tenant: UUID, resident: ResidentId, opened: OpenedResident, kept: vault.StoredManifest | None
) -> Shelf:
    if opened.erased:  # what is stored of hers may go a moment later
        raise KeyMissingError("the resident was erased")
    state = ManifestState(kept.version, digest(kept.stored)) if kept else NOTHING
    # INVARIANT: an older manifest that was put back, or taken away, does not count.
    if state not in {opened.held, opened.following}:
        raise SealBrokenError
    manifest = Manifest()
    if kept is not None:
        header = ManifestHeader(tenant, resident, opened.version, kept.version)
        manifest = open_manifest(opened.manifest_key(), header, kept.stored)
    return Shelf(tenant, resident, opened, manifest, state)


async def read_shelves(
    reader: Reader, opener: Opener, tenant: UUID, residents: Sequence[ResidentId]
) -> dict[ResidentId, Shelf]:
    """Open residents' manifests as they count now.

    Raises:
        SealBrokenError: a manifest is not the one that counts, or a wrapped key is broken;
            found twice, because a deposit between key and manifest looks the same.
    """
    try:
        return await open_shelves(reader, tenant, await opener(residents))
    except SealBrokenError:
        return await open_shelves(reader, tenant, await opener(residents))


@dataclass(frozen=True)
class Part:
    """A category of some residents, over a period."""

    category: Category
    period: Period
    residents: Collection[ResidentId]


@dataclass(frozen=True)
class Released:
    """A category, its period that is wanted, its key for each resident, and which fields.

    `places` are the places of fields in the category, in the order wanted; None means all.
    """

    category: Category
    period: Period
    keys: Mapping[ResidentId, bytes]
    places: tuple[int, ...] | None = None

    @property
    def part(self) -> Part:
        """Return what is fetched to be opened with the keys."""
        return Part(self.category, self.period, self.keys.keys())


Fetched: TypeAlias = list[list[tuple[Shelf, ManifestEntry, bytes | None]]]
"""The blocks of each part, still sealed: on whose shelf, as what, and what is stored."""


async def fetch(
    reader: Reader,
    tenant: UUID,
    opened: Mapping[ResidentId, OpenedResident],
    parts: Sequence[Part],
) -> Fetched:
    """Fetch the blocks that the manifests list; none can be opened without its category's key.

    Raises:
        SealBrokenError: a manifest is not the one that counts.
    """
    shelves = await open_shelves(reader, tenant, opened)
    listed = [
        [
            (shelves[resident], entry)
            for resident in part.residents
            for entry in shelves[resident].manifest.within(part.category.number, part.period)
        ]
        for part in parts
    ]
    wanted = [(shelf.resident, entry.tag) for found in listed for shelf, entry in found]
    stored = await vault.blocks_of(reader, wanted) if wanted else {}
    return [
        [(shelf, entry, stored.get((shelf.resident, entry.tag))) for shelf, entry in found]
        for found in listed
    ]


async def read_records(
    reader: Reader,
    keyservice: KeyService,
    tenant: UUID,
    opened: Mapping[ResidentId, OpenedResident],
    released: Sequence[Released],
) -> list[dict[ResidentId, list[Record]]]:
    """Open as `read_columns` does, and return record by record."""
    parts = await read_columns(reader, keyservice, tenant, opened, released)
    return [{resident: found.records() for resident, found in part.items()} for part in parts]


async def read_columns(
    reader: Reader,
    keyservice: KeyService,
    tenant: UUID,
    opened: Mapping[ResidentId, OpenedResident],
    released: Sequence[Released],
    *,
    fetching: Awaitable[Fetched] | None = None,
) -> list[dict[ResidentId, Columns]]:
    """Open what residents have of categories in their periods, from the manifest that counts.

    Manifest and blocks are two reads: a deposit between them looks like a broken seal.
    So a broken seal is believed when it is found twice.  The caller has recorded, durably,
    that it may read; each part of `released` gives one part of the answer, in order of time.
    `fetching` are the blocks of these parts, when they are on their way already.

    Raises:
        SealBrokenError: what is stored is not what was deposited.
    """
    parts = [each.part for each in released]
    try:
        return _opened(released, await (fetching or fetch(reader, tenant, opened, parts)))
    except SealBrokenError:
        opened = await keyservice.open(list(opened))
        return _opened(released, await fetch(reader, tenant, opened, parts))


def _opened(released: Sequence[Released], fetched: Fetched) -> list[dict[ResidentId, Columns]]:
    return [_part(part, blocks) for part, blocks in zip(released, fetched, strict=True)]


def _part(
    part: Released, blocks: Sequence[tuple[Shelf, ManifestEntry, bytes | None]]
) -> dict[ResidentId, Columns]:
    found: dict[ResidentId, list[Columns]] = {resident: [] for resident in part.keys}
    for shelf, entry, stored in blocks:
        key = part.keys[shelf.resident]
        columns = shelf.open(key, part.category, entry, stored, part.places)
        found[shelf.resident].append(columns.within(part.period))
    width = len(part.category.fields if part.places is None else part.places)
    return {
        resident: Columns.joined(part.category.time, width, opened)
        for resident, opened in found.items()
    }
