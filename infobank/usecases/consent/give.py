"""Give a consent."""

from dataclasses import dataclass

from infobank.accesslog.entry import Entry, EntryKind
from infobank.consent.consent import Consent, GivenBy, Terms
from infobank.db import consent as consents
from infobank.db.unit import Unit
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.accesslog.record import Record
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.policies import Policies


@dataclass(frozen=True)
class GiveConsent:
    """Keep a consent and log it, inside the unit of work of whatever led to it."""

    record: Record
    entropy: Entropy
    policies: Policies

    async def __call__(
        self, unit: Unit, resident: ResidentId, provider: ProviderId, terms: Terms
    ) -> Consent:
        """Give a consent that begins when its terms begin; the caller commits."""
        consent = Consent(
            consent_id=ConsentId(new_uuid(self.entropy)),
            version=1,
            resident=resident,
            provider=provider,
            terms=terms,
            given_at=terms.valid_from,
            given_by=GivenBy.SELF,
            policy_digest=self.policies.digest,
        )
        await consents.add(unit, consent)
        await self.record(unit, consent_entry(EntryKind.CONSENT_GIVEN, consent))
        return consent


def consent_entry(kind: EntryKind, consent: Consent) -> Entry:
    """Return the log's entry about a consent that was given or withdrawn."""
    return Entry(
        kind=kind,
        at=consent.withdrawn_at or consent.given_at,
        resident=consent.resident,
        shown={
            "provider": str(consent.provider),
            "purpose": consent.terms.purpose,
            "mode": consent.terms.mode.value,
            "policies": consent.policy_digest.hex(),
        },
        hidden={
            "consent": str(consent.consent_id),
            "version": consent.version,
            "items": items_text(consent.terms),
            "until": consent.terms.valid_until.isoformat(),
        },
    )


def items_text(terms: Terms) -> str:
    """Return the items of a consent in one line of names and days."""
    return "; ".join(
        f"{item.category}({','.join(item.fields)}) {item.period.first}/{item.period.last}"
        for item in terms.items
    )
