"""Send e-mails that are due, again until they are taken; what they say tells nobody anything."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from infobank.accounts.contact import Address, Channel, Letter, LetterKind
from infobank.clock import Clock
from infobank.db.letters import contacts, letters
from infobank.db.unit import Units
from infobank.entropy import Entropy
from infobank.oauth.events.delivery import wait_after
from infobank.usecases.letters import wording
from infobank.usecases.letters.sealing import open_address
from infobank.usecases.vault.keyservice import KeyService

Mail = Callable[[str, str, str], Awaitable[bool]]
"""Bring a subject and a text to an address; False when that has to be tried again."""

MOST_AT_ONCE = 20


@dataclass(frozen=True)
class PostLetters:
    """Send what is due.  Several processes may: each letter is at one of them only."""

    units: Units
    keyservice: KeyService
    clock: Clock
    entropy: Entropy
    mail: Mail
    tenant: UUID
    site: str

    async def __call__(self) -> int:
        """Send the e-mails that are due, once; return how many were taken."""
        claimed = await self._claim()
        taken = await asyncio.gather(
            *(self.mail(to.to, *self._words(letter, to)) for letter, to in claimed)
        )
        now = self.clock.now()
        async with self.units() as unit:
            for (letter, _), gone in zip(claimed, taken, strict=True):
                if gone:
                    await letters.change(unit, letter, sent_at=now)
            await unit.commit()
        return sum(taken)

    async def _claim(self) -> list[tuple[Letter, Address]]:
        """Return what is due, put off until the next attempt, with where it goes.

        INVARIANT: put off before it is sent: who dies on the way leaves it to a later attempt.
        """
        now = self.clock.now()
        async with self.units() as unit:
            found = await letters.due(unit, now, MOST_AT_ONCE)
            for letter in found:
                wait = wait_after(letter.attempts, self._fraction())
                await letters.change(
                    unit, letter, attempts=letter.attempts + 1, next_attempt_at=now + wait
                )
            residents = sorted({each.resident for each in found})
            held = {
                each.resident: each
                for each in await contacts.of_residents(unit, residents)
                if each.channel is Channel.EMAIL
            }
            await unit.commit()
        opened = await self.keyservice.open(list(held)) if held else {}
        return [
            (letter, open_address(opened[letter.resident].manifest_key(), self.tenant, contact))
            for letter in found
            if (contact := held.get(letter.resident)) is not None
            and (letter.kind is LetterKind.CODE or contact.confirmed_at is not None)
        ]

    def _words(self, letter: Letter, to: Address) -> tuple[str, str]:
        if letter.kind is LetterKind.CODE:
            return wording.code(to.language, to.code)
        return wording.changed(to.language, self.site)

    def _fraction(self) -> float:
        return int.from_bytes(self.entropy.bytes(2), "big") / 0xFFFF
