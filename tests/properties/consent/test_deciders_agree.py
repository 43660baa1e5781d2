"""Three deciders, one answer: the rules, the short way to a permit, and Cedar's own text."""

from collections import Counter

import cedarpy
import pytest
from deciding.cedar import RULES as TEXT
from deciding.cedar import SCHEMA, Cedar
from deciding.faults import FAULTS
from deciding.invented import POLICIES
from deciding.questions import questions

from infobank.consent.decision import decide, refusing
from infobank.consent.permit import refused_by_none
from infobank.consent.question import Question
from infobank.consent.rules import RULES

pytestmark = pytest.mark.timeout(900)
"""Cedar alone takes a quarter of a minute of a processor that has nothing else to do."""

SEED, COUNT = 1, 20_000
OFTEN = 20
"""How often each rule is at least the only one to refuse, where it can be."""

NEVER_ALONE = {"unknown_category", "unknown_purpose"}
"""What is not known at all is refused by other rules too."""


@pytest.fixture(scope="module")
def asked() -> list[Question]:
    return list(questions(SEED, COUNT))


@pytest.fixture(scope="module")
def refused(asked: list[Question]) -> list[tuple[str, ...]]:
    """Return what the rules say of each question."""
    return [refusing(question) for question in asked]


@pytest.fixture(scope="module")
def said(asked: list[Question]) -> list[frozenset[str]]:
    """Return what Cedar says of each question."""
    cedar = Cedar(POLICIES)
    return [cedar.refusing(question) for question in asked]


def test_cedars_text_fits_its_schema():
    found = cedarpy.validate_policies(TEXT.read_text("utf-8"), SCHEMA.read_text("utf-8"))
    assert found, [error.error for error in found.errors]


def test_cedars_text_has_each_rule_once_and_in_their_order():
    marks = [line for line in TEXT.read_text("utf-8").splitlines() if line.startswith("@id")]
    names = ["consent_covers_request", *(rule.name for rule in RULES)]
    assert marks == [f'@id("{name}")' for name in names]


def test_the_questions_reach_every_rule_and_every_permit(asked, refused):
    alone = Counter(names[0] for names in refused if len(names) == 1)
    seldom = {rule.name for rule in RULES if alone[rule.name] < OFTEN} - NEVER_ALONE
    assert seldom == set()
    assert {name for names in refused for name in names} >= NEVER_ALONE
    permits = {
        decide(question).reasons
        for question, names in zip(asked, refused, strict=True)
        if not names
    }
    assert permits == {("consent_covers_request",), ("mandate_covers_request",)}


def test_the_short_way_permits_exactly_what_no_rule_refuses(asked, refused):
    for question, names in zip(asked, refused, strict=True):
        short = question.consent is not None and refused_by_none(question, question.consent)
        assert short == (not names)


def test_cedar_gives_the_same_effect_for_the_same_reasons(asked, said):
    for question, names in zip(asked, said, strict=True):
        decision = decide(question)
        assert decision.permitted == (not names)
        assert decision.permitted or frozenset(decision.reasons) == names


@pytest.mark.parametrize("fault", FAULTS)
def test_cedar_catches_a_fault_in_the_function(fault, asked, said, record_property):
    name, refuses = FAULTS[fault]
    differing = sum(
        refuses(question) != (name in names) for question, names in zip(asked, said, strict=True)
    )
    record_property("differing", differing)
    assert differing > 0
