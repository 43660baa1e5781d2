"""Write in the vault: begun and recorded, announced, put in its place, confirmed."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeAlias

from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.db import vault
from infobank.db.ending.retention import delete_blocks
from infobank.db.keys import Move
from infobank.db.unit import Unit, Units
from infobank.errors import UnavailableError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import KeyService, Wanted, residents_digest
from infobank.usecases.vault.shelf import Shelf
from infobank.vault.envelope import digest
from infobank.vault.manifest import Manifest, ManifestEntry, ManifestState
from infobank.vocabulary.category import Category
from infobank.vocabulary.identifiers import ResidentId

Give: TypeAlias = Callable[[Sequence[Wanted]], Awaitable[Sequence[bytes]]]
"""Gives out category keys, each against its durable entry, in the order asked."""


@dataclass(frozen=True)
class Work:
    """Work on one category of residents whom one entry names together; `said` is its own part."""

    kind: EntryKind
    category: Category
    said: Mapping[str, FieldValue]
    residents: Sequence[ResidentId]
    at: datetime

    def entry(self) -> Entry:
        """Return the entry that permits the work."""
        shown: dict[str, FieldValue] = {
            "category": self.category.code,
            **self.said,
            "residents": len(self.residents),
            "residents_digest": residents_digest(self.residents),
        }
        return Entry(self.kind, self.at, None, shown, {})


async def begin(units: Units, record: Record, give: Give, work: Work) -> dict[ResidentId, bytes]:
    """Record that blocks are about to be opened, durably; return the category's keys.

    Raises:
        KeyRefusedError: the entry does not permit it, or a resident has no key.
    """
    async with units() as unit:
        (begun,) = await record(unit, work.entry())
        await unit.commit()
    wanted = [Wanted(resident, work.category.number, begun) for resident in work.residents]
    return dict(zip(work.residents, await give(wanted), strict=True))


@dataclass(frozen=True)
class Change:
    """A resident's shelf, what comes onto it, what is listed no more, and the manifest of it."""

    shelf: Shelf
    written: tuple[tuple[ManifestEntry, bytes], ...]
    gone: tuple[ManifestEntry, ...]
    state: ManifestState
    sealed: bytes

    @classmethod
    def of(
        cls,
        shelf: Shelf,
        manifest: Manifest,
        written: Iterable[tuple[ManifestEntry, bytes]],
        gone: Iterable[ManifestEntry] = (),
    ) -> Self:
        """Return a change with its manifest, which follows the shelf's, sealed."""
        sealed = shelf.seal_manifest(manifest)
        state = ManifestState(manifest.version, digest(sealed))
        return cls(shelf, tuple(written), tuple(gone), state, sealed)

    @property
    def move(self) -> Move:
        """Return what is announced to the key service."""
        return Move(self.shelf.resident, self.shelf.state, self.state)

    @property
    def hidden(self) -> dict[str, FieldValue]:
        """Return what an entry about the change hides."""
        return hidden(self.state, len(self.written) + len(self.gone))


def hidden(state: ManifestState, blocks: int) -> dict[str, FieldValue]:
    """Return what an entry hides: the manifest that counts, and how many blocks were changed."""
    return {
        "manifest_version": state.version,
        # The manifest lists every block by its hash, so its own hash stands for all.
        "manifest_digest": state.digest.hex(),
        "blocks": blocks,
    }


async def write(unit: Unit, keyservice: KeyService, changes: Sequence[Change]) -> None:
    """Announce changes and put them; the unit holds the residents' locks, the caller commits.

    Raises:
        SealBrokenError: a shelf is not the one that counts.
    """
    # Announced before it is written: whichever of the two a crash leaves, counts.
    await keyservice.announce([change.move for change in changes])
    await put(unit, changes)


async def put(unit: Unit, changes: Sequence[Change]) -> None:
    """Put announced changes in their places."""
    blocks = [
        (change.shelf.resident, entry.tag, entry.generation, stored)
        for change in changes
        for entry, stored in change.written
    ]
    if blocks:
        await vault.put_blocks(unit, blocks)
    gone = [(change.shelf.resident, entry.tag) for change in changes for entry in change.gone]
    if gone:
        await delete_blocks(unit, gone)
    await vault.put_manifests(
        unit,
        [(change.shelf.resident, change.state.version, change.sealed) for change in changes],
    )


async def confirm(keyservice: KeyService, changes: Sequence[Change]) -> None:
    """Note that changes were committed, if the key service is there to note it."""
    with suppress(UnavailableError):  # the next deposit, or read, finds it announced
        await keyservice.confirm(
            [(change.shelf.resident, change.state.version) for change in changes]
        )
