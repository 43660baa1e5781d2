"""Write letters: read what is new in the log, and tell whoever wanted to be told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from infobank.accesslog.entry import EntryKind
from infobank.accounts.contact import Channel, Contact, Letter, LetterKind, Matter
from infobank.clock import Clock, day_in
from infobank.db import accesslog
from infobank.db.letters import contacts, letters, progress
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.accesslog.history import Event, shown_event
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId

MOST_ENTRIES = 5_000
"""Entries of the log looked at in one unit of work."""

KEPT = timedelta(days=90)
"""How long it is remembered that a letter was sent."""

_MATTERS = {
    EntryKind.DELETION_STATED: Matter.DELETION,
    EntryKind.DELETION_OVERDUE: Matter.DELETION,
    EntryKind.RIGHTS_DECISION: Matter.RIGHTS,
    EntryKind.PROVIDER_INSIDE: Matter.MANDATE,
}

_ON_ACCOUNTS = ("proxy_", "recovery_")
"""How the acts of the staff begin that change who signs in or acts for a resident."""

_GOING_OUT = frozenset({"signed_out", "sessions_ended"})
"""What is no new way in to anybody's account."""


@dataclass(frozen=True)
class WriteLetters:
    """Queue the letters that what happened calls for.  One process at a time does."""

    units: Units
    clock: Clock
    entropy: Entropy
    zone: str

    async def __call__(self) -> int:
        """Look at what is new since the last time; return how many letters were called for.

        The first time begins with now: nobody is told of what happened before.
        """
        now = self.clock.now()
        async with self.units() as unit:
            size, _ = await accesslog.counted(unit)
            await progress.begin(unit, progress.LOG, size)
            await progress.begin(unit, progress.MONTH, _number(day_in(self.zone, now)) - 1)
            made = await self._changed(unit, now) + await self._monthly(unit, now)
            await letters.forget(unit, now - KEPT)
            await unit.commit()
        return made

    async def _changed(self, unit: Unit, now: datetime) -> int:
        first = await progress.place_of(unit, progress.LOG)
        if first is None:
            return 0
        end = await progress.end_of_log(unit, first, MOST_ENTRIES)
        about: defaultdict[ResidentId, list[Event]] = defaultdict(list)
        for entry in await progress.told_of(unit, first, end):
            if entry.resident is not None:
                about[entry.resident].append(shown_event(entry))
        told = [
            each.resident
            for each in await contacts.of_residents(unit, sorted(about))
            if each.channel is Channel.EMAIL
            and each.confirmed_at is not None
            and await self._calls(unit, each, about[each.resident])
        ]
        await letters.add(unit, [self._letter(resident, now) for resident in told])
        await progress.move(unit, progress.LOG, end)
        return len(told)

    async def _calls(self, unit: Unit, contact: Contact, events: Sequence[Event]) -> bool:
        """Tell whether events call for a letter; who read her data in them is known from now on."""
        readers = _readers(events)
        anew = await self._anew(unit, contact, readers - contact.known, events)
        if readers - contact.known:
            await contacts.keep(unit, replace(contact, known=contact.known | readers))
        if anew and Matter.FIRST_READ in contact.matters:
            return True
        return any(matter_of(event) in contact.matters for event in events)

    async def _anew(
        self, unit: Unit, contact: Contact, readers: frozenset[UUID], events: Sequence[Event]
    ) -> frozenset[UUID]:
        """Return those of the readers who never read before, by her whole history."""
        before = events[0].index
        while readers and before is not None:
            page = await accesslog.history(unit, contact.resident, before, MOST_ENTRIES)
            readers -= _readers(map(shown_event, page))
            before = page[-1].index if len(page) == MOST_ENTRIES else None
        return readers

    async def _monthly(self, unit: Unit, now: datetime) -> int:
        """Queue the summary of the last whole month, once that is over."""
        due = await progress.place_of(unit, progress.MONTH)
        current = _number(day_in(self.zone, now))
        if due is None or due >= current:
            return 0
        await progress.move(unit, progress.MONTH, current)
        year, month = divmod(current - 1, 12)
        return await letters.add_monthly(unit, date(year, month + 1, 1), now)

    def _letter(self, resident: ResidentId, now: datetime) -> Letter:
        return Letter(new_uuid(self.entropy), resident, LetterKind.CHANGED, now)


def matter_of(event: Event) -> Matter | None:
    """Return of what an event tells, besides that somebody read for the first time."""
    if event.kind is EntryKind.CONSENT_GIVEN and event.fields.get("by") == GivenBy.MANDATE:
        return Matter.MANDATE
    what = str(event.fields.get("what", ""))
    if event.kind is EntryKind.STAFF_ACT:
        return Matter.ACCOUNT if what.startswith(_ON_ACCOUNTS) else None
    if event.kind is EntryKind.ENTRANCE_CHANGED:
        return None if what in _GOING_OUT else Matter.ACCOUNT
    return _MATTERS.get(event.kind)


def _readers(events: Iterable[Event]) -> frozenset[UUID]:
    """Return who read data in some events."""
    return frozenset(
        UUID(str(event.fields["provider"]))
        for event in events
        if event.kind is EntryKind.PERMIT and event.in_effect
    )


def _number(day: date) -> int:
    return 12 * day.year + day.month - 1
