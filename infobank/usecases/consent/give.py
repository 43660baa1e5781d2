"""Give consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from infobank.accesslog.entry import LONGEST_TEXT, Entry, EntryKind
from infobank.accounts.errors import ObjectedError
from infobank.consent.consent import Consent, Terms
from infobank.db import consent as consents
from infobank.db.rights.requests import objecting
from infobank.db.unit import Unit
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.usecases.rights.entries import by_whom
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.policies import Policies


@dataclass(frozen=True)
class GiveConsent:
    """Keep consents and log them, inside the unit of work of whatever led to them."""

    record: Record
    genuine: Genuine
    entropy: Entropy
    policies: Policies

    async def __call__(
        self,
        unit: Unit,
        residents: Sequence[ResidentId],
        provider: ProviderId,
        terms: Terms,
        by: GivenBy = GivenBy.SELF,
    ) -> list[Consent]:
        """Give the same terms for each resident; they begin when the terms do.

        The caller commits.

        Raises:
            ObjectedError: a resident objects to this recipient's use for this purpose.
        """
        if await objecting(unit, list(residents), provider, terms.purpose):
            raise ObjectedError("an objection to this use stands; lift it first")
        drawn = [
            Consent(
                consent_id=ConsentId(new_uuid(self.entropy)),
                version=1,
                resident=resident,
                provider=provider,
                terms=terms,
                given_at=terms.valid_from,
                given_by=by,
                policy_digest=self.policies.digest,
            )
            for resident in residents
        ]
        if not drawn:
            return []
        given = await self.genuine.mark(drawn)
        await consents.add(unit, given)
        entries = (consent_entry(EntryKind.CONSENT_GIVEN, consent, by) for consent in given)
        await self.record(unit, *entries)
        return given


def consent_entry(kind: EntryKind, consent: Consent, by: GivenBy) -> Entry:
    """Return the log's entry about a consent that was given or withdrawn, and by whom."""
    return Entry(
        kind=kind,
        at=consent.withdrawn_at or consent.given_at,
        resident=consent.resident,
        shown={
            "provider": str(consent.provider),
            "purpose": consent.terms.purpose,
            "mode": consent.terms.mode.value,
            "policies": consent.policy_digest.hex(),
            **by_whom(by),
        },
        hidden={
            "consent": str(consent.consent_id),
            "version": consent.version,
            **items_fields(consent.terms),
            "until": consent.terms.valid_until.isoformat(),
        },
    )


def items_fields(terms: Terms) -> dict[str, str]:
    """Return the items of a consent as fields of an entry: one, or as many as they need.

    `items`, `items_b`, `items_c` and so on, put together in this order, are the text.
    """
    text = items_text(terms)
    parts = (text[start : start + LONGEST_TEXT] for start in range(0, len(text), LONGEST_TEXT))
    names = ("items", *(f"items_{letter}" for letter in ascii_lowercase[1:]))
    return dict(zip(names, parts, strict=False))


def items_text(terms: Terms) -> str:
    """Return the items of a consent in one line of names and days."""
    return "; ".join(
        f"{item.category}({','.join(item.fields)}) {item.period.first}/{item.period.last}"
        for item in terms.items
    )
