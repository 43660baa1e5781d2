"""Tell residents what their mandates do, without being asked."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.provider import Provider
from infobank.clock import Clock
from infobank.consent.question import ADULT_ALONE
from infobank.db import accounts
from infobank.db.consenting import told
from infobank.db.consenting.told import Told, ToldKind
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.mandates.reach import possible, uses
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies

PAGE: Final = 500
MOST_SHOWN: Final = 500


@dataclass(frozen=True)
class Tell:
    """Keep what residents are told, and show it to them."""

    units: Units
    clock: Clock
    entropy: Entropy
    policies: Policies
    record: Record

    async def of_resident(self, resident: ResidentId) -> list[Told]:
        """Return what a resident was told, newest first."""
        async with self.units() as unit:
            return await told.of_resident(unit, resident, MOST_SHOWN)

    async def seen(self, resident: ResidentId, told_id: UUID) -> None:
        """Note that a resident saw something; noted again, it changes nothing.

        Raises:
            NotFoundError: she was told no such thing.
        """
        async with self.units() as unit:
            if not await told.see(unit, resident, told_id, self.clock.now()):
                raise NotFoundError("you were told no such thing")
            await unit.commit()

    async def newcomers(self) -> int:
        """Tell everybody whose mandate a provider has fallen inside; return how many were told."""
        async with self.units() as unit:
            known = await accounts.all_providers(unit)
        return sum([await self.newcomer(each) for each in known])

    async def newcomer(self, provider: Provider) -> int:
        """Tell everybody whose mandate one provider has fallen inside; return how many were told.

        It may have been registered, vetted, certified, or moved to another class.  Whoever was
        told, or knew of it when she gave her mandate, is not told again.
        """
        count, page = 0, 1
        while page:
            async with self.units() as unit:
                page = await self._page(unit, provider)
                await unit.commit()
            count += page
        return count

    async def _page(self, unit: Unit, provider: Provider) -> int:
        now, made = self.clock.now(), []
        for (group, mode), categories in self._inside(provider, now).items():
            conditions = (group, mode.value, provider.kind, sorted(categories))
            found = await told.untold(unit, conditions, provider.provider_id, now, PAGE)
            made += [
                Told(
                    told_id=new_uuid(self.entropy),
                    resident=resident,
                    kind=ToldKind.PROVIDER_INSIDE,
                    mandate=mandate,
                    provider=provider.provider_id,
                    made_at=now,
                )
                for resident, mandate in found
            ]
        new = await told.add(unit, made)
        if new:
            await self.record(unit, *map(_entry, new))
        return len(made)

    def _inside(
        self, provider: Provider, now: datetime
    ) -> Mapping[tuple[str, OutputMode], set[str]]:
        """Return the categories a provider may be let in for, by purpose class and mode."""
        found: defaultdict[tuple[str, OutputMode], set[str]] = defaultdict(set)
        for code, category, mode in uses(self.policies):
            if possible(provider, (code, category, mode), ADULT_ALONE, self.policies, now):
                found[self.policies.purpose(code).group, mode].add(category)
        return found


def _entry(new: Told) -> Entry:
    """Return the entry from which she is told by letter, too."""
    shown, hidden = {"provider": str(new.provider)}, {"mandate": str(new.mandate)}
    return Entry(EntryKind.PROVIDER_INSIDE, new.made_at, new.resident, shown, hidden)
