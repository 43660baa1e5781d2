"""What may change between a request and its answer: the provider's standing, and the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from provider_client import ProviderClient, open_request, register
from running_bank import BankServer

from infobank.clock import ShiftedClock
from infobank.errors import NotFoundError


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    """A registered provider."""
    return register(bank_server)


@pytest.mark.parametrize(
    "change",
    [
        "active = false",
        "vetted_until = now() - interval '1 second'",
        "redirect_uris = '{https://elsewhere.example/}'",
    ],
    ids=["struck off", "vetting lapsed", "address removed"],
)
def test_nobody_agrees_to_a_provider_that_may_not_ask_any_more(bank_server: BankServer, change):
    client = register(bank_server)
    address = client.authorization_url(client.push())
    resident, request_id = open_request(bank_server, "taro", address)
    _, _, terms = bank_server.run(bank_server.bank.authorize.one(resident, request_id))
    bank_server.rows(
        f"UPDATE providers SET {change} WHERE provider_id = $1 RETURNING 1",
        bank_server.rows("SELECT provider_id FROM requests WHERE request_id = $1", request_id)[0][
            "provider_id"
        ],
    )
    with pytest.raises(NotFoundError, match="may not ask any more"):
        bank_server.run(bank_server.bank.authorize.agree(resident, request_id, terms.items))
    decided = "SELECT decided_at FROM requests WHERE request_id = $1"
    assert bank_server.rows(decided, request_id)[0]["decided_at"] is None


def test_a_clock_behind_the_log_gives_nothing_away(bank_server: BankServer, client):
    token = client.tokens()["access_token"]
    bank_server.sequence()
    back = timedelta(minutes=1)
    with bank_server.worker(ShiftedClock(-back)) as earlier:
        issued = int((datetime.now(UTC) - back).timestamp())
        proof = client.proof("GET", "/api/v1/records", token, iat=issued)
        answer = client.read(token, proof=proof, at=earlier)
    assert answer.status_code == 503
    assert "records" not in answer.json()
    assert client.read(token).status_code == 200
