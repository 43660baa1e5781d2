"""Sessions: seen and ended by their owner, over by themselves, fresh for five minutes."""

from datetime import timedelta

import pytest
from running_bank import BankServer

from infobank.accounts.account import Role
from infobank.accounts.entrance.device import Browser, Device, Machine
from infobank.accounts.entrance.errors import StepUpError
from infobank.errors import NotFoundError
from infobank.oauth.token import secret_hash

PHONE = Device(Browser.SAFARI, Machine.IPHONE)


def begun(server: BankServer, handle: str, device: Device = PHONE):
    """Sign in."""
    return server.run(server.bank.sign_in.by_handle(handle, device))


def test_everywhere_one_is_signed_in_is_listed_and_ended_one_by_one(bank_server):
    sessions = bank_server.bank.entrance.sessions
    (secret, session), (other_secret, other) = (begun(bank_server, "hanako") for _ in range(2))
    found = bank_server.run(sessions.of(session))
    assert {each.session_id for each in found} == {
        session.arrival.session_id,
        other.arrival.session_id,
    }
    assert {each.device for each in found} == {PHONE}
    bank_server.run(sessions.end(session, other.arrival.session_id))
    assert bank_server.run(sessions.resume(other_secret)) is None
    assert bank_server.run(sessions.resume(secret)) == session
    with pytest.raises(NotFoundError):
        bank_server.run(sessions.end(session, other.arrival.session_id))


def test_all_others_end_and_this_one_stays(bank_server):
    sessions = bank_server.bank.entrance.sessions
    secrets = [begun(bank_server, "kenji")[0] for _ in range(3)]
    secret, session = begun(bank_server, "kenji")
    assert bank_server.run(sessions.end_others(session)) == 3
    assert bank_server.run(sessions.end_others(session)) == 0
    assert [bank_server.run(sessions.resume(each)) for each in secrets] == [None] * 3
    assert bank_server.run(sessions.resume(secret)) == session


def test_nobody_ends_another_persons_session(bank_server):
    sessions = bank_server.bank.entrance.sessions
    secret, mine = begun(bank_server, "hanako")
    _, hers = begun(bank_server, "taro")
    with pytest.raises(NotFoundError):
        bank_server.run(sessions.end(hers, mine.arrival.session_id))
    assert bank_server.run(sessions.resume(secret)) == mine


def test_staff_who_leave_are_signed_out_after_half_an_hour_and_residents_are_not(
    bank_server, later
):
    (staff, _), (resident, _) = (begun(bank_server, name) for name in ("steward", "hanako"))
    with later(minutes=31) as bank:
        assert bank_server.run(bank.entrance.sessions.resume(staff)) is None
        assert bank_server.run(bank.entrance.sessions.resume(resident)) is not None
    with later(hours=8) as bank:
        assert bank_server.run(bank.entrance.sessions.resume(resident)) is None


def test_staff_who_go_on_working_stay(bank_server, later):
    secret, _ = begun(bank_server, "auditor")
    for minutes in (25, 50, 75):
        with later(minutes=minutes) as bank:
            assert bank_server.run(bank.entrance.sessions.resume(secret)) is not None


def test_use_is_noted_at_most_every_five_minutes(bank_server, later):
    secret, session = begun(bank_server, "hanako")
    noted = "SELECT used_at FROM sessions WHERE session_hash = $1"

    def used(**shift: float) -> timedelta:
        with later(**shift) as bank:
            bank_server.run(bank.entrance.sessions.resume(secret))
        (row,) = bank_server.rows(noted, secret_hash(secret))
        return row["used_at"] - session.arrival.used_at

    assert used(minutes=4) == timedelta()
    assert used(minutes=6) >= timedelta(minutes=6)


def test_a_proof_is_fresh_for_five_minutes_and_then_asked_for_anew(bank_server, later):
    secret, session = begun(bank_server, "hanako")
    bank_server.bank.entrance.sessions.demand_fresh(session)
    with later(minutes=5) as bank:
        with pytest.raises(StepUpError):
            bank.entrance.sessions.demand_fresh(session)
        proven = bank_server.run(bank.sign_in.confirm(secret, session))
        bank.entrance.sessions.demand_fresh(proven)
        assert bank_server.run(bank.entrance.sessions.resume(secret)) == proven


def test_a_sign_in_tells_the_family_of_the_device_and_no_more(bank_server):
    _, session = begun(bank_server, "hanako")
    (row,) = bank_server.rows(
        "SELECT browser, machine FROM sessions WHERE session_id = $1", session.arrival.session_id
    )
    assert dict(row) == {"browser": "safari", "machine": "iphone"}
    assert session.account.role is Role.RESIDENT
