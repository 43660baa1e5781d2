"""Requests at the rights desk: deadlines, and the ways they can go."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import (
    NEXT,
    Refusal,
    Right,
    RightsPolicy,
    RightsRequest,
    Status,
    begun,
)
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DUE = date(2026, 12, 21)


def request(right: Right, status: Status) -> RightsRequest:
    return begun(
        UUID(int=1), ResidentId(UUID(int=2)), right, GivenBy.SELF, at=NOW, due=DUE, status=status
    )


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_a_request_goes_only_where_it_can_go_from_where_it_stands(before: Status, after: Status):
    made = request(Right.CORRECTION, before)
    if after in NEXT[before]:
        moved = made.moved(after, NOW + timedelta(days=1), "steward")
        assert (moved.status, moved.steps[:-1]) == (after, made.steps)
    else:
        with pytest.raises(RightsRequestOverError):
            made.moved(after, NOW, "steward")


def test_what_is_over_is_over():
    ends = {Status.CARRIED_OUT, Status.REFUSED, Status.LIFTED, Status.ANSWERED}
    assert {status for status, after in NEXT.items() if not after} == ends


def test_a_refusal_keeps_its_reason_and_whose_it_was():
    refused = request(Right.CORRECTION, Status.RECEIVED).moved(
        Status.REFUSED, NOW, "steward", Refusal.NOT_WRONG
    )
    assert (refused.reason, refused.steps[-1].by) == ("not_wrong", "steward")


def test_only_what_the_bank_has_to_decide_can_be_overdue():
    after = DUE + timedelta(days=1)
    assert request(Right.CORRECTION, Status.RECEIVED).overdue(after)
    assert not request(Right.CORRECTION, Status.RECEIVED).overdue(DUE)
    assert not request(Right.RESTRICTION, Status.STANDING).overdue(after)
    assert not request(Right.EXPORT, Status.READY).overdue(after)


def test_a_copy_is_fetched_and_fetched_again_until_its_last_day():
    ready = request(Right.EXPORT, Status.READY)
    fetched = ready.moved(Status.CARRIED_OUT, NOW, "self")
    assert ready.fetchable(DUE)
    assert fetched.fetchable(DUE)
    assert not fetched.fetchable(DUE + timedelta(days=1))
    assert not request(Right.CORRECTION, Status.CARRIED_OUT).fetchable(DUE)


def test_deadlines_count_from_the_day_of_the_request():
    policy = RightsPolicy(dict.fromkeys(Right, 30), frozenset())
    assert policy.due(Right.EXPORT, date(2026, 11, 21)) == DUE


def test_no_sealed_part_is_in_a_requests_repr():
    shown = repr(request(Right.CORRECTION, Status.RECEIVED))
    assert "sealed" not in shown
