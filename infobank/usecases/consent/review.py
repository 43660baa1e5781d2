"""Look at consents: a resident's own, or a provider's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.errors import UnknownConsentError
from infobank.db import accounts
from infobank.db import consent as consents
from infobank.db.consenting import provided, versions
from infobank.db.consenting.provided import Held
from infobank.db.unit import Units
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId

MOST_SHOWN = 200
"""Consents a provider sees on one page; it never sees a resident's identifier."""


MOST_COUNTED = 1_000
"""Consents of a provider that a page counts: beyond it only that there are more is told."""


@dataclass(frozen=True)
class ReviewConsents:
    """List consents with their parties."""

    units: Units
    keyservice: KeyService
    most: int = MOST_COUNTED

    async def of_resident(self, resident: ResidentId) -> list[tuple[Consent, Provider]]:
        """Return all of a resident's consents, newest first, each with its recipient."""
        async with self.units() as unit:
            found = await consents.of_resident(unit, resident)
            known = {each.provider_id: each for each in await accounts.all_providers(unit)}
        return [(consent, known[consent.provider]) for consent in found]

    async def one(self, resident: ResidentId, consent_id: ConsentId) -> tuple[Consent, Provider]:
        """Return one consent of a resident with its recipient.

        Raises:
            UnknownConsentError: the resident has no such consent.
        """
        async with self.units() as unit:
            consent = await consents.one(unit, resident, consent_id)
            provider = await accounts.provider_of(unit, consent.provider) if consent else None
        if consent is None or provider is None:
            raise UnknownConsentError("you have no such consent")
        return consent, provider

    async def versions(self, resident: ResidentId, consent_id: ConsentId) -> Sequence[Consent]:
        """Return every version of a resident's consent, the first one first.

        Raises:
            UnknownConsentError: the resident has no such consent.
        """
        async with self.units() as unit:
            found = await versions.of_consent(unit, resident, consent_id)
        if not found:
            raise UnknownConsentError("you have no such consent")
        return found

    async def of_provider(self, provider: ProviderId) -> list[tuple[str, Consent]]:
        """Return a provider's newest consents, each with the name the provider knows it by."""
        async with self.units() as unit:
            found = await consents.of_provider(unit, provider, MOST_SHOWN)
        names = await self.keyservice.pairwise(provider, [each.resident for each in found])
        return list(zip(names, found, strict=True))

    async def counted(
        self, providers: Iterable[ProviderId], now: datetime
    ) -> Mapping[ProviderId, Held]:
        """Return how many consents each provider holds: in force at an instant, and in all."""
        async with self.units() as unit:
            return await provided.held(unit, providers, now, self.most)
