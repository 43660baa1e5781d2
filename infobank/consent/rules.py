"""The rules of the house, by name.

Each rule refuses for one reason; its name is the reason's stable key, recorded in
the access log and explained to the resident in `web/portal/texts`.  The order is
the order in which reasons are told, not a precedence: all rules are always asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from infobank.consent.consent import Consent
from infobank.consent.question import Question
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.item import spanned
from infobank.vocabulary.precision import NumberStep


@dataclass(frozen=True)
class Rule:
    """A named reason to refuse."""

    name: str
    refuses: Callable[[Question], bool]


# What the bank itself allows, whoever asks


def _unknown_category(question: Question) -> bool:
    return question.request.item.category not in question.policies.categories


def _unknown_field(question: Question) -> bool:
    category = question.policies.categories.get(question.request.item.category)
    names = question.request.item.names
    return not names or category is None or not names <= category.names


def _unknown_purpose(question: Question) -> bool:
    return question.request.purpose not in question.policies.purposes


def _purpose_retired(question: Question) -> bool:
    purpose = question.policies.purposes.get(question.request.purpose)
    return purpose is not None and purpose.retired(question.now)


def _mode_not_for_purpose(question: Question) -> bool:
    purpose = question.policies.purposes.get(question.request.purpose)
    return purpose is None or question.request.mode not in purpose.modes


def _category_not_for_purpose(question: Question) -> bool:
    purpose = question.policies.purposes.get(question.request.purpose)
    return purpose is None or question.request.item.category not in purpose.categories


# Who asks


def _recipient_inactive(question: Question) -> bool:
    recipient = question.request.recipient
    return not recipient.active or recipient.code not in question.policies.recipients


def _recipient_unvetted(question: Question) -> bool:
    until = question.request.recipient.vetted_until
    return until is None or question.now >= until


def _board_not_approved(question: Question) -> bool:
    request, recipient = question.request, question.request.recipient
    approval = (request.purpose, request.item.category, request.mode)
    return not question.policies.approves(
        approval, recipient.provider, recipient.code, question.now
    )


# What the resident said


def _no_consent(question: Question) -> bool:
    return question.consent is None


def _of_consent(refuses: Callable[[Question, Consent], bool]) -> Callable[[Question], bool]:
    """Ask a rule about the consent only where there is one: `no_consent` covers the rest."""
    return lambda question: question.consent is not None and refuses(question, question.consent)


def _of_others(question: Question, consent: Consent) -> bool:
    request = question.request
    return (consent.resident, consent.provider) != (request.resident, request.recipient.provider)


def _unknown_policies(question: Question, consent: Consent) -> bool:
    return not question.policies.knows(consent.policy_digest)


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
    return not spanned(question.request.item, consent.terms.items)


def _too_fine(question: Question, consent: Consent) -> bool:
    """Where items span what is wanted, none is as fine; or the bank cannot tell it so coarsely."""
    wanted = question.request.item
    steps = [item.precision for item in consent.terms.items if item.spans(wanted)]
    if steps and not any(step.covers(wanted.precision) for step in steps):
        return True
    category = question.policies.categories.get(wanted.category)
    banded = wanted.precision.number is NumberStep.BAND
    return banded and category is not None and not category.bandless.isdisjoint(wanted.names)


def _uses_spent(_: Question, consent: Consent) -> bool:
    return consent.spent()


def _too_often(question: Question, consent: Consent) -> bool:
    return consent.too_often(question.now)


def _abroad(question: Question, consent: Consent) -> bool:
    return question.request.recipient.abroad and not consent.terms.abroad


def _passed_on(question: Question, consent: Consent) -> bool:
    known = question.policies.recipients.get(question.request.recipient.code)
    return known is not None and known.passes_on and not consent.terms.passed_on


def _not_explicit(question: Question, consent: Consent) -> bool:
    """APPI article 20(2), and the guideline's 明確な便益: her own word, and a stated benefit."""
    code = question.request.item.category
    category = question.policies.categories.get(code)
    return (
        category is not None
        and category.special_care
        and not (code in consent.terms.explicit and consent.terms.benefit.stated)
    )


# Whose word it was


def _word(question: Question, consent: Consent) -> GivenBy:
    """Return whose word a consent goes back to: under a mandate, that of whoever gave it."""
    mandated = consent.given_by is GivenBy.MANDATE
    return question.mandate.given_by if mandated and question.mandate else consent.given_by


def _guardian_needed(question: Question, consent: Consent) -> bool:
    """A minor's own word does not count yet; nor does a standing condition she gave herself."""
    of_age = question.circumstances.of_age_from
    minor = of_age is not None and question.now < of_age
    return minor and _word(question, consent) is not GivenBy.GUARDIAN


def _guardian_over(question: Question, consent: Consent) -> bool:
    """Who has come of age decides anew: what a guardian agreed to ends at the hand-over."""
    of_age = question.circumstances.of_age_from
    return _reached(of_age, question.now) and _word(question, consent) is GivenBy.GUARDIAN


def _household_disagrees(question: Question) -> bool:
    category = question.policies.categories.get(question.request.item.category)
    return (
        category is not None and category.household and not question.circumstances.household_agrees
    )


def _outside_mandate(question: Question, consent: Consent) -> bool:
    """What the bank agreed to for her holds only while the condition does, and inside it."""
    if consent.mandate is None:
        return consent.given_by is GivenBy.MANDATE
    mandate, code = question.mandate, question.request.recipient.code
    return (
        mandate is None
        or (mandate.mandate_id, mandate.resident) != (consent.mandate, consent.resident)
        or not mandate.live(question.now)
        or not mandate.conditions.admit(consent.terms, code, question.policies)
    )


def _restricted(question: Question, consent: Consent) -> bool:
    return consent.standing.freezes(question.request.item.category)


def _objected(_: Question, consent: Consent) -> bool:
    return consent.standing.objected


def _reached(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and now >= instant


RULES: tuple[Rule, ...] = (
    Rule("unknown_category", _unknown_category),
    Rule("unknown_field", _unknown_field),
    Rule("unknown_purpose", _unknown_purpose),
    Rule("purpose_retired", _purpose_retired),
    Rule("mode_not_for_purpose", _mode_not_for_purpose),
    Rule("category_not_for_purpose", _category_not_for_purpose),
    Rule("recipient_inactive", _recipient_inactive),
    Rule("recipient_unvetted", _recipient_unvetted),
    Rule("board_not_approved", _board_not_approved),
    Rule("no_consent", _no_consent),
    Rule("consent_of_others", _of_consent(_of_others)),
    Rule("unknown_policies", _of_consent(_unknown_policies)),
    Rule("consent_withdrawn", _of_consent(_withdrawn)),
    Rule("consent_not_begun", _of_consent(_not_begun)),
    Rule("consent_over", _of_consent(_over)),
    Rule("consent_for_other_purpose", _of_consent(_other_purpose)),
    Rule("consent_for_other_mode", _of_consent(_other_mode)),
    Rule("item_not_covered", _of_consent(_item_not_covered)),
    Rule("precision_too_fine", _of_consent(_too_fine)),
    Rule("uses_spent", _of_consent(_uses_spent)),
    Rule("used_too_often", _of_consent(_too_often)),
    Rule("abroad_not_agreed", _of_consent(_abroad)),
    Rule("passing_on_not_agreed", _of_consent(_passed_on)),
    Rule("special_care_not_explicit", _of_consent(_not_explicit)),
    Rule("guardian_needed", _of_consent(_guardian_needed)),
    Rule("guardian_over", _of_consent(_guardian_over)),
    Rule("household_disagrees", _household_disagrees),
    Rule("outside_mandate", _of_consent(_outside_mandate)),
    Rule("restricted", _of_consent(_restricted)),
    Rule("objected", _of_consent(_objected)),
)
