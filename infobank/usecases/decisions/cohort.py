"""Count whom a recipient's use would reach: never who."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.across.covering import Use, residents_covered
from infobank.db.unit import Units
from infobank.errors import InvalidInputError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.consent.grounds import recipient_of
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.identifiers import AccountId, ProviderId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies

MOST_COUNTED: Final = 100_000
"""Residents that one count looks for: beyond it only that there are more is told."""


@dataclass(frozen=True)
class Wanted:
    """What a recipient would ask of everybody."""

    provider: ProviderId
    purpose: str
    item: Item
    mode: OutputMode


@dataclass(frozen=True)
class CountCohort:
    """Tell a steward how many residents let a use now."""

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock
    policies: Policies
    most: int = MOST_COUNTED

    async def __call__(self, wanted: Wanted, staff: AccountId | None) -> Counted:
        """Return how many residents would give it now; logged before it is told.

        `staff` is the steward; None stands for the operator.

        Raises:
            InvalidInputError: the bank has no such provider, purpose, category or field.
        """
        self.policies.purpose(wanted.purpose)
        category = self.policies.category(wanted.item.category)
        for name in wanted.item.fields:
            category.field(name)
        now = self.clock.now()
        async with self.units() as unit:
            known = await accounts.provider_of(unit, wanted.provider)
            provider = await self.genuine.client(known)
            if provider is None:
                raise InvalidInputError("the bank has no such provider", field="provider")
            recipient = recipient_of(provider, self.policies)
            use = Use(recipient, wanted.purpose, wanted.item, wanted.mode)
            found = await residents_covered(unit, use, self.policies, now, self.most + 1)
            counted = Counted.of(found, self.most)
            await self.record(unit, _entry(wanted, counted.number, staff, now))
            await unit.commit()
        return counted


def _entry(wanted: Wanted, found: int, staff: AccountId | None, now: datetime) -> Entry:
    shown = {
        "what": "cohort_counted",
        "staff": str(staff or ""),
        "provider": str(wanted.provider),
        "purpose": wanted.purpose,
        "mode": wanted.mode.value,
        "category": wanted.item.category,
        "fields": ",".join(wanted.item.fields),
        "residents": found,
    }
    return Entry(EntryKind.AUDIT_READ, now, None, shown, {})
