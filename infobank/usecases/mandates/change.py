"""Narrow or stop a mandate: what was given under it and lies outside ends with the same act."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock
from infobank.consent.consent import Consent
from infobank.consent.ending.notice import Afterwards
from infobank.consent.errors import StoppedMandateError, UnknownMandateError
from infobank.consent.mandate import Conditions, Mandate, narrowed
from infobank.db import accounts
from infobank.db.consenting import mandates
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.consent.lessen import Act, Lessen, drain
from infobank.usecases.genuine import Genuine
from infobank.usecases.mandates.entries import mandate_entry
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import MandateId, ResidentId
from infobank.vocabulary.rules.policies import Policies

Wanted = Callable[[Mandate], tuple[Conditions, datetime]]
"""What makes narrower conditions, and an end, of a mandate as it stands."""


@dataclass(frozen=True)
class ChangeMandate:
    """Change a mandate on the resident's word alone, never to a wider one.

    INVARIANT: the mandate's row is locked until the act stands, and whoever gives a consent
    under it holds that row too: no consent is given that the act does not see.
    """

    units: Units
    record: Record
    genuine: Genuine
    lessen: Lessen
    clock: Clock
    policies: Policies

    async def narrow(
        self,
        resident: ResidentId,
        mandate_id: MandateId,
        wanted: Wanted,
        by: GivenBy = GivenBy.SELF,
        afterwards: Afterwards = Afterwards.KEEP,
    ) -> Mandate:
        """Let in less; when this returns, nothing outside is released under the mandate.

        Raises:
            UnknownMandateError: the resident has no such mandate.
            StoppedMandateError: it has ended.
            WideningError: somewhere it would reach further.
        """
        return await self._change(
            resident,
            mandate_id,
            lambda held: narrowed(held, *wanted(held)),
            EntryKind.MANDATE_NARROWED,
            Act(by, afterwards, self.clock.now()),
        )

    async def stop(
        self,
        resident: ResidentId,
        mandate_id: MandateId,
        by: GivenBy = GivenBy.SELF,
        afterwards: Afterwards = Afterwards.KEEP,
    ) -> Mandate:
        """End a mandate and everything given under it; when this returns, nothing is released.

        Raises:
            UnknownMandateError: the resident has no such mandate.
            StoppedMandateError: it has ended.
        """
        act = Act(by, afterwards, self.clock.now())
        return await self._change(
            resident,
            mandate_id,
            lambda held: replace(held, version=held.version + 1, stopped_at=act.at),
            EntryKind.MANDATE_STOPPED,
            act,
        )

    async def _change(
        self,
        resident: ResidentId,
        mandate_id: MandateId,
        drawn: Callable[[Mandate], Mandate],
        kind: EntryKind,
        act: Act,
    ) -> Mandate:
        async with self.units() as unit:
            held = await mandates.one(unit, resident, mandate_id, lock=True)
            if held is None:
                raise UnknownMandateError("you have no such mandate")
            if not held.live(act.at):
                raise StoppedMandateError("this mandate has ended already")
            changed = await self.genuine.mark_mandate(drawn(held))
            await mandates.change(unit, changed, act.at, act.by)
            outside = await self._outside(unit, changed, act.at)
            for consent in outside:
                await self.lessen.end(unit, consent, act)
            await self.record(unit, mandate_entry(kind, changed, act.at, act.by))
            await unit.commit()
        await drain(self.units, outside)
        return changed

    async def _outside(self, unit: Unit, mandate: Mandate, now: datetime) -> list[Consent]:
        """Return the consents given under a mandate that it does not admit any more."""
        known = {each.provider_id: each.kind for each in await accounts.all_providers(unit)}
        return [
            each
            for each in await mandates.given_under(unit, mandate.resident, mandate.mandate_id)
            if not mandate.live(now)
            or not mandate.conditions.admit(each.terms, known[each.provider], self.policies)
        ]
