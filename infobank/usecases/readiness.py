"""Tell whether this process can do its work now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from infobank.clock import Clock
from infobank.db import accesslog
from infobank.db.unit import Units
from infobank.errors import UnavailableError
from infobank.usecases.vault.keyservice import KeyService

TOLERANCE = timedelta(seconds=10)
"""How far two machines' clocks may be apart."""


@dataclass(frozen=True)
class Readiness:
    """Check what every disclosure needs: records, keys, the log, and a sane clock."""

    units: Units
    keyservice: KeyService
    clock: Clock

    async def __call__(self) -> None:
        """Return when the process is ready.

        Raises:
            UnavailableError: a database is away, or the clock is behind the last checkpoint.
        """
        async with self.units() as unit:
            newest = await accesslog.newest_checkpoint(unit)
        await self.keyservice.reachable()
        check_clock(self.clock.now(), newest.signed_at if newest else None)


def check_clock(now: datetime, newest_checkpoint: datetime | None) -> None:
    """Accept a clock that is not behind the log, but for what two machines may differ.

    Raises:
        UnavailableError: it is: what is over could come to life again.
    """
    # INVARIANT: time never runs backwards for expiries.
    if newest_checkpoint is not None and now < newest_checkpoint - TOLERANCE:
        raise UnavailableError("the clock is behind the last checkpoint of the log")
