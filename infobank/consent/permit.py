"""The short way to a permit: what every rule would say, asked in one breath.

A disclosure is decided thousands of times a second, and nearly always permitted.
`refused_by_none` answers that case without calling thirty rules.

INVARIANT: it is true exactly where no rule of `rules.RULES` refuses.  It adds no rule and
leaves none out; `tests/properties/consent/test_deciders_agree.py` holds both to each other.
"""

from typing import Final

from infobank.consent.consent import Consent
from infobank.consent.question import ADULT_ALONE, Question
from infobank.consent.rules import RULES
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.precision import EXACT
from infobank.vocabulary.standing import NOTHING

_ASKED: Final = frozenset(
    {
        "no_consent",
        "consent_of_others",
        "unknown_policies",
        "consent_withdrawn",
        "consent_not_begun",
        "consent_over",
        "consent_for_other_purpose",
        "consent_for_other_mode",
        "item_not_covered",
        "recipient_unvetted",
    }
)
_OTHERS: Final = tuple(rule.refuses for rule in RULES if rule.name not in _ASKED)
"""Rules that few requests can fail: asked one by one where one might."""

_SELF: Final = GivenBy.SELF
"""Looked up once: a member of an enumeration takes long to find."""


def refused_by_none(question: Question, consent: Consent) -> bool:
    """Tell whether every rule lets this pass."""
    request, terms, now, policies = question.request, consent.terms, question.now, question.policies
    recipient, wanted = request.recipient, request.item
    until = recipient.vetted_until
    if not (
        terms.valid_from <= now < terms.valid_until
        and consent.withdrawn_at is None
        and recipient.active
        and until is not None
        and now < until
        and request.mode is terms.mode
        and request.purpose == terms.purpose
        # Numbers: UUIDs take ten times as long to compare.
        and request.resident.int == consent.resident.int
        and recipient.provider.int == consent.provider.int
        and policies.knows(consent.policy_digest)
    ):
        return False
    category, fields, period = wanted.category, wanted.fields, wanted.period
    for held in terms.items:  # what `vocabulary.item.covered` tells, in one breath too
        if (
            held.category == category
            and (held.fields == fields or held.names.issuperset(fields))
            and held.period.first <= period.first
            and period.last <= held.period.last
            and (held.precision is wanted.precision or held.precision.covers(wanted.precision))
        ):
            break
    else:
        return False
    # Where there is nothing that one of the other rules could refuse, none of them is asked.
    names = policies.plain.get((terms.purpose, category, terms.mode, recipient.code))
    return (
        names is not None
        and names.issuperset(fields)
        and fields != ()
        and wanted.precision is EXACT
        and terms.most_uses is None
        and terms.frequency is None
        and consent.mandate is None
        and consent.given_by is _SELF
        and consent.standing is NOTHING
        and question.circumstances is ADULT_ALONE
        and not recipient.abroad
    ) or not any(refuses(question) for refuses in _OTHERS)
