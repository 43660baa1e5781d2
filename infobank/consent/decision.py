"""The one decision: may this recipient have this, for this purpose, in this form, now?

`decide()` is a pure function over values.  Every rule is asked, so that the answer
carries all reasons; one refusing rule is enough (deny overrides).  What a rule
cannot establish, it refuses.
"""

from dataclasses import dataclass
from enum import StrEnum

from infobank.consent.consent import Consent
from infobank.consent.question import Question
from infobank.consent.rules import RULES
from infobank.vocabulary.identifiers import ConsentId


class Effect(StrEnum):
    """What a decision says."""

    PERMIT = "permit"
    DENY = "deny"


@dataclass(frozen=True)
class Obligation:
    """What must be done because data was released: `name` and its parameter."""

    name: str
    parameter: str


@dataclass(frozen=True)
class Decision:
    """An answer that explains itself.

    `reasons` are rule names: all refusing rules of a denial, never empty; the
    permitting rule of a permit.  `consent_version` is the version the answer is
    valid for: whoever records it must make sure that the version still holds.
    """

    effect: Effect
    reasons: tuple[str, ...]
    obligations: tuple[Obligation, ...]
    consent_id: ConsentId | None
    consent_version: int
    policy_digest: bytes

    @property
    def permitted(self) -> bool:
        """Tell whether the data may be released."""
        return self.effect is Effect.PERMIT


PERMITTED = ("consent_covers_request",)


def decide(question: Question) -> Decision:
    """Decide one request; deny when any rule refuses or cannot tell."""
    refusing = tuple(rule.name for rule in RULES if rule.refuses(question))
    consent = question.consent
    return Decision(
        effect=Effect.DENY if refusing else Effect.PERMIT,
        reasons=refusing or PERMITTED,
        obligations=() if refusing or consent is None else _obligations(consent),
        consent_id=consent.consent_id if consent else None,
        consent_version=consent.version if consent else 0,
        policy_digest=question.policies.digest,
    )


def _obligations(consent: Consent) -> tuple[Obligation, ...]:
    return (Obligation("delete_within_days", str(consent.terms.retention_days)),)
