"""Who may act for whom, in what, and until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from infobank.accounts.account import Account, Role
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.session import Arrival, Session, Way
from infobank.accounts.errors import ProxyOverError
from infobank.accounts.proxy import Proxy, Scope
from infobank.errors import InvalidInputError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import AccountId, ResidentId

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
END = NOW + timedelta(days=365)
WARD, GUARDIAN = ResidentId(UUID(int=1)), ResidentId(UUID(int=2))
PROXY = Proxy(
    UUID(int=3),
    WARD,
    AccountId(UUID(int=4)),
    frozenset({Scope.LOOK, Scope.RIGHTS}),
    NOW,
    END,
    "operator",
    label="secret name",
)


def test_a_proxy_ends_at_its_instant():
    PROXY.check(Scope.LOOK, END - timedelta(microseconds=1))
    with pytest.raises(ProxyOverError):
        PROXY.check(Scope.LOOK, END)


def test_a_proxy_that_was_ended_counts_no_more():
    with pytest.raises(ProxyOverError):
        replace(PROXY, ended_at=NOW).check(Scope.LOOK, NOW)


def test_a_proxy_is_for_what_it_is_for():
    PROXY.check(Scope.RIGHTS, NOW)
    with pytest.raises(ProxyOverError, match="not in this"):
        PROXY.check(Scope.CONSENT, NOW)


@pytest.mark.parametrize(
    "changed", [{"scopes": frozenset()}, {"valid_until": NOW}, {"label": "x" * 41}, {"label": "\n"}]
)
def test_a_proxy_that_makes_no_sense_is_not_made(changed: dict[str, object]):
    with pytest.raises(InvalidInputError):
        replace(PROXY, **changed)


def test_a_session_that_acts_for_somebody_sees_her_and_not_its_own_person():
    account = Account(PROXY.account, Role.RESIDENT, GUARDIAN)
    arrival = Arrival(UUID(int=9), Way.PASSKEY, Device(), NOW, NOW, NOW)
    own = Session(account, "csrf", END, arrival)
    acting = replace(own, proxy=PROXY)
    assert (own.acts_for, own.by) == (GUARDIAN, GivenBy.SELF)
    assert (acting.acts_for, acting.by) == (WARD, GivenBy.GUARDIAN)


def test_what_somebody_is_called_is_not_in_a_repr():
    assert "secret name" not in repr(PROXY)
