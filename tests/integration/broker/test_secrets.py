"""What the broker tells its operator: enough to work with, and no secret (assertion 39)."""

import logging

import pytest
from provider_client import CALLBACK, ProviderClient, register
from running_bank import BankServer


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    """A registered provider."""
    return register(bank_server)


def test_a39_nothing_that_authenticates_reaches_a_log(
    client: ProviderClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(logging.DEBUG)
    code = client.code()
    form = client.signed(client.code_form(code))
    proof = client.proof("POST", "/oauth/token")
    tokens = client.post("/oauth/token", form, proof=proof).json()
    reading = client.proof("GET", "/api/v1/records", tokens["access_token"])
    assert client.read(tokens["access_token"], proof=reading).status_code == 200
    assert client.read(tokens["access_token"], proof=reading).status_code == 401
    assert client.post("/oauth/token", form, proof=proof).status_code == 401
    out, err = capfd.readouterr()
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith("urllib3")]
    told = "\n".join([out, err, *ours])
    secrets = [code, form["client_assertion"], form["code_verifier"], proof, reading]
    secrets += [tokens["access_token"], tokens["refresh_token"]]
    assert "invalid_dpop_proof" in told
    assert not [secret for secret in [*secrets, CALLBACK] if secret in told]
