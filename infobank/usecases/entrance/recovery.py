"""See that a recovery of one's account waits, and stop it."""

from dataclasses import dataclass

from infobank.accounts.account import Account
from infobank.accounts.entrance.enrolment import Enrolment
from infobank.clock import Clock
from infobank.db.entrance import enrolments
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.entrance import entries


@dataclass(frozen=True)
class Recovery:
    """What whoever is still signed in can do about a recovery that she did not ask for."""

    units: Units
    record: Record
    clock: Clock

    async def of(self, account: Account) -> Enrolment | None:
        """Return the recovery of an account that waits, or whose code counts now."""
        async with self.units() as unit:
            return await enrolments.recovering(unit, account, self.clock.now())

    async def stop(self, account: Account) -> None:
        """Let the recovery's code never count.

        Raises:
            NotFoundError: no recovery waits.
        """
        now = self.clock.now()
        async with self.units() as unit:
            if not await enrolments.stop(unit, account.account_id, now):
                raise NotFoundError("no recovery waits")
            await self.record(unit, entries.changed(account, "recovery_stopped", now))
            await unit.commit()
