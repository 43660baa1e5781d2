"""What takes two stewards takes two different ones, in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from infobank.accounts.approval import WAITS, Act, Approval, approval_bytes
from infobank.errors import ConflictError
from infobank.vocabulary.identifiers import AccountId, ResidentId

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ONE, OTHER = AccountId(UUID(int=1)), AccountId(UUID(int=2))
WARD = ResidentId(UUID(int=3))
ASKED = Approval(
    UUID(int=4), Act.PROXY, {"resident": str(WARD)}, {"label": "00"}, ONE, NOW, b"mark"
)


def test_nobody_approves_what_she_asked_for():
    with pytest.raises(ConflictError, match="two different"):
        ASKED.check(ONE, NOW)


def test_another_approves_until_it_lapses():
    ASKED.check(OTHER, NOW + WAITS - timedelta(microseconds=1))
    with pytest.raises(ConflictError, match="in time"):
        ASKED.check(OTHER, NOW + WAITS)


@pytest.mark.parametrize(
    "changed",
    [
        {"act": Act.RECOVERY},
        {"document": {"resident": str(UUID(int=9))}},
        {"sealed": {"label": "01"}},
        {"asked_by": OTHER},
        {"asked_at": NOW + timedelta(seconds=1)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_mark_covers_all_that_is_approved(changed: dict[str, object]):
    assert approval_bytes(replace(ASKED, **changed)) != approval_bytes(ASKED)


def test_what_is_sealed_is_not_shown_with_it():
    assert "label" not in repr(ASKED)
    assert ASKED.resident == WARD
