"""What a decision stands on, as it is stored: the consent, who she is, what stands behind it."""

from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.provider import Provider, certified_until
from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.consent.question import (
    ADULT_ALONE,
    UNKNOWN,
    Circumstances,
    DisclosureRequest,
    Question,
    Recipient,
)
from infobank.db import consent as consents
from infobank.db.consenting import mandates
from infobank.db.consenting.households import kept_circumstances
from infobank.db.unit import Units
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import ConsentId, ResidentId
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Grounds:
    """A consent as it was read, with the circumstances and the mandate that were read with it.

    Each is there only when it is genuine.
    """

    consent: Consent | None
    circumstances: Circumstances = ADULT_ALONE
    mandate: Mandate | None = None

    def question(self, request: DisclosureRequest, policies: Policies, now: datetime) -> Question:
        """Return a request with everything a rule may look at."""
        # INVARIANT: of whom nothing is believed nobody's word counts, a guardian's neither.
        consent = None if self.circumstances is UNKNOWN else self.consent
        return Question(request, consent, policies, now, self.circumstances, self.mandate)


@dataclass(frozen=True)
class ReadGrounds:
    """Read what decisions stand on, in one unit of work."""

    units: Units
    genuine: Genuine

    async def __call__(self, resident: ResidentId, consent_id: ConsentId) -> Grounds:
        """Return a consent of a resident with what bears on it."""
        async with self.units() as unit:
            found = await consents.one(unit, resident, consent_id)
            kept = await kept_circumstances(unit, [resident])
            behind = await mandates.behind(unit, [found] if found else [])
        (named,) = behind.values() or (None,)
        known, consent, _, mandate = await self.genuine.party(kept[resident], found, None, named)
        return Grounds(consent, known, mandate)


def recipient_of(provider: Provider, policies: Policies) -> Recipient:
    """Return a provider as a decision sees it."""
    known = policies.recipients.get(provider.kind)
    return Recipient(
        provider=provider.provider_id,
        active=provider.active,
        vetted_until=certified_until(provider, known),
        code=provider.kind,
        abroad=provider.abroad,
    )
