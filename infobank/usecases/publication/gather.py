"""Gather what consenting residents contribute: decide, record, and only then open."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from infobank.accounts.provider import Provider
from infobank.clock import Clock
from infobank.consent.consent import Consent
from infobank.consent.decision import Decision, decide
from infobank.consent.question import DisclosureRequest, Question, Recipient
from infobank.db import consent as consents
from infobank.db.grouped import GroupedLog
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.publication.contribution import Contribution, contribute
from infobank.publication.statistic import Statistic
from infobank.usecases.consent.disclose import draft_of
from infobank.usecases.vault.deposit import EARLIEST
from infobank.usecases.vault.keyservice import KeyService
from infobank.usecases.vault.shelf import read_records
from infobank.vault.keyring import ResidentKeys
from infobank.vocabulary.category import Record, Value
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.policies import Policies

CHUNK = 250
"""Residents whose blocks are opened at a time: memory stays flat over any number."""


def items_of(statistic: Statistic, period: Period, policies: Policies) -> tuple[Item, ...]:
    """Return what a statistic needs of each resident: the measured field, and the dimensions."""
    fields: dict[str, set[str]] = {}
    for dimension in statistic.dimensions:
        fields.setdefault(dimension.category, set()).add(dimension.field)
    described = tuple(
        Item(
            category,
            tuple(name for name in policies.category(category).field_names if name in wanted),
            Period(EARLIEST, period.last),
        )
        for category, wanted in sorted(fields.items())
    )
    return (Item(statistic.category, (statistic.field,), period), *described)


@dataclass(frozen=True)
class Gather:
    """Walk the consenting residents, chunk by chunk."""

    units: Units
    grouped: GroupedLog
    keyservice: KeyService
    clock: Clock
    entropy: Entropy
    policies: Policies
    tenant: UUID

    async def __call__(
        self, statistic: Statistic, period: Period, desk: Provider
    ) -> AsyncIterator[Contribution]:
        """Yield each consenting resident's contribution, in no telling order.

        Raises:
            UnavailableError: the log or the database is away; the run ends.
            SealBrokenError: what is stored is not what was deposited.
        """
        now = self.clock.now()
        async with self.units() as unit:
            held = await consents.live(unit, desk.provider_id, statistic.purpose, now)
        # INVARIANT: one consent a resident, so nobody counts twice.
        single = list({consent.resident: consent for consent in held}.values())
        for start in range(0, len(single), CHUNK):
            for found in await self._chunk(
                statistic, period, desk, single[start : start + CHUNK], now
            ):
                yield found

    async def _chunk(
        self,
        statistic: Statistic,
        period: Period,
        desk: Provider,
        chunk: Sequence[Consent],
        now: datetime,
    ) -> list[Contribution]:
        keys = await self.keyservice.resident_keys([consent.resident for consent in chunk])
        asked = self._ask(statistic, period, desk, chunk, now)
        drafts = [
            draft_of(new_uuid(self.entropy), question, decision, keys[question.request.resident])
            for question, decision in asked
        ]
        async with self.grouped.recorded(drafts) as flights:
            refused = {
                question.request.resident
                for (question, decision), flight in zip(asked, flights, strict=True)
                if not (decision.permitted and flight.effective)
            }
            permitted = {resident: keys[resident] for resident in keys if resident not in refused}
            return await self._open(statistic, period, permitted)

    def _ask(
        self,
        statistic: Statistic,
        period: Period,
        desk: Provider,
        chunk: Sequence[Consent],
        now: datetime,
    ) -> list[tuple[Question, Decision]]:
        recipient = Recipient(desk.provider_id, desk.active, desk.vetted_until)
        asked = []
        for consent in chunk:
            for item in items_of(statistic, period, self.policies):
                request = DisclosureRequest(
                    consent.resident, recipient, statistic.purpose, item, OutputMode.STATISTICS
                )
                question = Question(request, consent, self.policies, now)
                asked.append((question, decide(question)))
        return asked

    async def _open(
        self, statistic: Statistic, period: Period, keys: Mapping[ResidentId, ResidentKeys]
    ) -> list[Contribution]:
        opened: dict[str, dict[ResidentId, list[Record]]] = {}
        for item in items_of(statistic, period, self.policies):
            category = self.policies.category(item.category)
            opened[item.category] = await read_records(
                self.units.direct, self.tenant, keys, category, item.period
            )
        found = (
            contribute(
                statistic,
                period,
                self._days(statistic, opened[statistic.category][resident]),
                self._profile(statistic, opened, resident),
            )
            for resident in keys
        )
        return [contribution for contribution in found if contribution is not None]

    def _days(self, statistic: Statistic, records: Sequence[Record]) -> list[tuple[date, Value]]:
        place = self.policies.category(statistic.category).field_names.index(statistic.field)
        return [(record.observed, record.values[place]) for record in records]

    def _profile(
        self,
        statistic: Statistic,
        opened: Mapping[str, Mapping[ResidentId, Sequence[Record]]],
        resident: ResidentId,
    ) -> dict[str, Value]:
        """Return the newest value of each dimension's field."""
        found: dict[str, Value] = {}
        for dimension in statistic.dimensions:
            names = self.policies.category(dimension.category).field_names
            records = opened[dimension.category][resident]
            newest = records[-1].values[names.index(dimension.field)] if records else None
            found[dimension.field] = newest
        return found
