"""Gather what consenting residents contribute: decide, record, and only then open."""

import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from infobank.accounts.provider import Provider
from infobank.clock import Clock
from infobank.consent.consent import Consent
from infobank.consent.decision import Decision, decide
from infobank.consent.question import DisclosureRequest, Question
from infobank.db.across.covering import Use, pages
from infobank.db.consenting import mandates
from infobank.db.consenting.households import kept_circumstances
from infobank.db.grouped import Draft, GroupedLog, InFlight
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import UnavailableError
from infobank.publication.contribution import Contribution, contribute
from infobank.publication.statistic import Statistic
from infobank.usecases.consent.disclose import LEASE, draft_of
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.usecases.genuine import Genuine
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.deposit import EARLIEST
from infobank.usecases.vault.keyservice import KeyService, OpenedResident, Wanted
from infobank.usecases.vault.shelf import Released, read_columns
from infobank.vocabulary.category import Value
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies

CHUNK = 250
"""Residents whose blocks are opened at a time: memory stays flat over any number."""


class RanOutError(UnavailableError):
    """Say that opening took longer than permits last."""


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
    genuine: Genuine
    alarm: Alarm
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
        measured, *_ = items_of(statistic, period, self.policies)
        recipient = recipient_of(desk, self.policies)
        use = Use(recipient, statistic.purpose, measured, OutputMode.STATISTICS)
        now, last = self.clock.now(), None
        async for page in pages(self.units.direct, use, self.policies, now, CHUNK):
            # INVARIANT: one consent a resident, so nobody counts twice; pages go by resident.
            genuine = await self.genuine.consents(page)
            single = {each.resident: each for each in genuine if each.resident != last}
            if not single:
                continue
            last = genuine[-1].resident
            for found in await self._contributed(statistic, period, desk, [*single.values()]):
                yield found

    async def _contributed(
        self, statistic: Statistic, period: Period, desk: Provider, chunk: Sequence[Consent]
    ) -> list[Contribution]:
        """Return what a chunk contributes; on a slow machine by halves, each permitted anew."""
        # INVARIANT: each chunk is decided at its own instant: a run lasts longer than a permit.
        kept = await kept_circumstances(self.units.direct, [each.resident for each in chunk])
        known = await self.genuine.circumstances(kept)
        behind = await mandates.behind(self.units.direct, chunk)
        named = {each.mandate_id: each for each in await self.genuine.mandates([*behind.values()])}
        grounds = [
            Grounds(each, known[each.resident], named.get(each.mandate) if each.mandate else None)
            for each in chunk
        ]
        asked = self._ask(statistic, period, desk, grounds, self.clock.now())
        try:
            return await self.alarm.over(None, self._chunk(statistic, period, asked))
        except RanOutError:
            if len(chunk) == 1:
                raise
            middle = len(chunk) // 2
            halves = (chunk[:middle], chunk[middle:])
            found = [await self._contributed(statistic, period, desk, half) for half in halves]
            return [contribution for half in found for contribution in half]

    def _ask(
        self,
        statistic: Statistic,
        period: Period,
        desk: Provider,
        chunk: Sequence[Grounds],
        now: datetime,
    ) -> list[tuple[Question, Decision]]:
        recipient = recipient_of(desk, self.policies)
        asked = []
        for grounds in chunk:
            if grounds.consent is None:
                continue
            for item in items_of(statistic, period, self.policies):
                resident = grounds.consent.resident
                request = DisclosureRequest(
                    resident, recipient, statistic.purpose, item, OutputMode.STATISTICS
                )
                question = grounds.question(request, self.policies, now)
                asked.append((question, decide(question)))
        return asked

    async def _chunk(
        self, statistic: Statistic, period: Period, asked: Sequence[tuple[Question, Decision]]
    ) -> list[Contribution]:
        """Record the decisions, durably, and open what those in effect permit."""
        residents = list(dict.fromkeys(question.request.resident for question, _ in asked))
        opened = await self.keyservice.open(residents)
        drafts = [
            draft_of(new_uuid(self.entropy), question, decision, opened[question.request.resident])
            for question, decision in asked
        ]
        until = time.monotonic() + LEASE
        async with self.grouped.recorded(drafts) as flights:
            refused = {
                question.request.resident
                for (question, decision), flight in zip(asked, flights, strict=True)
                if not (decision.permitted and flight.effective)
            }
            permits = [
                (question.request, draft, flight)
                for (question, _), draft, flight in zip(asked, drafts, flights, strict=True)
                if question.request.resident not in refused
            ]
            found = await self._open(statistic, period, opened, permits)
            # INVARIANT: what the lease did not outlast, or whose hold was lost, is not counted.
            if not all(flight.held for _, _, flight in permits):
                raise UnavailableError("the log was lost before the permits' use; publish again")
            if time.monotonic() >= until:
                raise RanOutError("the permits ran out before their use; publish again")
            return found

    async def _open(
        self,
        statistic: Statistic,
        period: Period,
        opened: Mapping[ResidentId, OpenedResident],
        permits: Sequence[tuple[DisclosureRequest, Draft, InFlight]],
    ) -> list[Contribution]:
        wanted = [
            Wanted(
                request.resident,
                self.policies.category(request.item.category).number,
                flight.entry,
                draft.consent,
            )
            for request, draft, flight in permits
        ]
        keys: dict[Item, dict[ResidentId, bytes]] = {
            item: {} for item in items_of(statistic, period, self.policies)
        }
        for (request, _, _), key in zip(
            permits, await self.keyservice.release(wanted), strict=True
        ):
            keys[request.item][request.resident] = key
        released = [self._released(item, found) for item, found in keys.items()]
        residents = list(dict.fromkeys(request.resident for request, _, _ in permits))
        parts = await read_columns(
            self.units.direct,
            self.keyservice,
            self.tenant,
            {resident: opened[resident] for resident in residents},
            released,
        )
        measured, *described = keys
        found = (
            contribute(
                statistic,
                period,
                _days(read[measured]),
                _newest(described, read),
            )
            for read in (
                {item: part[resident] for item, part in zip(keys, parts, strict=True)}
                for resident in residents
            )
        )
        return [contribution for contribution in found if contribution is not None]

    def _released(self, item: Item, keys: Mapping[ResidentId, bytes]) -> Released:
        category = self.policies.category(item.category)
        places = tuple(category.field_names.index(name) for name in item.fields)
        return Released(category, item.period, keys, places)


def _days(columns: Columns) -> Iterable[tuple[date, Value]]:
    """Return each day with its value of the one field that was read."""
    return zip(columns.days, columns.values[0], strict=True)


def _newest(items: Iterable[Item], read: Mapping[Item, Columns]) -> dict[str, Value]:
    """Return the newest value of each field that the items describe."""
    return {
        name: column[-1] if column else None
        for item in items
        for name, column in zip(item.fields, read[item].values, strict=True)
    }
