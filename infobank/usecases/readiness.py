"""Tell whether this process can do its work now."""

from dataclasses import dataclass

from infobank.clock import Clock
from infobank.db import accesslog
from infobank.db.unit import Units
from infobank.errors import UnavailableError
from infobank.usecases.vault.keyservice import KeyService


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
        # INVARIANT: time never runs backwards for expiries: a clock behind the log refuses.
        if newest is not None and self.clock.now() < newest.signed_at:
            raise UnavailableError("the clock is behind the last checkpoint of the log")
