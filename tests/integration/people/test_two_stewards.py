"""What no steward does alone: keys of providers, proxies, recoveries."""

import json
from typing import Any
from uuid import UUID

import pytest
import requests
from desk import Desk
from newcomers import newcomer
from provider_client import ProviderClient, key_set, new_key, register
from running_bank import BankServer
from stewards import STEWARDS, stewards

from infobank.accesslog.entry import EntryKind
from infobank.accounts.account import Role
from infobank.accounts.entrance.enrolment import HALF
from infobank.accounts.entrance.errors import CodeWaitsError
from infobank.errors import ConflictError, NotFoundError
from infobank.vocabulary.identifiers import ProviderId

WAITING = "/api/v1/approvals"


@pytest.fixture(scope="module")
def desks(bank_server: BankServer) -> tuple[Desk, Desk]:
    """One program for each steward."""
    stewards(bank_server)
    one, other = (Desk(bank_server, handle) for handle in STEWARDS)
    return one, other


def asked(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def decide(desk: Desk, made: dict[str, Any], *, approve: bool = True) -> requests.Response:
    return desk.post(f"{WAITING}/{made['approval']}", {"approve": approve})


def recovery(desk: Desk, handle: str) -> dict[str, Any]:
    return asked(desk.post("/api/v1/recoveries", {"handle": handle}))


def acts(desk: Desk) -> list[str]:
    return [each["fields"]["what"] for each in desk.events() if each["kind"] == "staff_act"]


def test_a_providers_keys_are_replaced_by_two(bank_server: BankServer, desks: tuple[Desk, Desk]):
    one, other = desks
    client, fresh = register(bank_server), new_key()
    keys = key_set(fresh)
    made = asked(one.post(f"/api/v1/providers/{client.client_id}/keys", {"jwks": keys}))
    assert made["approval"] in [each["approval"] for each in other.get(WAITING).json()["approvals"]]
    alone = decide(one, made)
    assert (alone.status_code, alone.json()["code"]) == (409, "conflict")
    client.push()
    assert decide(other, made).status_code == 200
    renewed = ProviderClient(bank_server, client.client_id, fresh)
    renewed.push()
    stale = client.post("/oauth/par", client.signed(client.request_form()))
    assert (stale.status_code, stale.json()["error"]) == (401, "invalid_client")
    assert decide(other, made).status_code == 404


def test_what_a_provider_asks_for_itself_takes_two_stewards_besides(
    bank_server: BankServer, desks: tuple[Desk, Desk]
):
    one, other = desks
    client, fresh = register(bank_server), new_key()
    bank, theirs = bank_server.bank, ProviderId(UUID(client.client_id))
    ours = bank_server.run(bank.sign_in.open_account("key-keeper", Role.PROVIDER, provider=theirs))
    keys = json.dumps(key_set(fresh))
    made = bank_server.run(bank.stewardship.replace_keys(theirs, keys, ours))
    named = {"approval": str(made.approval_id)}
    with pytest.raises(NotFoundError):
        bank_server.run(bank.stewardship.approvals.approve(made.approval_id, ours))
    first = decide(one, named).json()
    assert (first["done"], first["asked_by"]) == (False, str(stewards(bank_server)[0].account_id))
    client.push()  # with the old key
    assert decide(one, named).status_code == 409  # two words of one person are one
    with pytest.raises(ConflictError):  # and the provider need not ask again meanwhile
        bank_server.run(bank.stewardship.replace_keys(theirs, keys, ours))
    assert decide(other, named).json()["done"] is True
    ProviderClient(bank_server, client.client_id, fresh).push()
    told = [each.fields for each in bank_server.recorded(EntryKind.STAFF_ACT)]
    ours_told = [each for each in told if each.get("provider") == client.client_id]
    assert [(each["what"], each["role"]) for each in ours_told] == [
        ("provider_keys_asked", "provider"),
        ("provider_keys_asked", "steward"),
        ("provider_keys_given", "steward"),
    ]


def test_what_was_asked_for_and_changed_by_sql_is_not_done(
    bank_server: BankServer, desks: tuple[Desk, Desk]
):
    one, other = desks
    client, thief = register(bank_server), new_key()
    keys = key_set(new_key())
    made = asked(one.post(f"/api/v1/providers/{client.client_id}/keys", {"jwks": keys}))
    stolen = key_set(thief)
    bank_server.rows(
        "UPDATE approvals SET document = jsonb_set(document, '{jwks}', to_jsonb($2::text))"
        " WHERE approval_id::text = $1",
        made["approval"],
        json.dumps(stolen),
    )
    assert decide(other, made).status_code == 404
    client.push()


def test_the_code_that_brings_somebody_back_takes_both(
    bank_server: BankServer, desks: tuple[Desk, Desk]
):
    one, other = desks
    newcomer(bank_server, "forgetful")
    hers = Desk(bank_server, "forgetful")
    made = recovery(one, "forgetful")
    assert made["about"].keys() == {"resident", "account"}
    assert decide(one, made).status_code == 409
    second = decide(other, made).json()["told"]
    assert {len(made["code"]), len(second)} == {HALF}
    listed = other.get(WAITING).text
    assert made["code"] not in listed
    with pytest.raises(CodeWaitsError):
        bank_server.run(bank_server.bank.entrance.enrolments.look(made["code"] + second))
    assert hers.get("/api/v1/consents").status_code == 200  # she may stop it for a day
    assert acts(hers) == ["recovery_given", "recovery_asked"]


def test_a_recovery_that_was_refused_changes_nothing(
    bank_server: BankServer, desks: tuple[Desk, Desk]
):
    one, other = desks
    newcomer(bank_server, "impersonated")
    made = recovery(one, "impersonated")
    refused = decide(other, made, approve=False)
    assert (refused.status_code, refused.json()["told"]) == (200, "")
    assert decide(other, made).status_code == 404
    assert acts(Desk(bank_server, "impersonated")) == ["recovery_refused", "recovery_asked"]


def test_what_waits_about_a_resident_goes_with_her(
    bank_server: BankServer, desks: tuple[Desk, Desk]
):
    one, other = desks
    home = newcomer(bank_server, "leaving")
    made = recovery(one, "leaving")
    bank_server.run(bank_server.bank.erase(home))
    assert decide(other, made).status_code == 404
    assert not bank_server.rows(
        "SELECT 1 FROM approvals WHERE document::text LIKE '%' || $1 || '%'", str(home)
    )
