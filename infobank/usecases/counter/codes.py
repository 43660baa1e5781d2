"""Make the codes by which a resident is known at the counter."""

from collections.abc import Sequence
from dataclasses import dataclass

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Account
from infobank.accounts.counter import CARD_CODES, Origin, new_code
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.rights import counter
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy
from infobank.usecases.accesslog.record import Record
from infobank.usecases.counter.entries import counter_entry
from infobank.usecases.rights.entries import by_whom
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId

INDEX = "counter"
"""The keyed index of codes: over the resident and the code, so that no code is another's."""


@dataclass(frozen=True)
class MakeCodes:
    """Make codes; they are shown once, and only their keyed indexes are kept."""

    units: Units
    keyservice: KeyService
    record: Record
    clock: Clock
    entropy: Entropy

    async def card(self, number: str, by: Account) -> Sequence[str]:
        """Make a card for who signs in by a number, and has shown at the desk who she is.

        A steward's word makes a card, and a code of it opens a visit; so nothing that a visit
        gives is given on the word of one steward.

        Raises:
            InvalidInputError: nobody's card has this number.
            NotFoundError: who asks is no steward.
        """
        steward, now = by.steward, self.clock.now()
        (index,) = await self.keyservice.index("sign-in", [("handle", number)])
        async with self.units() as unit:
            resident, _ = await accounts.resident_account(unit, index)
            codes = await self._draw(unit, resident, Origin.CARD, CARD_CODES)
            await self.record(unit, counter_entry("card", resident, steward, now))
            await unit.commit()
        return codes

    async def own(self, resident: ResidentId, by: GivenBy) -> str:
        """Make one code for a resident who goes to the counter now."""
        now = self.clock.now()
        async with self.units() as unit:
            (code,) = await self._draw(unit, resident, Origin.PORTAL, 1)
            await self.record(unit, Entry(EntryKind.COUNTER_CODE, now, resident, by_whom(by), {}))
            await unit.commit()
        return code

    async def _draw(
        self, unit: Unit, resident: ResidentId, origin: Origin, count: int
    ) -> Sequence[str]:
        codes = [new_code(self.entropy) for _ in range(count)]
        indexes = await self.keyservice.index(INDEX, [(str(resident), each) for each in codes])
        await counter.replace_codes(unit, resident, origin, indexes, self.clock.now())
        return codes
