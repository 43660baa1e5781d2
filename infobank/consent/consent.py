"""A consent 同意: one resident, one recipient, one purpose, stated items, a stated end."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from infobank.consent.errors import EmptyConsentError, WideningError
from infobank.errors import InvalidInputError
from infobank.vocabulary.canonical import canonical_json
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.item import Item, covered
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.standing import NOTHING, Standing


class ConsentState(StrEnum):
    """Where a consent stands at an instant."""

    WAITING = "waiting"
    """It begins later."""
    LIVE = "live"
    ENDED = "ended"
    """Its term is over."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Terms:
    """What is asked for, or agreed to.

    `retention_days` is how long the recipient promises to keep what it received.
    """

    purpose: str
    mode: OutputMode
    items: tuple[Item, ...]
    valid_from: datetime
    valid_until: datetime
    retention_days: int

    def __post_init__(self) -> None:
        if not self.items:
            raise EmptyConsentError("a consent must cover at least one item", field="items")
        if self.valid_until <= self.valid_from:
            raise InvalidInputError("a consent must end after it begins", field="until")
        if self.retention_days < 0:
            raise InvalidInputError("retention must not be negative", field="retention_days")

    def covers(self, other: "Terms") -> bool:
        """Tell whether `other` asks for nothing beyond these terms."""
        return (
            self.purpose == other.purpose
            and self.mode is other.mode
            and all(covered(item, self.items) for item in other.items)
            and other.valid_until <= self.valid_until
            and other.retention_days <= self.retention_days
        )


@dataclass(frozen=True)
class Consent:
    """A consent as it stands: terms, parties, and whether it was withdrawn.

    `version` grows by one with every change; a decision names the version it was
    made against, and the statement that records it holds only for that version.  `mac` is
    the key service's mark over all the rest (`consent_bytes`), empty where it has none.
    `standing` is what the resident has stopped since, as it was read with the consent.
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
    mac: bytes = field(default=b"", compare=False, repr=False)
    standing: Standing = NOTHING

    def state(self, now: datetime) -> ConsentState:
        """Return where the consent stands at an instant; its last instant is excluded."""
        if self.withdrawn_at is not None:
            return ConsentState.WITHDRAWN
        if now < self.terms.valid_from:
            return ConsentState.WAITING
        return ConsentState.LIVE if now < self.terms.valid_until else ConsentState.ENDED


def consent_bytes(consent: Consent) -> bytes:
    """Return everything a consent says, as the bytes that the key service marks."""
    terms = consent.terms
    return canonical_json(
        {
            "consent": str(consent.consent_id),
            "version": consent.version,
            "resident": str(consent.resident),
            "provider": str(consent.provider),
            "purpose": terms.purpose,
            "mode": terms.mode.value,
            "items": [
                [item.category, list(item.fields), str(item.period.first), str(item.period.last)]
                for item in terms.items
            ],
            "valid": [_instant(terms.valid_from), _instant(terms.valid_until)],
            "retention_days": terms.retention_days,
            "given": [_instant(consent.given_at), consent.given_by.value],
            "policies": consent.policy_digest.hex(),
            "withdrawn_at": _instant(consent.withdrawn_at) if consent.withdrawn_at else None,
        }
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def agree(asked: Terms, agreed: tuple[Item, ...], now: datetime) -> Terms:
    """Return the terms of a consent to part, or all, of what was asked for.

    The consent begins now.

    Raises:
        EmptyConsentError: nothing was agreed to.
        WideningError: something was agreed to that was not asked for.
    """
    if not agreed:
        raise EmptyConsentError("choose at least one item to share, or refuse", field="items")
    terms = Terms(
        purpose=asked.purpose,
        mode=asked.mode,
        items=agreed,
        valid_from=now,
        valid_until=asked.valid_until,
        retention_days=asked.retention_days,
    )
    # INVARIANT: a consent never holds more than its request.
    if not asked.covers(terms):
        raise WideningError("a consent cannot hold more than was asked for", field="items")
    return terms
