"""A provider is given what its certificates allow, while they last."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from desk import Desk
from provider_client import registered, registration
from running_bank import BankServer
from signed_in import signed_in
from terms import granted, reasons, recast

from infobank.accesslog.entry import EntryKind
from infobank.usecases.accounts.register_provider import VETTED_FOR


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


def test_a_vetting_is_renewed_before_its_end_and_the_new_term_follows_it(
    bank_server: BankServer, steward: Desk
):
    given = granted(bank_server, client=registered(steward))
    path = f"/api/v1/providers/{given.client.client_id}/vetting"
    early = steward.post(path)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    ends = bank_server.bank.clock.now() + timedelta(days=80)
    recast(bank_server, given.client, vetted_until=ends)
    renewed = steward.post(path)
    assert renewed.status_code == 200, renewed.text
    assert datetime.fromisoformat(renewed.json()["vetted_until"]) == ends + VETTED_FOR
    assert given.read().status_code == 200
    assert steward.post(path).status_code == 409
    assert Desk(bank_server, "hanako").post(path).status_code == 403
    assert steward.post(f"/api/v1/providers/{uuid4()}/vetting").status_code == 404


def test_a_vetting_that_lapsed_is_renewed_from_now_on_and_logged(
    bank_server: BankServer, steward: Desk
):
    given = granted(bank_server, client=registered(steward))
    now = bank_server.bank.clock.now()
    recast(bank_server, given.client, vetted_until=now - timedelta(days=40))
    assert reasons(given.read()) == {"recipient_unvetted"}
    renewed = steward.post(f"/api/v1/providers/{given.client.client_id}/vetting").json()
    assert datetime.fromisoformat(renewed["vetted_until"]) >= now + VETTED_FOR
    assert given.read().status_code == 200
    acts = (each.fields for each in bank_server.recorded(EntryKind.STAFF_ACT))
    noted = [fields for fields in acts if fields["what"] == "vetting_renewed"]
    ends = {each["provider"]: each["vetted_until"] for each in noted}
    assert ends[given.client.client_id] == renewed["vetted_until"]


def test_a_steward_renews_a_vetting_on_its_page_and_pressing_twice_renews_once(
    bank_server: BankServer,
):
    client = registered(Desk(bank_server, "steward"))
    page = f"{bank_server.url}/steward/providers/{client.client_id}"
    with signed_in(bank_server, "steward") as steward:
        assert f"{page}/renew".removeprefix(bank_server.url) not in steward.get(page).text
        ends = bank_server.bank.clock.now() + timedelta(days=80)
        recast(bank_server, client, vetted_until=ends)
        assert f"{page}/renew".removeprefix(bank_server.url) in steward.get(page).text
        for _ in range(2):
            assert steward.post(f"{page}/renew", data={}).status_code == 200
        rows = bank_server.rows(
            "SELECT vetted_until FROM providers WHERE provider_id = $1", UUID(client.client_id)
        )
        assert [row["vetted_until"] for row in rows] == [ends + VETTED_FOR]


def test_the_banks_own_desk_is_vetted_anew_like_everybody_else(
    bank_server: BankServer, steward: Desk
):
    desk = bank_server.run(bank_server.bank.register_provider.desk())
    path = f"/api/v1/providers/{desk.provider_id}"
    assert steward.post(f"{path}/vetting").status_code == 409  # too early, and not unheard of
    bank_server.rows(
        "UPDATE providers SET vetted_until = $2 WHERE provider_id = $1",
        desk.provider_id,
        bank_server.bank.clock.now() - timedelta(days=1),
    )
    assert steward.post(f"{path}/vetting").status_code == 404  # nobody vetted it so
    body = certificate(bank_server, "information_security")
    assert steward.post(f"{path}/certificates", body).status_code == 404


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
