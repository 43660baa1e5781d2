"""Stewards do by command what they do by program."""

from datetime import timedelta

from bank_processes import infobank, said
from newcomers import newcomer
from provider_client import register
from running_bank import BankServer
from stewards import STEWARDS, stewards


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
