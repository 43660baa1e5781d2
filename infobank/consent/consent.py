"""A consent 同意: one resident, one recipient, stated terms, a stated end."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from infobank.consent.terms import Terms
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, MandateId, ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.standing import NOTHING, Standing
from infobank.vocabulary.text.canonical import Plain, canonical_json, instant


class ConsentState(StrEnum):
    """Where a consent stands at an instant."""

    WAITING = "waiting"
    """It begins later."""
    LIVE = "live"
    ENDED = "ended"
    """Its term is over."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Uses:
    """How often a consent was used: in all, and in one stretch of its frequency."""

    total: int = 0
    stretch: int = 0
    recent: int = 0
    """Uses in that stretch."""


UNUSED = Uses()


class Stamp(NamedTuple):
    """When a version of a consent came to be, and on whose word."""

    at: datetime
    by: GivenBy


@dataclass(frozen=True)
class Consent:
    """A consent as it stands: terms, parties, and whether it was withdrawn.

    `version` grows by one with every change; a decision names the version it was
    made against, and the statement that records it holds only for that version.  `mac` is
    the key service's mark over all the rest (`consent_bytes`), empty where it has none.
    `change` is what led to this version; None for one that was just given.
    `mandate` is the standing condition under which the bank gave it, if it did.
    `standing` is what the resident has stopped since, and `uses` how often it was used, as
    they were read with the consent.
    """

    consent_id: ConsentId
    version: int
    resident: ResidentId
    provider: ProviderId
    terms: Terms
    given_at: datetime
    given_by: GivenBy
    policy_digest: bytes
    withdrawn_at: datetime | None = None
    mandate: MandateId | None = None
    mac: bytes = field(default=b"", compare=False, repr=False)
    standing: Standing = NOTHING
    uses: Uses = UNUSED
    change: Stamp | None = field(default=None, compare=False)

    @property
    def changed(self) -> Stamp:
        """When this version came to be, and on whose word: at first, who gave it."""
        return self.change or Stamp(self.given_at, self.given_by)

    def state(self, now: datetime) -> ConsentState:
        """Return where the consent stands at an instant; its last instant is excluded."""
        if self.withdrawn_at is not None:
            return ConsentState.WITHDRAWN
        if now < self.terms.valid_from:
            return ConsentState.WAITING
        return ConsentState.LIVE if now < self.terms.valid_until else ConsentState.ENDED

    def spent(self) -> bool:
        """Tell whether it was used as often as it may be."""
        most = self.terms.most_uses
        return most is not None and self.uses.total >= most

    def stretch(self, now: datetime) -> int:
        """Return the number of its frequency's stretch that runs now; 0 without a frequency."""
        frequency = self.terms.frequency
        return frequency.stretch(self.terms.valid_from, now) if frequency else 0

    def too_often(self, now: datetime) -> bool:
        """Tell whether it was used as often as it may be in the stretch that runs now."""
        frequency, uses = self.terms.frequency, self.uses
        if frequency is None:
            return False
        return uses.stretch == self.stretch(now) and uses.recent >= frequency.times


def consent_bytes(consent: Consent) -> bytes:
    """Return everything a consent says, as the bytes that the key service marks."""
    return canonical_json(
        {
            "consent": str(consent.consent_id),
            "version": consent.version,
            "resident": str(consent.resident),
            "provider": str(consent.provider),
            **terms_document(consent.terms),
            "given": [instant(consent.given_at), consent.given_by.value],
            "policies": consent.policy_digest.hex(),
            "mandate": str(consent.mandate) if consent.mandate else None,
            "withdrawn_at": instant(consent.withdrawn_at) if consent.withdrawn_at else None,
            "changed": [instant(consent.changed.at), consent.changed.by.value],
        }
    )


def terms_document(terms: Terms) -> dict[str, Plain]:
    """Return every term in plain JSON, one way and no other."""
    frequency, words = terms.frequency, terms.benefit.words
    return {
        "purpose": terms.purpose,
        "mode": terms.mode.value,
        "items": [item_document(item) for item in terms.items],
        "valid": [instant(terms.valid_from), instant(terms.valid_until)],
        "retention_days": terms.retention_days,
        "most_uses": terms.most_uses,
        "frequency": [frequency.times, frequency.days] if frequency else None,
        "onward": terms.onward.value,
        "abroad": terms.abroad,
        "benefit": [terms.benefit.points, [words.ja, words.en] if words else None],
        "explicit": sorted(terms.explicit),
    }


def item_document(item: Item) -> Plain:
    """Return one item in plain JSON, one way and no other."""
    return [
        item.category,
        list(item.fields),
        str(item.period.first),
        str(item.period.last),
        [*item.precision.steps.values()],
    ]
