"""A resident's whole history, entry by entry, each with what proves it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from operator import itemgetter

from infobank.accesslog.commitment import commit
from infobank.accesslog.entry import instant_text
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.writer import open_sealed
from infobank.db import accesslog
from infobank.db.accesslog import KeptCheckpoint, KeptEntry
from infobank.db.unit import Units
from infobank.usecases.accesslog.prove import Prove
from infobank.vocabulary.identifiers import ResidentId

PAGE = 200
"""Entries opened at a time: memory stays flat over any history."""


@dataclass(frozen=True)
class Trail:
    """Read all that was logged about one resident, with her log key."""

    units: Units
    prove: Prove
    resident: ResidentId
    key: bytes

    async def lines(self) -> AsyncIterator[str]:
        """Yield every entry as one line of JSON: what waits for its place, then the log backwards.

        Raises:
            LogTamperedError: an entry is not the one that was logged.
        """
        async with self.units() as unit:
            waiting = await accesslog.waiting_of(unit, self.resident)
        newest = sorted(map(self._opened, waiting), key=itemgetter("at"), reverse=True)
        for opened in newest:
            yield json.dumps(opened, ensure_ascii=False)
        async for page in self._pages(None):
            for entry in page:
                yield json.dumps(self._opened(entry), ensure_ascii=False)

    async def proofs(self, newest: KeptCheckpoint) -> AsyncIterator[tuple[int, bytes]]:
        """Yield index and proof file of every entry in a signed tree, newest first."""
        async for page in self._pages(newest.size):
            documents = [(entry, self._document(entry)) for entry in page]
            for found in await self.prove.inclusions(newest, documents):
                yield found

    async def _pages(self, before: int | None) -> AsyncIterator[list[KeptEntry]]:
        while True:
            async with self.units() as unit:
                page = await accesslog.history(unit, self.resident, before, PAGE)
            if not page:
                return
            yield page
            before = page[-1].index

    def _opened(self, kept: KeptEntry) -> dict[str, object]:
        leaf = Leaf.parse(kept.leaf)
        entry, _ = open_sealed(self.key, kept.sealed, leaf)
        return {
            "index": kept.index,
            "in_effect": leaf.in_effect,
            "kind": entry.kind.value,
            "at": instant_text(entry.at),
            **entry.shown,
            **entry.hidden,
        }

    def _document(self, kept: KeptEntry) -> bytes:
        """Return what opens every field of an entry."""
        entry, blinder = open_sealed(self.key, kept.sealed, Leaf.parse(kept.leaf))
        committed = commit(entry, blinder)
        return committed.document([opening.name for opening in committed.openings])
