"""Tell on every page of a resident what calls for her."""

from dataclasses import dataclass

from infobank.clock import Clock
from infobank.db.across.calls import Calls, calls
from infobank.db.unit import Units
from infobank.vocabulary.identifiers import AccountId, ResidentId


@dataclass(frozen=True)
class LookForCalls:
    """Look for requests and recoveries that wait; nothing is opened."""

    units: Units
    clock: Clock

    async def __call__(self, resident: ResidentId, account: AccountId) -> Calls:
        """Return what calls for a resident who is signed in by an account."""
        async with self.units() as unit:
            return await calls(unit, resident, account, self.clock.now())
