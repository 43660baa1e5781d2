"""Writing SQL forges no consent, no vetting and no client key."""

import pytest
from agreement import Agreement, agree, alarms
from provider_client import ProviderClient, register
from running_bank import BankServer

from infobank.vault.errors import KeyRefusedError

FORGERIES = {
    "more fields": """
        UPDATE consents SET items = jsonb_set(items, '{0,fields}', '["steps","calories"]')
        WHERE consent_id = $1""",
    "a later end": """
        UPDATE consents SET valid_until = valid_until + interval '1 year' WHERE consent_id = $1""",
    "another purpose": "UPDATE consents SET purpose = 'research' WHERE consent_id = $1",
    "longer retention": "UPDATE consents SET retention_days = 3650 WHERE consent_id = $1",
    "no mark": "UPDATE consents SET mac = NULL WHERE consent_id = $1",
    "another version": "UPDATE consents SET version = version + 1 WHERE consent_id = $1",
    "another day of giving": """
        UPDATE consents SET given_at = given_at - interval '1 day' WHERE consent_id = $1""",
    "another day of change": """
        UPDATE consents SET changed_at = changed_at - interval '1 day' WHERE consent_id = $1""",
    "changed by another": "UPDATE consents SET changed_by = 'guardian' WHERE consent_id = $1",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_consent_changed_by_sql_is_as_if_it_did_not_exist(bank_server: BankServer, forgery: str):
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    assert client.read(token).status_code == 200
    home = bank_server.residents["hanako"]
    consent, _ = bank_server.run(bank_server.bank.review.of_resident(home))[0]
    before = len(alarms(bank_server))
    bank_server.rows(forgery, consent.consent_id)
    answer = client.read(token)
    assert answer.status_code == 403
    assert "no_consent" in answer.text
    assert alarms(bank_server)[before:].count("row_not_genuine") >= 1


def test_a_withdrawal_undone_by_sql_stays_withdrawn(bank_server: BankServer):
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    home = bank_server.residents["hanako"]
    consent, _ = bank_server.run(bank_server.bank.review.of_resident(home))[0]
    bank_server.run(bank_server.bank.withdraw(home, consent.consent_id))
    bank_server.rows(
        "UPDATE consents SET withdrawn_at = NULL WHERE consent_id = $1", consent.consent_id
    )
    assert client.read(token).status_code == 403


def test_a_consent_copied_to_another_resident_counts_for_nothing(bank_server: BankServer):
    agreement = agree(bank_server)
    stranger = bank_server.residents["taro"]
    bank_server.rows(
        """
        INSERT INTO consents
        SELECT (jsonb_populate_record(c, jsonb_build_object('resident_id', $2::text))).*
        FROM consents c WHERE consent_id = $1
        """,
        agreement.consent.consent_id,
        str(stranger),
    )
    genuine = bank_server.bank.disclose.genuine
    forged = [
        each
        for each, _ in bank_server.run(bank_server.bank.review.of_resident(stranger))
        if each.consent_id == agreement.consent.consent_id
    ]
    assert forged
    assert bank_server.run(genuine.consents(forged)) == []


def vetting(client: ProviderClient, change: str) -> None:
    """Change a provider's row."""
    client.server.rows(f"UPDATE providers SET {change} WHERE provider_id = $1", client.client_id)


@pytest.mark.parametrize(
    "change",
    [
        "vetted_until = vetted_until + interval '1 year'",
        "active = false",
        "certificate_mac = NULL",
        "kind = 'publication'",
    ],
)
def test_a_vetting_changed_by_sql_ends_the_provider(bank_server: BankServer, change: str):
    client = register(bank_server)
    token = client.tokens("hanako")["access_token"]
    vetting(client, change)
    assert client.read(token).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        "jwks = jsonb_set(jwks, '{keys,0,kid}', '\"another\"')",
        "redirect_uris = array_append(redirect_uris, 'https://thief.example/callback')",
        "keys_mac = NULL",
    ],
)
def test_a_client_key_or_address_changed_by_sql_authenticates_nobody(
    bank_server: BankServer, change: str
):
    client = register(bank_server)
    vetting(client, change)
    answer = client.post("/oauth/par", client.signed(client.request_form()))
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_the_key_service_judges_the_consent_itself(bank_server: BankServer):
    """A worker that skips the check is refused by the key service."""
    agreement: Agreement = agree(bank_server)
    ref = agreement.recorded(agreement.permit())
    assert agreement.release(agreement.wanted(ref))
    bank_server.rows(
        "UPDATE consents SET valid_until = valid_until + interval '1 day' WHERE consent_id = $1",
        agreement.consent.consent_id,
    )
    with pytest.raises(KeyRefusedError):
        agreement.release(agreement.wanted(agreement.recorded(agreement.permit())))


def test_the_key_service_refuses_what_was_withdrawn_after_its_permit(bank_server: BankServer):
    agreement = agree(bank_server)
    ref = agreement.recorded(agreement.permit())
    bank_server.run(bank_server.bank.withdraw(agreement.resident, agreement.consent.consent_id))
    before = len(alarms(bank_server))
    with pytest.raises(KeyRefusedError):
        agreement.release(agreement.wanted(ref))
    # It happens when a withdrawal races a read: refused, and no alarm.
    assert len(alarms(bank_server)) == before
