"""Faults planted in the function: each is one that somebody could write, or forget."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from deciding.invented import DAY, POLICIES

from infobank.consent.question import Question
from infobank.consent.rules import RULES
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.item import Item
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import EXACT

Refuses = Callable[[Question], bool]
Items = tuple[Item, ...]
Fault = tuple[str, Refuses]
"""The name of a rule, and what somebody wrote in its place."""

_RULES = {rule.name: rule.refuses for rule in RULES}


def _forgotten(name: str) -> Fault:
    return name, lambda _: False


def _instead(name: str, refuses: Refuses) -> Fault:
    return name, refuses


def _seen(name: str, alter: Callable[[Question], Question]) -> Fault:
    """One rule sees something else than was asked."""
    return name, lambda question: _RULES[name](alter(question))


def _later(by: timedelta) -> Callable[[Question], Question]:
    return lambda question: replace(question, now=question.now + by)


def _items(change: Callable[[Items], Items]) -> Callable[[Question], Question]:
    def alter(question: Question) -> Question:
        consent = question.consent
        if consent is None:
            return question
        terms = replace(consent.terms, items=change(consent.terms.items), explicit=frozenset())
        return replace(question, consent=replace(consent, terms=terms))

    return alter


def _all_exact(items: Items) -> Items:
    return tuple(replace(item, precision=EXACT) for item in items)


def _first(items: Items) -> Items:
    return items[:1]


def _wider(**conditions: object) -> Callable[[Question], Question]:
    def alter(question: Question) -> Question:
        mandate = question.mandate
        if mandate is None:
            return question
        wide = replace(mandate, conditions=replace(mandate.conditions, **conditions))
        return replace(question, mandate=wide)

    return alter


def _wanted(change: Callable[[Item], Item]) -> Callable[[Question], Question]:
    def alter(question: Question) -> Question:
        request = question.request
        return replace(question, request=replace(request, item=change(request.item)))

    return alter


def _uses(total: int, stretch: int) -> Callable[[Question], Question]:
    def alter(question: Question) -> Question:
        consent = question.consent
        if consent is None:
            return question
        uses = replace(
            consent.uses, total=consent.uses.total + total, stretch=consent.uses.stretch + stretch
        )
        return replace(question, consent=replace(consent, uses=uses))

    return alter


def _one_day(item: Item) -> Item:
    return replace(item, period=Period(item.period.first, item.period.first))


def _one_field(item: Item) -> Item:
    return replace(item, fields=item.fields[:1])


FAULTS: Mapping[str, Fault] = {
    "expiry off by a day": _seen("consent_over", _later(-DAY)),
    "the last instant included": _seen("consent_over", _later(-timedelta(microseconds=1))),
    "a beginning ignored": _forgotten("consent_not_begun"),
    "withdrawal ignored": _forgotten("consent_withdrawn"),
    "purpose not compared": _forgotten("consent_for_other_purpose"),
    "mode not compared": _forgotten("consent_for_other_mode"),
    "parties not compared": _forgotten("consent_of_others"),
    "a retired purpose still in use": _forgotten("purpose_retired"),
    "only the first field compared": _seen("item_not_covered", _wanted(_one_field)),
    "only the first day compared": _seen("item_not_covered", _wanted(_one_day)),
    "precision dropped": _seen("precision_too_fine", _items(_all_exact)),
    "the precision of the first item taken": _seen("precision_too_fine", _items(_first)),
    "numbers without bands told in bands": _instead(
        "precision_too_fine",
        lambda q: _RULES["precision_too_fine"](
            replace(q, policies=replace(POLICIES, categories={}))
        ),
    ),
    "mandate wider than its class": _seen(
        "outside_mandate", _wider(classes=frozenset(POLICIES.recipients))
    ),
    "mandate wider than its categories": _seen(
        "outside_mandate", _wider(categories=frozenset(POLICIES.categories))
    ),
    "mandate with no least benefit": _seen("outside_mandate", _wider(least_points=0)),
    "a stopped mandate still counts": _instead(
        "outside_mandate",
        lambda q: _RULES["outside_mandate"](
            replace(q, mandate=q.mandate and replace(q.mandate, stopped_at=None))
        ),
    ),
    "uses off by one": _seen("uses_spent", _uses(-1, 0)),
    "the stretch before counted too": _seen("used_too_often", _uses(0, 1)),
    "frequency ignored": _forgotten("used_too_often"),
    "board ignored": _forgotten("board_not_approved"),
    "board's decision for all time": _seen(
        "board_not_approved", lambda q: replace(q, now=POLICIES.board[0].valid_from)
    ),
    "vetting ignored": _forgotten("recipient_unvetted"),
    "special care ignored": _forgotten("special_care_not_explicit"),
    "guardian ignored": _forgotten("guardian_needed"),
    "hand-over a day late": _seen("guardian_over", _later(-DAY)),
    "a mandate of a minor counts": _instead(
        "guardian_needed",
        lambda q: (
            _RULES["guardian_needed"](q)
            and q.consent is not None
            and q.consent.given_by is not GivenBy.MANDATE
        ),
    ),
    "a guardian's mandate outlives the hand-over": _instead(
        "guardian_over",
        lambda q: (
            _RULES["guardian_over"](q)
            and q.consent is not None
            and q.consent.given_by is not GivenBy.MANDATE
        ),
    ),
    "household ignored": _forgotten("household_disagrees"),
    "abroad ignored": _forgotten("abroad_not_agreed"),
    "onward ignored": _forgotten("passing_on_not_agreed"),
    "restriction ignored": _forgotten("restricted"),
    "objection ignored": _forgotten("objected"),
    "policies of nobody": _forgotten("unknown_policies"),
}
