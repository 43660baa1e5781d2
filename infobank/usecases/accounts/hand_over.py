"""Hand over to who has come of age: what others decided for her is hers to decide."""

from dataclasses import dataclass

from infobank.clock import Clock
from infobank.db.rights import proxies
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.accounts.homes import grow_up
from infobank.usecases.accounts.proxies import ended_entry
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.vault.keyservice import KeyService


@dataclass(frozen=True)
class HandOver:
    """Say what has happened by itself: a guardian's standing and word count no more."""

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock

    async def __call__(self) -> int:
        """End what was given for minors who have come of age; return how many proxies ended.

        Each young adult finds it in her history: what a guardian agreed to counts no more, and
        is hers to give anew.  In her household she is asked from now on.
        """
        now = self.clock.now()
        async with self.units() as unit:
            ended = await proxies.hand_over(unit, now)
            for proxy in ended:
                await self.record(unit, ended_entry(proxy, {}, now, "proxy_of_age"))
            await grow_up(unit, MarkCircumstances(self.keyservice), now)
            await unit.commit()
        return len(ended)
