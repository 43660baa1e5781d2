"""The rules of the house, by name.

Each rule refuses for one reason; its name is the reason's stable key, recorded in
the access log and explained to the resident in `web/portal/texts`.  The order is
the order in which reasons are told, not a precedence: all rules are always asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from infobank.consent.consent import Consent
from infobank.consent.question import Question
from infobank.vocabulary.item import covered


@dataclass(frozen=True)
class Rule:
    """A named reason to refuse."""

    name: str
    refuses: Callable[[Question], bool]


def _unknown_category(question: Question) -> bool:
    return question.request.item.category not in question.policies.categories


def _unknown_field(question: Question) -> bool:
    category = question.policies.categories.get(question.request.item.category)
    known = set(category.field_names) if category else set()
    fields = question.request.item.fields
    return not fields or not set(fields) <= known


def _unknown_purpose(question: Question) -> bool:
    return question.request.purpose not in question.policies.purposes


def _recipient_inactive(question: Question) -> bool:
    return not question.request.recipient.active


def _recipient_unvetted(question: Question) -> bool:
    until = question.request.recipient.vetted_until
    return until is None or question.now >= until


def _mode_not_for_purpose(question: Question) -> bool:
    purpose = question.policies.purposes.get(question.request.purpose)
    return purpose is None or question.request.mode not in purpose.modes


def _category_not_for_purpose(question: Question) -> bool:
    purpose = question.policies.purposes.get(question.request.purpose)
    return purpose is None or question.request.item.category not in purpose.categories


def _no_consent(question: Question) -> bool:
    return question.consent is None


def _of_consent(refuses: Callable[[Question, Consent], bool]) -> Callable[[Question], bool]:
    """Ask a rule about the consent only where there is one: `no_consent` covers the rest."""
    return lambda question: question.consent is not None and refuses(question, question.consent)


def _other_resident(question: Question, consent: Consent) -> bool:
    return consent.resident != question.request.resident


def _other_recipient(question: Question, consent: Consent) -> bool:
    return consent.provider != question.request.recipient.provider


def _withdrawn(_: Question, consent: Consent) -> bool:
    return consent.withdrawn_at is not None


def _not_begun(question: Question, consent: Consent) -> bool:
    return question.now < consent.terms.valid_from


def _over(question: Question, consent: Consent) -> bool:
    return question.now >= consent.terms.valid_until


def _other_purpose(question: Question, consent: Consent) -> bool:
    return consent.terms.purpose != question.request.purpose


def _other_mode(question: Question, consent: Consent) -> bool:
    return consent.terms.mode is not question.request.mode


def _item_not_covered(question: Question, consent: Consent) -> bool:
    return not covered(question.request.item, consent.terms.items)


def _restricted(question: Question, consent: Consent) -> bool:
    return consent.standing.freezes(question.request.item.category)


def _objected(_: Question, consent: Consent) -> bool:
    return consent.standing.objected


RULES: tuple[Rule, ...] = (
    Rule("unknown_category", _unknown_category),
    Rule("unknown_field", _unknown_field),
    Rule("unknown_purpose", _unknown_purpose),
    Rule("recipient_inactive", _recipient_inactive),
    Rule("recipient_unvetted", _recipient_unvetted),
    Rule("mode_not_for_purpose", _mode_not_for_purpose),
    Rule("category_not_for_purpose", _category_not_for_purpose),
    Rule("no_consent", _no_consent),
    Rule("consent_of_other_resident", _of_consent(_other_resident)),
    Rule("consent_for_other_recipient", _of_consent(_other_recipient)),
    Rule("consent_withdrawn", _of_consent(_withdrawn)),
    Rule("consent_not_begun", _of_consent(_not_begun)),
    Rule("consent_over", _of_consent(_over)),
    Rule("consent_for_other_purpose", _of_consent(_other_purpose)),
    Rule("consent_for_other_mode", _of_consent(_other_mode)),
    Rule("item_not_covered", _of_consent(_item_not_covered)),
    Rule("restricted", _of_consent(_restricted)),
    Rule("objected", _of_consent(_objected)),
)
