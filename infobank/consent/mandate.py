"""A mandate 委任条件: a standing condition that answers requests for the resident."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from infobank.consent.errors import EmptyConsentError, WideningError
from infobank.consent.terms import Terms
from infobank.errors import InvalidInputError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import MandateId, ResidentId
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.canonical import canonical_json, instant

FIRST_WAIT: Final = timedelta(hours=24)
"""How long a provider that is new under a mandate receives nothing: time to stop it."""


@dataclass(frozen=True)
class Conditions:
    """What a mandate lets in.

    `group` is a class of purposes, `classes` are classes of recipients, `least_points` is the
    least benefit for each disclosure.  `mode` is the only form in which anything leaves.

    Raises:
        EmptyConsentError: no class or no category is named.
        InvalidInputError: the benefit is negative.
    """

    group: str
    classes: frozenset[str]
    categories: frozenset[str]
    mode: OutputMode
    least_points: int = 0

    def __post_init__(self) -> None:
        if not self.classes or not self.categories:
            raise EmptyConsentError("name at least one recipient class and one category")
        if self.least_points < 0:
            raise InvalidInputError("the least benefit must not be negative", field="least_points")

    def check(self, policies: Policies) -> None:
        """Accept conditions that may be agreed to beforehand.

        Raises:
            InvalidInputError: the bank knows no such class or category, or one of the categories
                is special care 要配慮個人情報: that needs the resident's own word each time.
        """
        if self.group not in policies.groups:
            raise InvalidInputError("unknown class of purposes", field="group")
        for code in self.classes:
            policies.recipient(code)
        if any(policies.category(code).special_care for code in self.categories):
            raise InvalidInputError(
                "special-care data needs your own word each time, so no mandate holds it",
                field="categories",
            )

    def covers(self, other: "Conditions") -> bool:
        """Tell whether `other` lets in nothing that these conditions do not."""
        return (
            self.group == other.group
            and self.mode is other.mode
            and other.classes <= self.classes
            and other.categories <= self.categories
            and other.least_points >= self.least_points
        )

    def admit(self, terms: Terms, recipient_class: str, policies: Policies) -> bool:
        """Tell whether terms offered by a recipient of a class lie inside these conditions.

        Special-care categories never do: they need the resident's own word each time.
        Nor does a transfer abroad, or anything passed on to third parties.
        """
        purpose = policies.purposes.get(terms.purpose)
        known = [policies.categories.get(code) for code in terms.categories]
        return (
            purpose is not None
            and purpose.group == self.group
            and recipient_class in self.classes
            and terms.mode is self.mode
            and terms.categories <= self.categories
            and all(category is not None and not category.special_care for category in known)
            and terms.benefit.points >= self.least_points
            and not terms.abroad
            and not terms.passed_on
        )


@dataclass(frozen=True)
class Mandate:
    """Conditions under which the bank may say yes for one resident, until an end.

    `version` grows with every change.  `mac` is the key service's mark over all the rest.
    """

    mandate_id: MandateId
    version: int
    resident: ResidentId
    conditions: Conditions
    valid_from: datetime
    valid_until: datetime
    given_by: GivenBy
    policy_digest: bytes
    stopped_at: datetime | None = None
    mac: bytes = field(default=b"", compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.valid_until <= self.valid_from:
            raise InvalidInputError("a mandate must end after it begins", field="until")

    def live(self, now: datetime) -> bool:
        """Tell whether the mandate counts at an instant; its last instant is excluded."""
        return self.stopped_at is None and self.valid_from <= now < self.valid_until


def narrowed(held: Mandate, conditions: Conditions, valid_until: datetime) -> Mandate:
    """Return the next version of a mandate, which lets in less, or for a shorter time.

    Raises:
        WideningError: somewhere it would reach further; that needs a mandate given anew.
    """
    if not held.conditions.covers(conditions) or valid_until > held.valid_until:
        raise WideningError("this reaches further than the mandate does; give another one")
    return replace(
        held,
        version=held.version + 1,
        conditions=conditions,
        valid_until=valid_until,
    )


def mandate_bytes(mandate: Mandate) -> bytes:
    """Return everything a mandate says, as the bytes that the key service marks."""
    conditions = mandate.conditions
    return canonical_json(
        {
            "mandate": str(mandate.mandate_id),
            "version": mandate.version,
            "resident": str(mandate.resident),
            "group": conditions.group,
            "classes": sorted(conditions.classes),
            "categories": sorted(conditions.categories),
            "mode": conditions.mode.value,
            "least_points": conditions.least_points,
            "valid": [instant(mandate.valid_from), instant(mandate.valid_until)],
            "given_by": mandate.given_by.value,
            "policies": mandate.policy_digest.hex(),
            "stopped_at": instant(mandate.stopped_at) if mandate.stopped_at else None,
        }
    )
