"""Choose what to be told of by e-mail or on paper, and confirm that the e-mails arrive."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.contact import (
    CODE_LIFE,
    MOST_CODES,
    MOST_TRIES,
    Address,
    Channel,
    Contact,
    Letter,
    LetterKind,
    Matter,
    check_email,
    check_postal,
)
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.letters import contacts, letters
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import ConflictError, InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.letters.sealing import open_address, seal_address
from infobank.usecases.rights.entries import by_whom
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.language import Language

DAY = timedelta(days=1)
DIGITS = 6


@dataclass(frozen=True)
class ChooseLetters:
    """Keep a resident's channels; `mails` tells whether this bank sends e-mail at all."""

    units: Units
    keyservice: KeyService
    record: Record
    clock: Clock
    entropy: Entropy
    tenant: UUID
    mails: bool

    async def of_resident(self, resident: ResidentId) -> Sequence[tuple[Contact, Address]]:
        """Return her channels, each with its address."""
        async with self.units() as unit:
            found = await contacts.of_resident(unit, resident)
        if not found:
            return ()
        key = await self._key(resident)
        return [(each, open_address(key, self.tenant, each)) for each in found]

    async def set_email(
        self, resident: ResidentId, by: GivenBy, to: str, language: Language
    ) -> None:
        """Send a code to an address; nothing else is sent there until she gives it back.

        Raises:
            InvalidInputError: it is no address.
            ConflictError: the bank sends no e-mail, or she had codes enough for today.
        """
        if not self.mails:
            raise ConflictError("this bank sends no e-mail")
        now = self.clock.now()
        address = Address(check_email(to), language, self._code(), now + CODE_LIFE)
        key = await self._key(resident)
        async with self.units() as unit:
            await accounts.lock_residents(unit, [resident])
            if await letters.codes_since(unit, resident, now - DAY) >= MOST_CODES:
                raise ConflictError("no more codes today")
            held = await self._held(unit, resident, Channel.EMAIL)
            await self._keep(unit, key, replace(held, confirmed_at=None, tries=0), address)
            await letters.give_up(unit, resident, Channel.EMAIL)
            letter = Letter(new_uuid(self.entropy), resident, LetterKind.CODE, now)
            await letters.add(unit, [letter])
            await self._log(unit, resident, by, "email_asked", now)
            await unit.commit()

    async def confirm(self, resident: ResidentId, by: GivenBy, code: str) -> None:
        """Take the code back: from now on she is told by e-mail.

        Raises:
            InvalidInputError: it is not the code.
            ConflictError: it counts no more, or none is waited for; another can be asked for.
        """
        now, key = self.clock.now(), await self._key(resident)
        async with self.units() as unit:
            held = await self._held(unit, resident, Channel.EMAIL)
            address = open_address(key, self.tenant, held) if held.sealed else None
            if address is None or not address.code or held.tries >= MOST_TRIES:
                raise ConflictError("no code is waited for")
            if address.code_until is None or now >= address.code_until:
                raise ConflictError("the code counts no more")
            if not hmac.compare_digest(address.code.encode(), code.encode()):
                await contacts.keep(unit, replace(held, tries=held.tries + 1))
                await unit.commit()
                raise InvalidInputError("this is not the code", field="code")
            confirmed = replace(address, code="", code_until=None)
            await self._keep(unit, key, replace(held, confirmed_at=now, tries=0), confirmed)
            await self._log(unit, resident, by, "email_confirmed", now)
            await unit.commit()

    async def set_paper(
        self, resident: ResidentId, by: GivenBy, to: str, language: Language
    ) -> None:
        """Have a summary of each month sent to a postal address.

        Raises:
            InvalidInputError: it is no address.
        """
        now, key = self.clock.now(), await self._key(resident)
        async with self.units() as unit:
            await accounts.lock_residents(unit, [resident])
            held = await self._held(unit, resident, Channel.PAPER)
            address = Address(check_postal(to), language)
            await self._keep(unit, key, replace(held, confirmed_at=now), address)
            await self._log(unit, resident, by, "paper_set", now)
            await unit.commit()

    async def choose(
        self, resident: ResidentId, by: GivenBy, channel: Channel, matters: frozenset[Matter]
    ) -> None:
        """Be told of these matters, and of no others, by a channel.

        Raises:
            NotFoundError: she has no such channel.
        """
        async with self.units() as unit:
            held = await self._held(unit, resident, channel)
            if not held.sealed:
                raise NotFoundError("give the address first")
            if held.matters != matters:
                await contacts.keep(unit, replace(held, matters=matters))
                await self._log(unit, resident, by, "matters_chosen", self.clock.now())
                await unit.commit()

    async def end(self, resident: ResidentId, by: GivenBy, channel: Channel) -> None:
        """Delete a channel with its address; once more changes nothing."""
        async with self.units() as unit:
            if not await contacts.remove(unit, resident, channel):
                return
            await letters.give_up(unit, resident, channel)
            await self._log(unit, resident, by, f"{channel}_ended", self.clock.now())
            await unit.commit()

    async def _held(self, unit: Unit, resident: ResidentId, channel: Channel) -> Contact:
        """Return a channel; where there is none, one that tells her of everything."""
        found = {each.channel: each for each in await contacts.of_resident(unit, resident)}
        return found.get(channel, Contact(resident, channel, frozenset(Matter), b""))

    async def _keep(self, unit: Unit, key: bytes, contact: Contact, address: Address) -> None:
        sealed = seal_address(key, self.tenant, contact, address)
        await contacts.keep(unit, replace(contact, sealed=sealed))

    async def _log(
        self, unit: Unit, resident: ResidentId, by: GivenBy, what: str, now: datetime
    ) -> None:
        shown = {"what": what, **by_whom(by)}
        await self.record(unit, Entry(EntryKind.CONTACT_CHANGED, now, resident, shown, {}))

    def _code(self) -> str:
        number = int.from_bytes(self.entropy.bytes(8), "big")
        return str(number % 10**DIGITS).zfill(DIGITS)

    async def _key(self, resident: ResidentId) -> bytes:
        return (await self.keyservice.open([resident]))[resident].manifest_key()
