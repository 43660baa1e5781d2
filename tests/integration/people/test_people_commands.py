"""Stewards do by command what they do by program."""

from datetime import timedelta

import pytest
from bank_processes import infobank, said
from newcomers import newcomer
from provider_client import register
from running_bank import SOURCE, BankServer
from stewards import STEWARDS, stewards

from infobank.accounts.entrance.errors import CodeWaitsError
from infobank.demo.city.cast import RESIDENTS


def test_two_stewards_let_a_guardian_act_by_command(bank_server: BankServer):
    stewards(bank_server)
    newcomer(bank_server, "commanded")
    until = (bank_server.bank.clock.now() + timedelta(days=200)).date().isoformat()
    parties = ("--for", "commanded", "--by", "taro", "--until", until, "--born", "2015-04-01")
    asked = said(bank_server.settings, "proxy", "add", *parties, "--steward", STEWARDS[0])
    name = asked.split()[1]
    assert name in said(bank_server.settings, "approval", "list")
    approving = ("approval", "approve", name, "--steward")
    alone = infobank(bank_server.settings, *approving, STEWARDS[0])
    assert (alone.returncode, "two different stewards" in alone.stderr) == (1, True)
    done = said(bank_server.settings, *approving, STEWARDS[1])
    assert "ended" in said(bank_server.settings, "proxy", "end", done.split()[-1])


def test_a_steward_certifies_and_registers_by_command(bank_server: BankServer):
    client = register(bank_server)
    until = (bank_server.bank.clock.now() + timedelta(days=200)).date().isoformat()
    shown = ("information_security", "--until", until, "--reference", "IS 1")
    by = ("--steward", STEWARDS[0])
    kept = said(bank_server.settings, "provider", "certify", client.client_id, *shown, *by)
    assert "information_security  until" in kept
    revoking = ("provider", "revoke", client.client_id, "information_security")
    assert "no certificates" in said(bank_server.settings, *revoking, *by)
    people = ("--adult", "hanako", "--adult", "kenji")
    household = said(bank_server.settings, "household", "register", *people, *by).split()[1]
    leaving = ("household", "leave-out", household, "--member", "kenji", "--reason", "case 1")
    assert "left out" in said(bank_server.settings, *leaving, *by)


def test_accounts_are_opened_by_command_and_their_codes_begin_a_way_in(bank_server: BankServer):
    enrolments = bank_server.bank.entrance.enrolments
    opening = ("account", "open", "third_steward", "--role", "steward")
    first, where = said(bank_server.settings, *opening).splitlines()
    assert where.startswith(f"type it at {bank_server.url}/enrol")
    found = bank_server.run(enrolments.look(first.removeprefix("code")))
    assert found.account == bank_server.run(bank_server.bank.hold.steward("third_steward"))
    again = infobank(bank_server.settings, *opening)
    assert (again.returncode, "taken" in again.stderr) == (1, True)
    alone = infobank(bank_server.settings, "account", "open", "somebody", "--role", "resident")
    assert (alone.returncode, "--identifier" in alone.stderr) == (1, True)
    number = str(next(each.number for each in RESIDENTS if each.handle == "hanako"))
    whose = ("--role", "resident", "--source", SOURCE, "--identifier", number)
    code = said(bank_server.settings, "account", "open", "hanako-2", *whose).splitlines()[0]
    found = bank_server.run(enrolments.look(code.removeprefix("code")))
    assert found.account.resident == bank_server.residents["hanako"]
    client = register(bank_server).client_id
    staff = ("--role", "provider", "--provider", client)
    code = said(bank_server.settings, "account", "open", "coach-1", *staff).splitlines()[0]
    found = bank_server.run(enrolments.look(code.removeprefix("code")))
    assert str(found.account.provider) == client


def test_two_stewards_bring_somebody_back_by_command(bank_server: BankServer):
    stewards(bank_server)
    newcomer(bank_server, "lost")
    asking = ("account", "recover", "lost", "--steward", STEWARDS[0])
    asked = said(bank_server.settings, *asking).splitlines()
    first, name = asked[-1].split("  ")[-1], asked[0].split()[1]
    approving = ("approval", "approve", name, "--steward", STEWARDS[1])
    second = said(bank_server.settings, *approving).splitlines()[-1].split("  ")[-1]
    with pytest.raises(CodeWaitsError):
        bank_server.run(bank_server.bank.entrance.enrolments.look(first + second))
