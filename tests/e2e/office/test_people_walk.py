"""Who takes part, walked from outside: over HTTP and by the stewards' commands."""

import json
from datetime import timedelta
from pathlib import Path

from asked_requests import item
from bank_processes import infobank, said
from desk import Desk
from mandates import Later, read, redeem
from provider_client import CALLBACK, ProviderClient, key_set, new_key
from running_bank import BankServer
from stewards import STEWARDS, stewards
from terms import ELECTRICITY, reasons
from walking import agreed, event, opened, redeemed


def approved(server: BankServer, *asking: str | Path) -> str:
    """Let one steward ask by command and another approve; return what the approval says."""
    stewards(server)
    name = said(server.settings, *asking, "--steward", STEWARDS[0]).split()[1]
    approving = ("approval", "approve", name, "--steward")
    assert infobank(server.settings, *approving, STEWARDS[0]).returncode == 1
    return said(server.settings, *approving, STEWARDS[1])


def test_a_providers_certificates_lapse_by_themselves(bank_server: BankServer, tmp_path: Path):
    key, file, days = new_key(), tmp_path / "jwks.json", timedelta(days=3)
    file.write_text(json.dumps(key_set(key)), "utf-8")
    names = ("--name-ja", "歩く会", "--name-en", "Walkers", "--redirect-uri", CALLBACK)
    adviser = ("--class", "energy_adviser", "--jwks", file)
    registering = said(bank_server.settings, "provider", "register", *names, *adviser)
    client = ProviderClient(bank_server, registering.split()[1], key)
    held = agreed(client, "taro")
    assert reasons(held.read()) == {"recipient_unvetted"}
    for kind, life in (("information_security", 1), ("audit_contract", 300)):
        until = (bank_server.last_day + timedelta(days=1 + life)).isoformat()
        shown = ("--until", until, "--reference", "IS 1", "--steward", STEWARDS[0])
        said(bank_server.settings, "provider", "certify", client.client_id, kind, *shown)
    assert held.read().status_code == 200
    with bank_server.worker(Later(days)) as later:
        form = {"grant_type": "refresh_token", "refresh_token": held.refresh_token}
        renewed = redeem(client, form, later, days)
        assert renewed.status_code == 200, renewed.text
        lapsed = read(client, renewed.json()["access_token"], later, days)
    assert reasons(lapsed) == {"recipient_unvetted"}


def test_two_stewards_let_a_guardian_act_and_what_she_does_is_marked(
    bank_server: BankServer, client: ProviderClient
):
    until = (bank_server.last_day + timedelta(days=200)).isoformat()
    parties = ("--for", "kenji", "--by", "taro", "--until", until)
    proxy = approved(bank_server, "proxy", "add", *parties).split()[-1]
    asked, guardian = opened(client, "kenji"), Desk(bank_server, "taro")
    assert guardian.post("/api/v1/proxies/act", {"proxy": proxy}).status_code == 204
    agreeing = guardian.post(f"/api/v1/requests/{asked.request}/agree", {"items": [item(client)]})
    held = redeemed(client, "kenji", agreeing.json()["redirect"])
    assert held.read().status_code == 200
    own = Desk(bank_server, "kenji")
    assert event(own, "consent_given")["fields"]["by"] == "guardian"
    assert own.post(f"/api/v1/proxies/{proxy}/end").status_code == 200
    assert guardian.get("/api/v1/consents").status_code == 403


def test_a_provider_has_other_keys_once_two_stewards_said_so(
    bank_server: BankServer, client: ProviderClient, tmp_path: Path
):
    fresh, file = new_key(), tmp_path / "jwks.json"
    file.write_text(json.dumps(key_set(fresh)), "utf-8")
    approved(bank_server, "provider", "keys", client.client_id, "--jwks", file)
    stale = client.post("/oauth/par", client.signed(client.request_form()))
    assert (stale.status_code, stale.json()["error"]) == (401, "invalid_client")
    held = agreed(ProviderClient(bank_server, client.client_id, fresh), "taro")
    assert held.read().status_code == 200


def test_what_a_household_shares_is_given_when_each_adult_agrees(
    bank_server: BankServer, client: ProviderClient
):
    held = agreed(client.asking(**ELECTRICITY), "hanako")
    assert held.read().status_code == 200
    adults = ("--adult", "hanako", "--adult", "kenji", "--steward", STEWARDS[0])
    household = said(bank_server.settings, "household", "register", *adults).split()[1]
    assert reasons(held.read()) == {"household_disagrees"}
    other = Desk(bank_server, "kenji")
    for agrees, status in ((True, 200), (False, 403)):
        word = {"household": household, "agrees": agrees}
        assert other.post("/api/v1/household/agreement", word).status_code == 200
        assert held.read().status_code == status
