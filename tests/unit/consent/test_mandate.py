"""What a mandate may say, and how it becomes narrower."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from infobank.consent.errors import WideningError
from infobank.consent.mandate import Conditions, Mandate, mandate_bytes, narrowed
from infobank.errors import InvalidInputError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Text

DAY = timedelta(days=1)


@pytest.fixture
def mandate(now) -> Mandate:
    """Return a mandate over walks and sleep, for a day."""
    return Mandate(
        mandate_id=UUID(int=4),
        version=1,
        resident=UUID(int=5),
        conditions=Conditions(
            group="health",
            classes=frozenset({"service", "institute"}),
            categories=frozenset({"walks", "sleep"}),
            mode=OutputMode.RECORDS,
            least_points=3,
        ),
        valid_from=now,
        valid_until=now + DAY,
        given_by=GivenBy.SELF,
        policy_digest=bytes(32),
    )


@pytest.fixture
def now(question):
    """Return the invented instant."""
    return question.now


@pytest.fixture
def known(policies):
    """Return the rules, with names for the classes of purposes."""
    return replace(policies, groups={"health": Text("健康", "health")})


def test_ordinary_conditions_are_accepted(mandate, known):
    mandate.conditions.check(known)


@pytest.mark.parametrize(
    "change",
    [
        {"group": "nothing"},
        {"classes": frozenset({"service", "nobody"})},
        {"categories": frozenset({"walks", "nothing"})},
        {"categories": frozenset({"walks", "checks"})},
    ],
    ids=["unknown group", "unknown class", "unknown category", "special care"],
)
def test_what_may_not_be_agreed_to_beforehand_is_refused(mandate, known, change):
    with pytest.raises(InvalidInputError):
        replace(mandate.conditions, **change).check(known)


def test_a_narrowed_mandate_is_its_next_version(mandate, now):
    conditions = replace(mandate.conditions, classes=frozenset({"service"}), least_points=4)
    changed = narrowed(mandate, conditions, now + DAY / 2)
    assert (changed.version, changed.conditions) == (2, conditions)
    assert changed.valid_until == now + DAY / 2
    assert mandate_bytes(changed) != mandate_bytes(mandate)


@pytest.mark.parametrize(
    "change",
    [
        {"group": "research"},
        {"classes": frozenset({"service", "broker"})},
        {"categories": frozenset({"walks", "meter"})},
        {"mode": OutputMode.ANSWERS},
        {"least_points": 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nobody_widens_by_narrowing(mandate, change):
    with pytest.raises(WideningError):
        narrowed(mandate, replace(mandate.conditions, **change), mandate.valid_until)


def test_a_narrowed_mandate_does_not_hold_longer(mandate):
    with pytest.raises(WideningError):
        narrowed(mandate, mandate.conditions, mandate.valid_until + timedelta(microseconds=1))
