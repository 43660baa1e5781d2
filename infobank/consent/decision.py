"""The one decision: may this recipient have this, for this purpose, in this form, now?

`decide()` is a pure function over values.  Every rule is asked, so that the answer
carries all reasons; one refusing rule is enough (deny overrides).  What a rule
cannot establish, it refuses.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from infobank.consent.consent import Consent
from infobank.consent.obligation import Obligation, duties
from infobank.consent.permit import refused_by_none
from infobank.consent.question import Question
from infobank.consent.rules import RULES
from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.precision import EXACT, Precision


class Effect(StrEnum):
    """What a decision says."""

    PERMIT = "permit"
    DENY = "deny"


class Decision(NamedTuple):
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


PERMITTED: Final = ("consent_covers_request",)
PERMITTED_BY_MANDATE: Final = ("mandate_covers_request",)

_PERMIT: Final = Effect.PERMIT
"""Looked up once: a member of an enumeration takes long to find."""

_made: Final = tuple.__new__
"""Makes a decision of its members; its own constructor takes thrice as long."""


def decide(question: Question) -> Decision:
    """Decide one request; deny when any rule refuses or cannot tell."""
    consent = question.consent
    if consent is not None and refused_by_none(question, consent):
        precision = question.request.item.precision
        return _made(
            Decision,
            (
                _PERMIT,
                PERMITTED if consent.mandate is None else PERMITTED_BY_MANDATE,
                duties(consent.terms) if precision is EXACT else _obligations(consent, precision),
                consent.consent_id,
                consent.version,
                question.policies.digest,
            ),
        )
    return Decision(
        effect=Effect.DENY,
        reasons=refusing(question),
        obligations=(),
        consent_id=consent.consent_id if consent else None,
        consent_version=consent.version if consent else 0,
        policy_digest=question.policies.digest,
    )


def refusing(question: Question) -> tuple[str, ...]:
    """Return the names of all rules that refuse; empty for what may be permitted."""
    return tuple([rule.name for rule in RULES if rule.refuses(question)])


def _obligations(consent: Consent, precision: Precision) -> tuple[Obligation, ...]:
    if precision == EXACT:
        return duties(consent.terms)
    return (*duties(consent.terms), Obligation("coarsen", str(precision)))
