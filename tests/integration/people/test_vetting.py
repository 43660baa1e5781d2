"""A steward vets providers in the portal: in numbers, and with another steward where it matters."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from counter import Counter
from desk import Desk
from provider_client import key_set, new_key, register
from running_bank import BankServer
from terms import granted, renewed

from infobank.db.consenting.provided import Held
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.identifiers import ProviderId

BOARD = Path(__file__).parents[3] / "policies" / "board"


@pytest.fixture(scope="module")
def steward(bank_server: BankServer) -> Counter:
    return Counter(bank_server)


def test_a_decision_of_the_board_shows_its_file_and_since_when_it_holds(
    bank_server: BankServer, steward: Counter
):
    page = steward.get("board").text
    for file in BOARD.glob("*.toml"):
        assert sha256(file.read_bytes()).hexdigest() in page
    decided = bank_server.run(bank_server.bank.stewardship.vetting.board())
    assert all(each.since is not None for each in decided)


def test_consents_and_objections_are_numbers_alone(bank_server: BankServer, steward: Counter):
    held = granted(bank_server, "kenji")
    provider = held.client.client_id
    vetting = bank_server.bank.stewardship.vetting
    before = bank_server.run(vetting(UUID(provider)))  # type: ignore[arg-type]
    assert dict(before.consents) == {"health_promotion": Held(Counted(1), Counted(1))}
    Desk(bank_server, "kenji").ask(
        "objections", {"provider": provider, "purpose": "health_promotion"}
    )
    after = bank_server.run(vetting(UUID(provider)))  # type: ignore[arg-type]
    assert (before.objections, after.objections) == (0, 1)
    assert dict(after.consents) == {"health_promotion": Held(Counted(0), Counted(1))}
    assert (
        str(bank_server.residents["kenji"])
        not in steward.get("provider_one", provider=provider).text
    )


def test_a_provider_with_many_consents_is_said_to_have_more_than_are_counted(
    bank_server: BankServer,
):
    held = granted(bank_server, "kenji")
    renewed(held.client, "taro")
    bank, provider = bank_server.bank, ProviderId(UUID(held.client.client_id))
    now, few = bank.clock.now(), Held(Counted(1, more=True), Counted(1, more=True))
    reviewing = replace(bank.review, most=1)
    assert bank_server.run(reviewing.counted([provider], now)) == {provider: few}
    vetting = replace(bank.stewardship.vetting, most=1)
    assert dict(bank_server.run(vetting(provider)).consents) == {"health_promotion": few}
    nobody = ProviderId(uuid4())
    none = bank_server.run(bank.review.counted([nobody], now))
    assert none == {nobody: Held(Counted(0), Counted(0))}


def test_other_keys_are_asked_for_once_however_often_it_is_pressed(
    bank_server: BankServer, steward: Counter
):
    provider = register(bank_server).client_id
    form = {"jwks": json.dumps(key_set(new_key()))}
    ends = [
        steward.post("provider_new_keys", form, provider=provider).headers["Location"]
        for _ in range(2)
    ]
    assert [end.rpartition("=")[2] for end in ends] == ["keys_asked", "asked_before"]
    waiting = bank_server.run(bank_server.bank.stewardship.approvals.waiting())
    assert [each.document["provider"] for each in waiting].count(provider) == 1
    refused = steward.post("provider_new_keys", {"jwks": "<script>"}, provider=provider)
    assert refused.status_code == 422
    assert "<script>" not in refused.text


def test_a_certificate_that_was_taken_away_already_is_no_error(
    bank_server: BankServer, steward: Counter
):
    provider = register(bank_server).client_id
    shown = {"act": "issue", "kind": "audit_contract", "until": "2027-03-31", "reference": "1"}
    assert steward.post("provider_certify", shown, provider=provider).status_code == 303
    gone = {"act": "revoke", "revoked": "audit_contract", "reason": "終了"}
    for _ in range(2):
        assert steward.post("provider_certify", gone, provider=provider).status_code == 303
    bad = steward.post("provider_certify", shown | {"until": "<b>"}, provider=provider)
    assert bad.status_code == 422
    assert "&lt;b&gt;" in bad.text


def test_what_is_not_there_is_not_found(steward: Counter):
    assert steward.get("provider_one", provider=uuid4()).status_code == 404
    assert steward.get("provider_one", provider="x").status_code == 404
    gone = steward.get("approval", approval=uuid4())
    assert gone.headers["Location"].endswith("?over")
    answered = steward.post("report_answer", {"answer": "はい"}, request=uuid4())
    assert answered.status_code == 303


@pytest.mark.parametrize(
    "name", ["providers", "board", "overdue", "reports", "keys", "approvals", "letters", "counter"]
)
def test_a_stewards_pages_are_for_stewards_alone(bank_server: BankServer, name: str):
    for handle in ("hanako", "auditor"):
        assert Counter(bank_server, handle).get(name).status_code == 403


def test_the_keys_page_tells_of_epochs_and_never_of_keys(bank_server: BankServer, steward: Counter):
    rings = bank_server.run(bank_server.bank.stewardship.keys())
    (epoch,) = rings.epochs
    assert epoch.residents == len(bank_server.residents)
    assert steward.get("keys").status_code == 200
