"""Codes on paper: they begin a way in once, in time, for the account they were made for."""

import pytest
from authenticator import Authenticator
from running_bank import BankServer

from infobank.accounts.account import Role
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.errors import CeremonyError, CodeRefusedError
from infobank.accounts.entrance.passkey import Holder
from infobank.accounts.entrance.session import Way
from infobank.errors import ConflictError

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def code_for(server: BankServer, handle: str, role: Role = Role.STEWARD) -> str:
    """Open an account and return its code."""
    return server.run(server.bank.entrance.enrolments.open(handle, role))


def test_a_second_steward_comes_in_by_a_code_and_acts_as_one(bank_server):
    enrolments = bank_server.bank.entrance.enrolments
    code, device = code_for(bank_server, "second"), Authenticator(bank_server.url, b"second" * 3)
    answer = device.create(bank_server.run(enrolments.ask(code, "steward")))
    _, session = bank_server.run(enrolments.enrol(code, answer, Holder.KEY, Device()))
    assert session.account == bank_server.run(bank_server.bank.hold.steward("second"))
    assert session.arrival.way is Way.PASSKEY


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.translate(FULL_WIDTH),
        lambda code: "-".join(code[at : at + 4] for at in range(0, 16, 4)),
        lambda code: "　".join(code.translate(FULL_WIDTH)),
        lambda code: f"  {code[:8]}ー{code[8:]} ",
    ],
    ids=["full-width", "dashes", "wide-spaces", "long-vowel"],
)
def test_a_code_is_read_however_it_was_typed(bank_server, typed, request):
    code = code_for(bank_server, f"typed-{request.node.callspec.id}")
    found = bank_server.run(bank_server.bank.entrance.enrolments.look(typed(code)))
    assert found.account.role is Role.STEWARD


@pytest.mark.parametrize("typed", ["", "1234", "x" * 16, "1" * 17, "９" * 40, "\x00" * 16])
def test_what_is_no_code_is_refused_as_an_unknown_one_is(bank_server, typed):
    with pytest.raises(CodeRefusedError) as refused:
        bank_server.run(bank_server.bank.entrance.enrolments.look(typed))
    with pytest.raises(CodeRefusedError) as unknown:
        bank_server.run(bank_server.bank.entrance.enrolments.look("1" * 16))
    assert refused.value.message == unknown.value.message


def test_a_code_counts_once(bank_server):
    enrolments, code = bank_server.bank.entrance.enrolments, code_for(bank_server, "once")
    first, second = (Authenticator(bank_server.url, name * 4) for name in (b"once1", b"once2"))
    answers = [
        device.create(bank_server.run(enrolments.ask(code, "x"))) for device in (first, second)
    ]
    bank_server.run(enrolments.enrol(code, answers[0], Holder.KEY, Device()))
    with pytest.raises(CodeRefusedError):
        bank_server.run(enrolments.enrol(code, answers[1], Holder.KEY, Device()))


def test_a_code_is_over_after_a_day(bank_server, later):
    code = code_for(bank_server, "late")
    with later(hours=23) as bank:
        bank_server.run(bank.entrance.enrolments.look(code))
    with later(hours=24) as bank, pytest.raises(CodeRefusedError):
        bank_server.run(bank.entrance.enrolments.look(code))


def test_a_refused_passkey_leaves_the_code_to_be_used(bank_server):
    enrolments, code = bank_server.bank.entrance.enrolments, code_for(bank_server, "again")
    device = Authenticator(bank_server.url, b"again" * 4)
    options = bank_server.run(enrolments.ask(code, "x"))
    wrong = device.create(options, origin="https://attacker.example")
    with pytest.raises(CeremonyError):
        bank_server.run(enrolments.enrol(code, wrong, Holder.KEY, Device()))
    answer = device.create(bank_server.run(enrolments.ask(code, "x")))
    bank_server.run(enrolments.enrol(code, answer, Holder.KEY, Device()))


def test_a_challenge_for_one_account_makes_no_passkey_of_another(bank_server):
    enrolments = bank_server.bank.entrance.enrolments
    mine, hers = (code_for(bank_server, name) for name in ("mine", "hers"))
    device = Authenticator(bank_server.url, b"mine" * 5)
    answer = device.create(bank_server.run(enrolments.ask(mine, "x")))
    with pytest.raises(CeremonyError):
        bank_server.run(enrolments.enrol(hers, answer, Holder.KEY, Device()))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE enrolments SET expires_at = expires_at + interval '1 day' WHERE account_id = $1",
        "UPDATE enrolments SET usable_from = usable_from - interval '1 day' WHERE account_id = $1",
        "UPDATE enrolments SET opening = 'recovery' WHERE account_id = $1",
        "UPDATE accounts SET role = 'auditor' WHERE account_id = $1",
    ],
    ids=["longer", "sooner", "another", "role"],
)
def test_a_code_that_was_changed_past_the_bank_counts_no_more(bank_server, change, request):
    enrolments = bank_server.bank.entrance.enrolments
    code = code_for(bank_server, f"changed-{request.node.callspec.id}")
    account = bank_server.run(enrolments.look(code)).account
    bank_server.rows(change, account.account_id)
    with pytest.raises(CodeRefusedError):
        bank_server.run(enrolments.look(code))


def test_a_name_is_opened_once(bank_server):
    code_for(bank_server, "taken")
    with pytest.raises(ConflictError):
        code_for(bank_server, "taken")
