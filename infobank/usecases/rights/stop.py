"""Stop the use of data: restrictions and objections, until the resident lifts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from infobank.accounts.rights import Right, RightsRequest, Status, Subject
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.errors import WithdrawnConsentError
from infobank.db import accounts
from infobank.db import consent as consents
from infobank.db.rights import requests
from infobank.db.rights.affected import outdate
from infobank.db.unit import Units
from infobank.errors import InvalidInputError
from infobank.usecases.consent.lessen import drain
from infobank.usecases.consent.withdraw import WithdrawConsent
from infobank.usecases.genuine import Genuine
from infobank.usecases.rights.desk import Desk
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ProviderId, ResidentId
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.standing import EVERYTHING


@dataclass(frozen=True)
class StopUse:
    """Freeze a category, or shut out one recipient's purpose, on the resident's word alone."""

    units: Units
    desk: Desk
    withdraw: WithdrawConsent
    genuine: Genuine
    policies: Policies

    async def restrict(self, resident: ResidentId, by: GivenBy, category: str) -> RightsRequest:
        """Freeze all use of a category, or of `EVERYTHING`; consents stay as they are.

        When this returns nothing more is released of it, requests in flight included, as
        after a withdrawal.  Asking again for what stands already changes nothing.

        Raises:
            InvalidInputError: the bank has no such category.
        """
        if category != EVERYTHING:
            self.policies.category(category)
        request = await self._stand(resident, Right.RESTRICTION, by, Subject(category=category))
        # It stands, so whatever is read from now on sees it.  What was read before it stood
        # was read in an older version of its consent, and is outdated now.
        async with self.units() as unit:
            changed = await outdate(unit, resident, category, self.desk.clock.now(), by)
            await consents.mark(unit, await self.genuine.mark(changed))
            await unit.commit()
        await drain(self.units, changed)
        return request

    async def object_to(
        self, resident: ResidentId, by: GivenBy, provider: ProviderId, purpose: str
    ) -> RightsRequest:
        """End every consent to a recipient's purpose, and refuse new ones until lifted.

        Raises:
            InvalidInputError: the bank knows no such recipient or purpose.
        """
        self.policies.purpose(purpose)
        async with self.units() as unit:
            if await accounts.provider_of(unit, provider) is None:
                raise InvalidInputError("the bank knows no such recipient", field="provider")
        subject = Subject(provider=provider, purpose=purpose)
        request = await self._stand(resident, Right.OBJECTION, by, subject)
        for consent in await self._live(resident, provider, purpose):
            try:
                await self.withdraw(resident, consent.consent_id, by)
            except WithdrawnConsentError:
                continue  # in another window: it is what is wanted
        return request

    async def lift(self, resident: ResidentId, by: GivenBy, request_id: UUID) -> RightsRequest:
        """End a restriction or an objection; consents that were withdrawn stay withdrawn.

        Raises:
            UnknownRightsRequestError: the resident made no such request.
            RightsRequestOverError: it stands no more, or never stopped anything.
        """
        async with self.units() as unit:
            request = await self.desk.locked(unit, resident, request_id)
            lifted = await self.desk.move(unit, request, Status.LIFTED, by.value)
            await unit.commit()
        return lifted

    async def _stand(
        self, resident: ResidentId, right: Right, by: GivenBy, subject: Subject
    ) -> RightsRequest:
        async with self.units() as unit:
            await accounts.lock_residents(unit, [resident])
            held = await requests.standing(unit, resident, right, subject)
            if held is not None:
                return held
            request = self.desk.begin(resident, right, by, Status.STANDING, subject)
            await self.desk.enter(unit, request)
            await unit.commit()
        return request

    async def _live(
        self, resident: ResidentId, provider: ProviderId, purpose: str
    ) -> Sequence[Consent]:
        now = self.desk.clock.now()
        async with self.units() as unit:
            found = await consents.of_resident(unit, resident)
        return [
            consent
            for consent in found
            if consent.provider == provider
            and consent.terms.purpose == purpose
            and consent.state(now) in {ConsentState.LIVE, ConsentState.WAITING}
        ]
