"""Look at consents: a resident's own, or a provider's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.errors import UnknownConsentError
from infobank.db import accounts
from infobank.db import consent as consents
from infobank.db.consenting import versions
from infobank.db.unit import Units
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId

MOST_SHOWN = 200
"""Consents a provider sees on one page; it never sees a resident's identifier."""


@dataclass(frozen=True)
class ReviewConsents:
    """List consents with their parties."""

    units: Units
    keyservice: KeyService

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
        self, now: datetime, provider: ProviderId | None = None
    ) -> Mapping[ProviderId, tuple[int, int]]:
        """Return how many consents each provider (or one) holds: in force now, and in all."""
        async with self.units() as unit:
            return await consents.counts(unit, now, provider)
