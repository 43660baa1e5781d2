"""A lost passkey: two stewards, a waiting time, and an end to what was there before."""

from itertools import count

import pytest
from authenticator import Authenticator
from running_bank import BankServer
from stewards import stewards

from infobank.accounts.account import Role
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import CeremonyError, CodeRefusedError, CodeWaitsError
from infobank.accounts.entrance.passkey import Holder
from infobank.errors import ConflictError, NotFoundError

numbers = count()


def given(server: BankServer, handle: str) -> tuple[str, str]:
    """Let two stewards make a code for somebody; return the half that each one sees."""
    one, other = stewards(server)
    stewardship = server.bank.stewardship
    approval, first = server.run(stewardship.recover(handle, one))
    approved = server.run(stewardship.approvals.approve(approval.approval_id, other))
    return first, approved.told


@pytest.fixture
def resident(bank_server: BankServer):
    """Return what gives a resident of the cast a passkey."""

    def with_passkey(handle: str) -> tuple[Authenticator, str]:
        entrance, home = bank_server.bank.entrance, bank_server.residents[handle]
        account = f"{handle}-{next(numbers)}"
        code = bank_server.run(entrance.enrolments.open(account, Role.RESIDENT, resident=home))
        device = Authenticator(bank_server.url, account.encode() * 4)
        answer = device.create(bank_server.run(entrance.enrolments.ask(code, "x")))
        bank_server.run(entrance.enrolments.enrol(code, answer, Holder.PHONE, Device()))
        return device, account

    return with_passkey


def sign_in(server: BankServer, device: Authenticator):
    """Sign in with a passkey."""
    passkeys = server.bank.entrance.passkeys
    answer = device.get(server.run(passkeys.ask_sign_in()))
    return server.run(passkeys.sign_in(answer, Device()))


def test_she_comes_back_after_a_day_and_what_was_there_before_is_over(bank_server, resident, later):
    old, handle = resident("hanako")
    stolen, session = sign_in(bank_server, old)
    code = "".join(given(bank_server, handle))
    new = Authenticator(bank_server.url, b"hanako-new" * 2)
    with later(hours=24, minutes=1) as bank:
        enrolments = bank.entrance.enrolments
        answer = new.create(bank_server.run(enrolments.ask(code, "x")))
        _, back = bank_server.run(enrolments.enrol(code, answer, Holder.PHONE, Device()))
        assert back.account == session.account
    assert bank_server.run(bank_server.bank.entrance.sessions.resume(stolen)) is None
    with pytest.raises(CeremonyError):
        sign_in(bank_server, old)
    sign_in(bank_server, new)


def test_the_code_waits_a_day_and_does_not_wait_for_ever(bank_server, resident, later):
    _, handle = resident("kenji")
    code = "".join(given(bank_server, handle))
    with pytest.raises(CodeWaitsError):
        bank_server.run(bank_server.bank.entrance.enrolments.look(code))
    with later(days=8, minutes=1) as bank, pytest.raises(CodeRefusedError):
        bank_server.run(bank.entrance.enrolments.look(code))


def test_no_steward_alone_has_the_code(bank_server, resident, later):
    _, handle = resident("taro")
    first, second = given(bank_server, handle)
    with later(hours=25) as bank:
        for half in (first, second):
            with pytest.raises(CodeRefusedError):
                bank_server.run(bank.entrance.enrolments.look(half + half))
        with pytest.raises(CodeRefusedError):
            bank_server.run(bank.entrance.enrolments.look(second + first))
        bank_server.run(bank.entrance.enrolments.look(first + second))


def test_who_is_still_signed_in_sees_it_and_stops_it(bank_server, resident, later):
    device, handle = resident("misaki")
    _, session = sign_in(bank_server, device)
    code = "".join(given(bank_server, handle))
    recovery = bank_server.bank.entrance.recovery
    waiting = bank_server.run(recovery.of(session.account))
    assert waiting is not None
    bank_server.run(recovery.stop(session.account))
    assert bank_server.run(recovery.of(session.account)) is None
    with pytest.raises(NotFoundError):
        bank_server.run(recovery.stop(session.account))
    with later(hours=25) as bank, pytest.raises(CodeRefusedError):
        bank_server.run(bank.entrance.enrolments.look(code))
    sign_in(bank_server, device)


def test_a_later_recovery_takes_the_place_of_an_earlier_one(bank_server, resident, later):
    _, handle = resident("misaki")
    earlier, code = ("".join(given(bank_server, handle)) for _ in range(2))
    with later(hours=25) as bank:
        with pytest.raises(CodeRefusedError):
            bank_server.run(bank.entrance.enrolments.look(earlier))
        bank_server.run(bank.entrance.enrolments.look(code))


def test_one_steward_alone_recovers_nobody(bank_server, resident):
    _, handle = resident("taro")
    one, _ = stewards(bank_server)
    approval, _ = bank_server.run(bank_server.bank.stewardship.recover(handle, one))
    with pytest.raises(ConflictError, match="two different"):
        bank_server.run(bank_server.bank.stewardship.approvals.approve(approval.approval_id, one))
