"""What every web process does beside answering: say its rules, and forget what is over."""

from dataclasses import dataclass

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts, oauth
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.vocabulary.policies import Policies


@dataclass(frozen=True)
class Upkeep:
    """Keep the bank in order."""

    units: Units
    record: Record
    clock: Clock
    policies: Policies

    async def announce_policies(self) -> None:
        """Log which rules this process decides by."""
        shown = {"policies": self.policies.digest.hex()}
        entry = Entry(EntryKind.POLICY_LOADED, self.clock.now(), None, shown, {})
        async with self.units() as unit:
            await self.record(unit, entry)
            await unit.commit()

    async def forget_expired(self) -> None:
        """Delete proofs, codes, tokens, requests and sessions that can never count again."""
        async with self.units() as unit:
            now = self.clock.now()
            await oauth.forget_expired(unit, now)
            await accounts.forget_sessions(unit, now)
            await unit.commit()
