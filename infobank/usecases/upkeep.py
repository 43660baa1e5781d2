"""What a process does beside its work: say and keep its rules, and forget what is over."""

from collections.abc import Mapping
from dataclasses import dataclass

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import oauth
from infobank.db.consenting import policies
from infobank.db.entrance import challenges, enrolments, sessions
from infobank.db.rights import approvals, counter
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Upkeep:
    """Keep the bank in order."""

    units: Units
    record: Record
    clock: Clock
    policies: Policies
    files: Mapping[str, bytes]
    """The very bytes of the rules, by path."""

    async def announce_policies(self) -> None:
        """Log which rules this process decides by, and keep them for whoever asks later why."""
        now, digest = self.clock.now(), self.policies.digest
        entry = Entry(EntryKind.POLICY_LOADED, now, None, {"policies": digest.hex()}, {})
        async with self.units() as unit:
            await policies.keep(unit, digest, self.files, now)
            await self.record(unit, entry)
            await unit.commit()

    async def forget_expired(self) -> None:
        """Delete proofs, codes, tokens, requests and sessions that can never count again."""
        async with self.units() as unit:
            now = self.clock.now()
            await oauth.forget_expired(unit, now)
            for table in (sessions, challenges, enrolments):
                await table.forget(unit, now)
            await approvals.forget(unit, now)
            await counter.forget(unit, now)
            await unit.commit()
