"""What happened with a resident's data, as only that resident can read it."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from infobank.accesslog.commitment import check_shown, commit
from infobank.accesslog.entry import EntryKind, FieldValue
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.writer import open_sealed, unseal
from infobank.db import accesslog
from infobank.db.accesslog import KeptEntry
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ResidentId

PAGE = 50
"""Entries a page."""

STRETCH = 100
"""Entries opened at a time while somebody looks for some of them."""

SLACK = timedelta(days=1)

MOST_OPENED = 2_000
"""Entries opened for one search at most: then it says how far it came."""


@dataclass(frozen=True)
class Event:
    """One entry, opened.

    `index` is None during the second or so before the entry has its place in the
    tree; `in_effect` is False where a permit was overtaken by a change of its consent
    and nothing was released.
    """

    index: int | None
    kind: EntryKind
    at: datetime
    in_effect: bool
    fields: Mapping[str, FieldValue]


@dataclass(frozen=True)
class Page:
    """One page of a resident's history: `placed` counts all entries that have an index.

    The first page also holds those that have none yet.
    """

    events: list[Event]
    placed: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.placed // PAGE))


@dataclass(frozen=True)
class Found:
    """What a search found, newest first; `older` is from where to go on, None at the end."""

    events: list[Event]
    older: int | None


@dataclass(frozen=True)
class History:
    """Read a resident's own entries."""

    units: Units
    keyservice: KeyService

    async def __call__(self, resident: ResidentId, before: int | None = None) -> list[Event]:
        """Return one page of the resident's events, newest first.

        Raises:
            LogTamperedError: an entry is not the one that was logged.
        """
        key = (await self.keyservice.open([resident]))[resident].log_key()
        async with self.units() as unit:
            waiting = await accesslog.waiting_of(unit, resident) if before is None else []
            placed = await accesslog.history(unit, resident, before, PAGE)
        return _newest_first(key, waiting, placed)

    async def page(self, resident: ResidentId, number: int) -> Page:
        """Return a page of the resident's events by its number, from 1, newest first.

        Raises:
            NotFoundError: there is no such page.
            LogTamperedError: an entry is not the one that was logged.
        """
        key = (await self.keyservice.open([resident]))[resident].log_key()
        async with self.units() as unit:
            waiting = await accesslog.waiting_of(unit, resident) if number == 1 else []
            size = await accesslog.history_size(unit, resident)
            skip = (number - 1) * PAGE
            placed = await accesslog.history(unit, resident, None, PAGE, skip)
        if number > 1 and not placed:
            raise NotFoundError("your history has no such page")
        return Page(_newest_first(key, waiting, placed), size)

    async def recent(self, resident: ResidentId, limit: int) -> list[Event]:
        """Return at most `limit` of the resident's events, the newest, newest first.

        Raises:
            LogTamperedError: an entry is not the one that was logged.
        """
        key = (await self.keyservice.open([resident]))[resident].log_key()
        async with self.units() as unit:
            waiting = await accesslog.waiting_of(unit, resident)
            placed = await accesslog.history(unit, resident, None, limit)
        return _newest_first(key, waiting, placed)[:limit]

    async def find(
        self, resident: ResidentId, wanted: Callable[[Event], bool], before: int | None = None
    ) -> Found:
        """Return the newest of the resident's events that are `wanted`, older than an index.

        What events say is sealed, so each is opened to be looked at, `MOST_OPENED` at most.

        Raises:
            LogTamperedError: an entry is not the one that was logged.
        """
        found: list[Event] = []
        opened = 0
        async for event in self.backwards(resident, before):
            if before is not None and (len(found) >= PAGE or opened >= MOST_OPENED):
                return Found(found, before)
            opened += 1
            if wanted(event):
                found.append(event)
            before = before if event.index is None else event.index
        return Found(found, None)

    async def between(
        self, resident: ResidentId, begins: datetime, ends: datetime
    ) -> AsyncIterator[Event]:
        """Yield the resident's events from one instant up to, without, another, newest first.

        Raises:
            LogTamperedError: an entry is not the one that was logged.
        """
        async for event in self.backwards(resident, None):
            # Entries find their places within seconds: what is a day older ends the search.
            if event.at < begins - SLACK:
                return
            if begins <= event.at < ends:
                yield event

    async def backwards(
        self, resident: ResidentId, before: int | None = None
    ) -> AsyncGenerator[Event, None]:
        """Yield the resident's events older than an index, newest first, opened one by one.

        Raises:
            LogTamperedError: an entry is not the one that was logged.
        """
        key = (await self.keyservice.open([resident]))[resident].log_key()
        waiting: list[KeptEntry] = []
        if before is None:
            async with self.units() as unit:
                waiting = await accesslog.waiting_of(unit, resident)
        for event in _newest_first(key, waiting, ()):
            yield event
        while True:
            async with self.units() as unit:
                placed = await accesslog.history(unit, resident, before, STRETCH)
            for entry in placed:
                yield _open(key, entry)
            if len(placed) < STRETCH:
                return
            before = placed[-1].index

    async def one(self, resident: ResidentId, index: int) -> tuple[Event, bytes]:
        """Return one event of the resident, and the document that opens all its fields.

        Raises:
            NotFoundError: no such entry, or it is about somebody else.
            LogTamperedError: the entry is not the one that was logged.
        """
        async with self.units() as unit:
            found = await accesslog.entries_between(unit, index, index + 1)
        if not found or found[0].resident != resident:
            raise NotFoundError("your history has no such entry")
        key = (await self.keyservice.open([resident]))[resident].log_key()
        leaf = Leaf.parse(found[0].leaf)
        entry, blinder = open_sealed(key, found[0].sealed, leaf)
        committed = commit(entry, blinder)
        names = [opening.name for opening in committed.openings]
        fields = {**entry.shown, **entry.hidden}
        event = Event(index, entry.kind, entry.at, leaf.in_effect, fields)
        return event, committed.document(names)


@dataclass(frozen=True)
class Inspect:
    """Read what an auditor may see: no resident, no item of a resident's choosing."""

    units: Units

    async def __call__(self, before: int | None = None) -> list[Event]:
        """Return one page of the log, newest first.

        Raises:
            LogTamperedError: what is shown is not what the leaf commits to.
        """
        async with self.units() as unit:
            size, _ = await accesslog.counted(unit)
            end = size if before is None else min(before, size)
            entries = await accesslog.entries_between(unit, max(0, end - PAGE), end)
        return [shown_event(entry) for entry in reversed(entries)]

    async def one(self, index: int) -> Event:
        """Return one event.

        Raises:
            NotFoundError: there is no such entry.
            LogTamperedError: what is shown is not what the leaf commits to.
        """
        async with self.units() as unit:
            entries = await accesslog.entries_between(unit, index, index + 1)
        if not entries:
            raise NotFoundError("the log has no such entry")
        return shown_event(entries[0])

    async def waiting(self) -> int:
        """Return how many entries have no index yet."""
        async with self.units() as unit:
            _, waiting = await accesslog.counted(unit)
        return waiting


def _newest_first(
    key: bytes, waiting: Iterable[KeptEntry], placed: Iterable[KeptEntry]
) -> list[Event]:
    newest = sorted((_open(key, entry) for entry in waiting), key=_instant, reverse=True)
    return newest + [_open(key, entry) for entry in placed]


def _instant(event: Event) -> datetime:
    return event.at


def _open(key: bytes, entry: KeptEntry) -> Event:
    leaf = Leaf.parse(entry.leaf)
    opened = unseal(key, entry.sealed, leaf)
    return Event(entry.index, opened.kind, opened.at, leaf.in_effect, opened.fields)


def shown_event(entry: KeptEntry) -> Event:
    """Return an entry as far as auditors may see it.

    Raises:
        LogTamperedError: what is shown is not what the leaf commits to.
    """
    leaf = Leaf.parse(entry.leaf)
    openings = check_shown(entry.shown, leaf).openings
    fields = {opening.name: opening.value for opening in openings}
    kind, at = EntryKind(str(fields.pop("kind"))), datetime.fromisoformat(str(fields.pop("at")))
    return Event(entry.index, kind, at, leaf.in_effect, fields)
