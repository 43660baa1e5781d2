"""Letters on paper at the city's desk: listed by number, opened only to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.contact import Address, Channel, Letter
from infobank.clock import Clock, day_begins
from infobank.db.letters import contacts, letters
from infobank.db.unit import Unit, Units
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.history import Event, History
from infobank.usecases.accesslog.record import Record
from infobank.usecases.letters.sealing import open_address
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import AccountId, ResidentId

MOST_SHOWN = 200


@dataclass(frozen=True)
class Printed:
    """A letter as it goes to the printer: to whom, in which language, and the month's events."""

    letter: Letter
    address: Address
    events: Sequence[Event] = field(repr=False)


@dataclass(frozen=True)
class LetterDesk:
    """List, print and post letters.

    Who lists them sees numbers and months alone.  What a letter says is opened for the act of
    printing, and that act stands in the history of whom the letter is to.
    """

    units: Units
    keyservice: KeyService
    record: Record
    history: History
    clock: Clock
    tenant: UUID
    zone: str

    async def waiting(self) -> list[Letter]:
        """Return the letters to be printed and posted, oldest first."""
        async with self.units() as unit:
            return await letters.waiting_on_paper(unit, MOST_SHOWN)

    async def print(self, letter_id: UUID, staff: AccountId) -> Printed:
        """Open one letter to be printed; the log says who did.

        Raises:
            NotFoundError: no such letter waits.
        """
        now = self.clock.now()
        async with self.units() as unit:
            letter = await self._locked(unit, letter_id)
            held = await contacts.of_resident(unit, letter.resident)
            contact = next((each for each in held if each.channel is Channel.PAPER), None)
            if contact is None:
                raise NotFoundError("no such letter waits")
            await letters.change(unit, letter, printed_at=now)
            await self.record(unit, _entry(letter, "letter_printed", staff, now))
            await unit.commit()
        key = (await self.keyservice.open([letter.resident]))[letter.resident].manifest_key()
        address = open_address(key, self.tenant, contact)
        return Printed(letter, address, await self.month(letter.resident, letter.month or now))

    async def posted(self, letter_id: UUID, staff: AccountId) -> None:
        """Note that a letter went out.

        Raises:
            NotFoundError: no such letter waits.
        """
        now = self.clock.now()
        async with self.units() as unit:
            letter = await self._locked(unit, letter_id)
            await letters.change(unit, letter, sent_at=now)
            await self.record(unit, _entry(letter, "letter_posted", staff, now))
            await unit.commit()

    async def month(self, resident: ResidentId, month: date) -> Sequence[Event]:
        """Return all that happened with a resident's data in the month of a day, newest first."""
        first = month.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        begins, ends = (day_begins(self.zone, each) for each in (first, after))
        return [each async for each in self.history.between(resident, begins, ends)]

    async def _locked(self, unit: Unit, letter_id: UUID) -> Letter:
        letter = await letters.locked(unit, letter_id)
        if letter is None:
            raise NotFoundError("no such letter waits")
        return letter


def _entry(letter: Letter, what: str, staff: AccountId, now: datetime) -> Entry:
    shown = {"what": what, "letter": letter.number, "staff": str(staff)}
    return Entry(EntryKind.STAFF_ACT, now, letter.resident, shown, {})
