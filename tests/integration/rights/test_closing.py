"""Closing an account: wanted twice, and then nothing opens and nobody comes in."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from desk import DESK, Desk
from provider_client import ProviderClient, register
from running_bank import BankServer
from signed_in import signed_in

from infobank.accounts.account import Role
from infobank.accounts.rights import Right, Status
from infobank.errors import NotFoundError
from infobank.usecases.rights.close import INTERRUPTED
from infobank.vault.errors import KeyMissingError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    return register(bank_server)


def newcomer(server: BankServer, handle: str) -> ResidentId:
    """Bring somebody in who has a record and a way to sign in."""
    bank = server.bank
    day = server.deposited("hanako", "daily_activity")[-1]

    async def come() -> ResidentId:
        home = (await bank.enrol("test", [handle], create=True))[handle]
        await bank.deposit(bank.policies.category("daily_activity"), "test", {home: [day]})
        await bank.sign_in.open_account(handle, Role.RESIDENT, resident=home)
        return home

    return server.run(come())


def test_an_account_is_not_closed_without_the_second_word(bank_server: BankServer):
    newcomer(bank_server, "unsure")
    desk = Desk(bank_server, "unsure")
    answer = desk.post(f"{DESK}/closure", {"sure": False})
    assert (answer.status_code, answer.json()["code"]) == (400, "unconfirmed")
    assert desk.get("/api/v1/consents").status_code == 200
    assert desk.get(DESK).json()["requests"] == []


def test_a_closed_account_is_gone_with_its_receipt(bank_server: BankServer):
    home = newcomer(bank_server, "leaver")
    desk = Desk(bank_server, "leaver")
    answer = desk.post(f"{DESK}/closure", {"sure": True})
    assert answer.status_code == 200, answer.text
    key = bank_server.run(bank_server.bank.rights.close.erase.keyservice.receipt_key())
    document = answer.json()["receipt"].encode()
    Ed25519PublicKey.from_public_bytes(key).verify(
        bytes.fromhex(answer.json()["signature"]), document
    )
    assert json.loads(document)["format"] == "infobank-erasure-receipt/1"
    assert desk.get("/api/v1/consents").status_code == 401
    with pytest.raises(NotFoundError):
        signed_in(bank_server, "leaver")
    category = bank_server.bank.policies.category("daily_activity")
    with pytest.raises((KeyMissingError, NotFoundError)):
        bank_server.run(bank_server.bank.holdings.records(home, category))


def test_a_correction_that_waited_is_decided_by_the_closing(bank_server: BankServer):
    home = newcomer(bank_server, "hasty")
    desk = Desk(bank_server, "hasty")
    day = bank_server.deposited("hanako", "health_check")[-1].observed.isoformat()
    document = {"category": "health_check", "field": "waist", "observed": day, "value": "80"}
    made = desk.ask("corrections", document)
    assert made["status"] == "received"
    assert desk.post(f"{DESK}/closure", {"sure": True}).status_code == 200
    rows = bank_server.rows("SELECT kind, status FROM rights_requests WHERE resident_id = $1", home)
    assert {(row["kind"], row["status"]) for row in rows} == {
        ("correction", "refused"),
        ("closure", "carried_out"),
    }
    waiting = Desk(bank_server, "steward").get("/api/v1/corrections").json()["requests"]
    assert made["request"] not in {each["request"] for each in waiting}


def test_a_closing_that_was_interrupted_is_finished(bank_server: BankServer):
    home = newcomer(bank_server, "cut-off")
    close = bank_server.bank.rights.close

    async def begin() -> None:
        request = close.desk.begin(home, Right.CLOSURE, GivenBy.SELF, Status.RECEIVED)
        async with close.units() as unit:
            await close.desk.enter(unit, request)
            await unit.commit()

    bank_server.run(begin())
    assert bank_server.run(close.finish()) == 0, "a closing of just now is somebody's own"
    early = INTERRUPTED + timedelta(seconds=1)
    bank_server.rows(
        "UPDATE rights_requests SET asked_at = asked_at - $2::interval WHERE resident_id = $1",
        home,
        early,
    )
    assert bank_server.run(close.finish()) == 1
    with pytest.raises(NotFoundError):
        signed_in(bank_server, "cut-off")
    assert bank_server.run(close.finish()) == 0


def test_a_legal_hold_refuses_the_closing_with_its_reason(bank_server: BankServer):
    home = newcomer(bank_server, "held-back")
    bank = bank_server.bank

    async def hold() -> None:
        steward = await bank.hold.steward("steward")
        await bank.hold(home, "case-1", steward)

    bank_server.run(hold())
    desk = Desk(bank_server, "held-back")
    answer = desk.post(f"{DESK}/closure", {"sure": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "held")
    (made,) = desk.get(DESK).json()["requests"]
    assert (made["status"], made["reason"]) == ("refused", "held")
