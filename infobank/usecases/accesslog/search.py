"""Ask the log a question: who did what, with which outcome, in which days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock, day_begins, day_ends, day_in
from infobank.db import accesslog, logsearch
from infobank.db.accesslog import KeptEntry
from infobank.db.logsearch import Sought
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.history import Event, shown_event
from infobank.usecases.accesslog.persons import Persons, month_of

PAGE: Final = 50
"""Entries on a page."""

WINDOW: Final = 100_000
"""Entries that one page looks through at most: then it says how far it came."""

MOST_WINDOWS: Final = 20
"""Stretches that an archive looks through: then its question has to be asked in parts."""

TREND_DAYS: Final = 30
MOST_COUNTED: Final = 200_000
"""Entries that the trends count at most, the newest ones."""

UNORDERED: Final = timedelta(minutes=1)
"""How far apart in time entries beside one another may be."""


class Ending(StrEnum):
    """How an act ended."""

    PERMIT = "permit"
    REFUSAL = "refusal"
    DONE = "done"
    VOID = "void"


_ENDINGS: Final[Mapping[Ending, Sought]] = MappingProxyType(
    {
        Ending.PERMIT: Sought((("kind", EntryKind.PERMIT.value),), void=False),
        Ending.REFUSAL: Sought((("kind", EntryKind.REFUSAL.value),), void=False),
        Ending.DONE: Sought((), (EntryKind.PERMIT, EntryKind.REFUSAL), void=False),
        Ending.VOID: Sought((), void=True),
    }
)


@dataclass(frozen=True)
class LogQuestion:
    """What an auditor asks for; what is None is not asked about.

    `fields` are shown fields with their very values, such as the provider's identifier.  Both
    days are included, and are days of the bank.  `person` is a pseudonym, with its month.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    ending: Ending | None = None
    first: date | None = None
    last: date | None = None
    person: str | None = None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day that are asked about; of a person, within her month."""
        month = month_of(self.person) if self.person else None
        if month is None:
            return self.first, self.last
        return max(month.first, self.first or month.first), min(month.last, self.last or month.last)


@dataclass(frozen=True)
class LogAnswer:
    """One page of what was found, newest first.

    `looked_to` is the lowest index that was looked at; `before` is where the next page begins,
    None at the end.
    """

    entries: Sequence[KeptEntry]
    size: int
    looked_to: int
    before: int | None

    @property
    def events(self) -> list[Event]:
        """The entries, opened as far as auditors may see them.

        Raises:
            LogTamperedError: what is shown is not what the leaf commits to.
        """
        return [shown_event(entry) for entry in self.entries]


@dataclass(frozen=True)
class Trend:
    """How many entries of each kind a day brought, in the order that was asked for."""

    day: date
    counts: tuple[int, ...]


@dataclass(frozen=True)
class SearchLog:
    """Search the log in bounded steps, and count it day by day."""

    units: Units
    clock: Clock
    persons: Persons
    zone: str

    async def __call__(
        self, question: LogQuestion, before: int | None = None, limit: int = PAGE
    ) -> LogAnswer:
        """Return a page of what a question finds, older than `before`.

        Raises:
            LogTamperedError: when opened: what is shown is not what the leaf commits to.
        """
        sought = self._sought(question)
        async with self.units() as unit:
            size, _ = await accesslog.counted(unit)
            first, end = await _stretch(unit, sought, size)
            end = end if before is None else min(end, before)
            bottom = max(first, end - WINDOW)
            if question.person is not None:
                about = await logsearch.residents(unit, bottom, end)
                sought = replace(sought, about=await self.persons.find(question.person, about))
            known = question.person is None or sought.about is not None
            found = await logsearch.find(unit, sought, bottom, end, limit + 1) if known else []
        page = found[:limit]
        if len(found) > limit:
            lowest = page[-1].index or 0
            return LogAnswer(page, size, lowest, lowest)
        return LogAnswer(page, size, bottom, bottom if bottom > first else None)

    async def far(self, question: LogQuestion, before: int, limit: int) -> LogAnswer:
        """Return what a question finds, as one answer that looks further than a page does."""
        found: list[KeptEntry] = []
        answer = await self(question, before, limit)
        for _ in range(MOST_WINDOWS):
            found += answer.entries
            if answer.before is None or len(found) >= limit:
                break
            answer = await self(question, answer.before, limit - len(found))
        return replace(answer, entries=found)

    async def trends(self, kinds: Sequence[EntryKind]) -> tuple[list[Trend], bool]:
        """Return the counts of the newest days, oldest first, and whether all of them are whole.

        A day without an entry is there, with zeros.
        """
        now = self.clock.now()
        today = day_in(self.zone, now)
        first_day = today - timedelta(days=TREND_DAYS - 1)
        async with self.units() as unit:
            size, _ = await accesslog.counted(unit)
            since = day_begins(self.zone, first_day)
            begins = await logsearch.placed_since(unit, since - UNORDERED, size)
            first = max(begins, size - MOST_COUNTED)
            counted = await logsearch.daily(unit, kinds, first, size, self.zone)
        known = {day_in(self.zone, day): counts for day, counts in counted}
        nothing = (0,) * len(kinds)
        days = (first_day + timedelta(days=number) for number in range(TREND_DAYS))
        return [Trend(day, known.get(day, nothing)) for day in days], first == begins

    def _sought(self, question: LogQuestion) -> Sought:
        ending = _ENDINGS[question.ending] if question.ending else Sought()
        first, last = question.days
        return Sought(
            fields=(*ending.fields, *question.fields.items()),
            neither=ending.neither,
            void=ending.void,
            since=day_begins(self.zone, first) if first else None,
            until=day_ends(self.zone, last) if last else None,
        )


async def _stretch(unit: Unit, sought: Sought, size: int) -> tuple[int, int]:
    """Return from where to where entries of the days that are sought can stand."""
    first = await _placed(unit, sought.since, -UNORDERED, size) if sought.since else 0
    end = await _placed(unit, sought.until, UNORDERED, size) if sought.until else size
    return first, end


async def _placed(unit: Unit, instant: datetime, margin: timedelta, size: int) -> int:
    return await logsearch.placed_since(unit, instant + margin, size)
