"""Why it was decided so, in words, and what would change the answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from infobank.consent.answers.budget import SPENT
from infobank.consent.consent import ConsentState
from infobank.consent.decision import PERMITTED, PERMITTED_BY_MANDATE
from infobank.consent.exchange.events import Happening
from infobank.consent.rules import RULES
from infobank.consent.terms import Terms
from infobank.vocabulary.bounds import Onward
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.precision import NumberStep, PlaceStep, TimeStep
from infobank.vocabulary.text.language import Language
from infobank.vocabulary.text.words import Phrasebook


class Consequence(StrEnum):
    """What follows from an act of the resident: told before she does it."""

    WITHDRAW_KEEP = "withdraw_keep"
    """She withdraws; the recipient may keep what it has until its time is over."""
    WITHDRAW_DELETE = "withdraw_delete"
    """She withdraws, and the recipient must delete what it has."""
    NARROW = "narrow"
    WIDEN = "widen"
    MANDATE_GIVE = "mandate_give"
    MANDATE_STOP = "mandate_stop"


REASONS: Final = (*PERMITTED, *PERMITTED_BY_MANDATE, *(rule.name for rule in RULES), SPENT)
"""Every reason a decision may give."""

_SECTIONS: Final[Mapping[str, Iterable[str]]] = {
    "term": [each.name for each in fields(Terms)],
    "mode": OutputMode,
    "time": TimeStep,
    "place": PlaceStep,
    "number": NumberStep,
    "onward": Onward,
    "abroad": ["yes", "no"],
    "consequence": Consequence,
    "state": ConsentState,
    "event": Happening,
    "by": GivenBy,
    "receipt": [
        *("title", "number", "consent", "issued", "state", "bank", "recipient", "principal"),
        *("history", "withdrawal", "check"),
    ],
}

TERMS: Final[Mapping[str, frozenset[str]]] = {
    **{f"{section}.{name}": frozenset() for section, names in _SECTIONS.items() for name in names},
    "retention_days.nothing": frozenset(),
    "retention_days.days": frozenset({"days"}),
    "most_uses.unbounded": frozenset(),
    "most_uses.bounded": frozenset({"uses"}),
    "frequency.unbounded": frozenset(),
    "frequency.bounded": frozenset({"times", "days"}),
    "benefit.none": frozenset(),
    "benefit.points": frozenset({"points"}),
    "benefit.words": frozenset({"words"}),
    "explicit.given": frozenset({"category"}),
    "explicit.missing": frozenset({"category"}),
    "valid_until.day": frozenset({"day"}),
    "receipt.withdraw_by": frozenset({"address"}),
    "receipt.check_by": frozenset({"receipt", "keys"}),
}
"""Every term, every value of one, every consequence and what stands on a receipt: all that has
words besides the reasons, with the parts they take."""


@dataclass(frozen=True)
class Explanation:
    """One reason in one language.

    `change` says what would change the answer, `law` which article stands behind the rule.
    """

    rule: str
    words: str
    change: str
    law: str


def explain(
    reasons: Iterable[str], phrases: Phrasebook, language: Language
) -> tuple[Explanation, ...]:
    """Return the reasons of a decision in words, in its order.

    A reason that has no words any more, because a rule was renamed since an old decision,
    is told by its name alone.
    """
    return tuple(_explain(rule, phrases, language) for rule in reasons)


def _explain(rule: str, phrases: Phrasebook, language: Language) -> Explanation:
    reason = phrases.reasons.get(rule)
    if reason is None:
        return Explanation(rule, rule, "", "")
    return Explanation(
        rule,
        reason.words.in_(language),
        reason.change.in_(language),
        reason.law.in_(language) if reason.law else "",
    )
