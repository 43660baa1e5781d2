"""A provider is given what its certificates allow, while they last."""

from datetime import timedelta

import pytest
from desk import Desk
from provider_client import registered, registration
from running_bank import BankServer
from terms import granted, reasons


@pytest.fixture(scope="module")
def steward(bank_server: BankServer) -> Desk:
    return Desk(bank_server, "steward")


def certificate(server: BankServer, kind: str, days: int = 30) -> dict[str, object]:
    until = server.bank.clock.now() + timedelta(days=days)
    return {"kind": kind, "until": until.date().isoformat(), "reference": "IS 12345"}


def test_a_class_needs_all_its_certificates_while_they_last(bank_server: BankServer, steward: Desk):
    client = registered(steward, kind="energy_adviser")
    path = f"/api/v1/providers/{client.client_id}/certificates"
    given = granted(bank_server, client=client)
    for kind in ("information_security", "audit_contract"):
        assert reasons(given.read()) == {"recipient_unvetted"}
        answer = steward.post(path, certificate(bank_server, kind))
        assert answer.status_code == 200, answer.text
    assert given.read().status_code == 200
    left = steward.post(f"{path}/audit_contract/revoke")
    assert left.json()["certificates"].keys() == {"information_security"}
    assert reasons(given.read()) == {"recipient_unvetted"}
    assert steward.post(f"{path}/audit_contract/revoke").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "unheard_of"},
        {"until": "2020-01-01"},
        {"until": "9999-12-31"},
        {"reference": "two\nlines"},
        {"reference": " "},
    ],
    ids=lambda wrong: next(iter(wrong.items()))[1],
)
def test_a_certificate_that_says_nothing_is_not_kept(
    bank_server: BankServer, steward: Desk, wrong: dict[str, str]
):
    client = registered(steward)
    document = certificate(bank_server, "information_security") | wrong
    answer = steward.post(f"/api/v1/providers/{client.client_id}/certificates", document)
    assert answer.status_code == 400
    (row,) = bank_server.rows(
        "SELECT certificates FROM providers WHERE provider_id::text = $1", client.client_id
    )
    assert row["certificates"] == "{}"


def test_a_provider_abroad_receives_only_what_may_go_there(bank_server: BankServer, steward: Desk):
    client = registered(steward, country="US")
    assert reasons(granted(bank_server, client=client).read()) == {"abroad_not_agreed"}
    assert granted(bank_server, client=client, abroad=True).read().status_code == 200


@pytest.mark.parametrize(
    "members",
    [
        {"kind": "publication"},
        {"kind": "unheard_of"},
        {"country": "jp"},
        {"country": "日本"},
        {"name_en": "Test\u202eprovider"},
        {"name_en": "Te\u0455t provider"},
    ],
    ids=["the desk", "no class", "small letters", "a name", "bidi", "homoglyph"],
)
def test_a_provider_that_would_deceive_is_not_registered(steward: Desk, members: dict[str, object]):
    document, _ = registration(**members)
    assert steward.post("/api/v1/providers", document).status_code == 400
