"""When somebody comes of age, and what of a guardian's ends then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from infobank.accounts.errors import ProxyOverError
from infobank.accounts.household import check_reason
from infobank.accounts.majority import comes_of_age
from infobank.accounts.proxy import Proxy, Scope
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import AccountId, ResidentId

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MAJORITY = NOW + timedelta(days=30)
PROXY = Proxy(
    UUID(int=3),
    ResidentId(UUID(int=1)),
    AccountId(UUID(int=4)),
    frozenset(Scope),
    NOW,
    NOW + timedelta(days=365),
    "operator",
    majority=MAJORITY,
)


@pytest.mark.parametrize(
    ("born", "day"),
    [
        (date(2010, 4, 1), date(2028, 4, 1)),
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2010, 2, 28), date(2028, 2, 28)),
    ],
)
def test_one_comes_of_age_on_the_birthday(born: date, day: date):
    assert comes_of_age(born, 18) == day


def test_the_calendar_ends():
    with pytest.raises(InvalidInputError):
        comes_of_age(date(9990, 1, 1), 18)


def test_a_guardian_may_no_more_from_the_hand_over_on():
    PROXY.check(Scope.CONSENT, MAJORITY - timedelta(microseconds=1))
    with pytest.raises(ProxyOverError):
        PROXY.check(Scope.CONSENT, MAJORITY)
    assert PROXY.ends_at == MAJORITY


def test_who_came_of_age_may_appoint_somebody():
    later = replace(PROXY, given_at=MAJORITY)
    later.check(Scope.CONSENT, MAJORITY)
    assert later.ends_at == later.valid_until
    assert not later.of_minor(MAJORITY)


def test_a_proxy_that_ends_before_the_hand_over_ends_before_it():
    brief = replace(PROXY, valid_until=NOW + timedelta(days=1))
    assert brief.ends_at == brief.valid_until


@pytest.mark.parametrize("reason", ["", " ", "two\nlines", "x" * 81, "\u202e"])
def test_somebody_is_left_out_for_a_stated_reason(reason: str):
    with pytest.raises(InvalidInputError):
        check_reason(reason)
