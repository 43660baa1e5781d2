"""A request that changes a consent: which one it is, and what would change of it."""

from dataclasses import replace

from infobank.consent.consent import Consent
from infobank.consent.difference import Change, difference
from infobank.consent.errors import UnknownConsentError
from infobank.consent.terms import Terms
from infobank.db.consenting.requests import WaitingRequest


def amended(held: Consent | None, waiting: WaitingRequest) -> Consent:
    """Return the consent that a request names, if it is one that the request may change.

    Raises:
        UnknownConsentError: it is withdrawn, for another provider or purpose, or nobody's.
    """
    access = waiting.access
    if (
        held is None
        or held.provider != waiting.provider
        or held.withdrawn_at is not None
        or (held.terms.purpose, held.terms.mode) != (access.purpose, access.mode)
    ):
        raise UnknownConsentError("the consent that this request names cannot be changed by it")
    return held


def changes_to(held: Consent, asked: Terms) -> tuple[Change, ...]:
    """Return what a request would change of a consent.

    Special care is agreed to in the answer, category by category.
    """
    explicit = held.terms.explicit & asked.categories
    return difference(held.terms, replace(asked, explicit=explicit))
