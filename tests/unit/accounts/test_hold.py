"""A legal hold ends by the word of two different stewards, and by nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from infobank.accounts.hold import LONGEST_MATTER, Hold
from infobank.errors import ConflictError, InvalidInputError
from infobank.vocabulary.identifiers import AccountId, ResidentId

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ONE, OTHER, THIRD = (AccountId(uuid4()) for _ in range(3))
HOLD = Hold(uuid4(), ResidentId(uuid4()), "2026 (wa) 1", NOW, ONE)


def test_a_hold_stands_until_the_second_word():
    assert HOLD.standing
    asked = HOLD.released(ONE, NOW)
    assert asked.standing
    assert not asked.released(OTHER, NOW).standing


def test_one_person_does_not_count_twice():
    with pytest.raises(ConflictError, match="two different"):
        HOLD.released(ONE, NOW).released(ONE, NOW)


def test_what_was_released_stays_released():
    with pytest.raises(ConflictError, match="released before"):
        HOLD.released(ONE, NOW).released(OTHER, NOW).released(THIRD, NOW)


@pytest.mark.parametrize("matter", ["", "  ", "two\nlines", "x" * (LONGEST_MATTER + 1)])
def test_a_hold_needs_the_reference_of_its_matter(matter: str):
    with pytest.raises(InvalidInputError):
        replace(HOLD, matter=matter)
