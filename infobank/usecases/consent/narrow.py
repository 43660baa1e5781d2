"""Narrow a consent: it reaches less far at once, and what it reached is told to its recipient."""

from collections.abc import Callable
from dataclasses import dataclass

from infobank.clock import Clock
from infobank.consent.change import narrow
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.ending.notice import Afterwards
from infobank.consent.errors import UnknownConsentError, WithdrawnConsentError
from infobank.consent.terms import Terms
from infobank.db import consent as consents
from infobank.db.unit import Units
from infobank.usecases.consent.lessen import Act, Lessen, drain
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ResidentId


@dataclass(frozen=True)
class NarrowConsent:
    """Change the terms of a consent on the resident's word alone, never to wider ones."""

    units: Units
    lessen: Lessen
    clock: Clock

    async def __call__(
        self,
        resident: ResidentId,
        consent_id: ConsentId,
        wanted: Callable[[Terms], Terms],
        by: GivenBy = GivenBy.SELF,
        afterwards: Afterwards = Afterwards.KEEP,
    ) -> Consent:
        """Narrow, and wait until nothing is in flight under what it was before.

        `wanted` makes the narrower terms of those that hold by then; the same terms change nothing.

        Raises:
            UnknownConsentError: the resident has no such consent.
            WithdrawnConsentError: it has ended.
            WideningError: somewhere the terms reach further than those held.
        """
        act = Act(by, afterwards, self.clock.now())
        async with self.units() as unit:
            held = await consents.locked(unit, resident, consent_id)
            if held is None:
                raise UnknownConsentError("you have no such consent")
            if held.state(act.at) not in {ConsentState.LIVE, ConsentState.WAITING}:
                raise WithdrawnConsentError("this consent has ended already")
            terms = narrow(held.terms, wanted(held.terms))
            changed = held
            if terms != held.terms:
                changed = await self.lessen.narrow(unit, held, terms, act)
                await unit.commit()
        # It is narrower now.  What was permitted before may be on its way still.
        await drain(self.units, [held])
        return changed
