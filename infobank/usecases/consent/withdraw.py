"""Withdraw consents: when this returns, nothing more is released under what was withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from infobank.accesslog.entry import Entry
from infobank.clock import Clock
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.ending.notice import Afterwards
from infobank.consent.ending.withdrawal import Scope
from infobank.consent.errors import UnknownConsentError, WithdrawnConsentError
from infobank.db import consent as consents
from infobank.db.unit import Unit, Units
from infobank.usecases.consent.lessen import Act, Lessen, drain
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ResidentId

_IN_FORCE = frozenset({ConsentState.LIVE, ConsentState.WAITING})


@dataclass(frozen=True)
class WithdrawConsent:
    """End consents, or parts of them, on the resident's word alone."""

    units: Units
    lessen: Lessen
    clock: Clock

    async def __call__(
        self,
        resident: ResidentId,
        consent_id: ConsentId,
        by: GivenBy = GivenBy.SELF,
        afterwards: Afterwards = Afterwards.KEEP,
    ) -> Consent:
        """Withdraw one consent, and wait until nothing is in flight under it.

        It waits before it refuses a second withdrawal too: whoever hears "withdrawn before",
        in another window or after a first answer that got lost, may rely on it as well.

        Raises:
            UnknownConsentError: the resident has no such consent.
            WithdrawnConsentError: it was withdrawn before.
        """
        act = Act(by, afterwards, self.clock.now())
        async with self.units() as unit:
            held = await consents.one(unit, resident, consent_id)
            if held is None:
                raise UnknownConsentError("you have no such consent")
            withdrawn = await self.lessen.end(unit, held, act)
            await unit.commit()
        await drain(self.units, [held])
        if withdrawn is None:
            raise WithdrawnConsentError("this consent was withdrawn before")
        return withdrawn

    async def all_of(
        self,
        resident: ResidentId,
        scope: Scope,
        by: GivenBy,
        afterwards: Afterwards,
        besides: tuple[Entry, ...] = (),
    ) -> list[Consent]:
        """Withdraw whatever a scope means, all of it or nothing; return what changed.

        A consent of which a part is meant is narrowed to the rest.  What was withdrawn before
        changes no more, and is waited for as well.  `besides` is logged with what changes.
        """
        act = Act(by, afterwards, self.clock.now(), besides)
        return await self._take_all(resident, [scope], act)

    async def several(
        self,
        resident: ResidentId,
        named: Collection[ConsentId],
        by: GivenBy,
        afterwards: Afterwards,
    ) -> list[Consent]:
        """Withdraw several consents, all of them or none; return what changed."""
        scopes = [Scope(consent=each) for each in named]
        return await self._take_all(resident, scopes, Act(by, afterwards, self.clock.now()))

    async def _take_all(
        self, resident: ResidentId, scopes: Sequence[Scope], act: Act
    ) -> list[Consent]:
        async with self.units() as unit:
            found = await consents.of_resident(unit, resident)
            # In one order, so that two of these at once wait for each other in turn.
            meant = [
                (each, scope)
                for each in sorted(found, key=lambda each: each.consent_id.int)
                for scope in scopes
                if scope.means(each)
            ]
            changed = [await self._take(unit, each, scope, act) for each, scope in meant]
            if any(changed) and act.besides:
                await self.lessen.record(unit, *act.besides)
            await unit.commit()
        await drain(self.units, [each for each, _ in meant])
        return [each for each in changed if each is not None]

    async def _take(self, unit: Unit, read: Consent, scope: Scope, act: Act) -> Consent | None:
        """End or narrow one consent as it stands by now; None when there is nothing left to do."""
        held = await consents.locked(unit, read.resident, read.consent_id)
        if held is None or held.state(act.at) not in _IN_FORCE or not scope.means(held):
            return None
        left = scope.left(held.terms)
        if left is None:
            return await self.lessen.end(unit, held, act)
        return await self.lessen.narrow(unit, held, left, act)
