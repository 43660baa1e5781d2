"""A client nobody here wrote goes through the whole broker: `requests-oauth2client`.

It knows the bank's address, its own key, and RFCs; that it gets through says that the
bank speaks OAuth as others understand it.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests
from jwskate import Jwk
from provider_client import CALLBACK, register
from requests_oauth2client import (
    AuthorizationRequest,
    DPoPToken,
    InvalidGrant,
    OAuth2Client,
    PrivateKeyJwt,
)
from requests_oauth2client.exceptions import AuthorizationResponseError, EndpointError
from running_bank import BankServer
from scripted_resident import ScriptedResident

ASKED = ["steps", "distance", "very_active_minutes"]


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> OAuth2Client:
    """A client that configured itself from the bank's own metadata."""
    key = Jwk.generate(alg="ES256", kid="foreign-1")
    provider = register(bank_server, key=key.cryptography_key, key_id="foreign-1")
    document = requests.get(
        bank_server.url + "/.well-known/oauth-authorization-server", timeout=10
    ).json()
    return OAuth2Client.from_discovery_document(
        document,
        issuer=bank_server.url,
        auth=PrivateKeyJwt(provider.client_id, key, aud=document["issuer"]),
        redirect_uri=CALLBACK,
        dpop_bound_access_tokens=True,
        testing=True,  # http on this machine
    )


@pytest.fixture(scope="module")
def hanako(bank_server: BankServer) -> ScriptedResident:
    """A resident who is signed in."""
    return ScriptedResident(bank_server, "hanako")


@pytest.fixture
def element(bank_server: BankServer) -> dict[str, Any]:
    """What the client asks for."""
    last = bank_server.last_day
    return {
        "type": "personal_data/v1",
        "category": "daily_activity",
        "fields": ASKED,
        "period": {"from": (last - timedelta(days=6)).isoformat(), "to": last.isoformat()},
        "purpose": "health_promotion",
        "mode": "records",
        "until": (last + timedelta(days=100)).isoformat(),
        "retention_days": 30,
    }


def asked(client: OAuth2Client, element: dict[str, Any]) -> tuple[AuthorizationRequest, str]:
    """Push a request; return it, and where the client sends the resident's browser."""
    request = client.authorization_request(
        scope=None, authorization_details=json.dumps([element]), dpop=True
    )
    return request, client.pushed_authorization_request(request).uri


def connected(
    hanako: ScriptedResident, client: OAuth2Client, element: dict[str, Any], share: list[str]
) -> DPoPToken:
    """Go the whole way; return the client's token."""
    request, url = asked(client, element)
    answer = request.validate_callback(hanako.answer(url, "agree", share))
    token = client.authorization_code(answer)
    assert isinstance(token, DPoPToken)
    return token


def read(server: BankServer, token: DPoPToken) -> requests.Response:
    """Read with the client's own proof."""
    return requests.get(
        server.url + "/api/v1/records",
        params={"category": "daily_activity"},
        auth=token,
        timeout=10,
    )


def test_a_foreign_client_reads_exactly_what_the_resident_left_ticked(
    bank_server: BankServer,
    client: OAuth2Client,
    hanako: ScriptedResident,
    element: dict[str, Any],
):
    token = connected(hanako, client, element, ["steps", "very_active_minutes"])
    [granted] = token.kwargs["authorization_details"]
    assert granted == element | {"fields": ["steps", "very_active_minutes"]}
    document = read(bank_server, token).json()
    assert document["fields"] == ["steps", "very_active_minutes"]
    days = [record["observed"] for record in document["records"]]
    assert len(days) == 7
    assert (days[0], days[-1]) == (element["period"]["from"], element["period"]["to"])
    assert {frozenset(record["values"]) for record in document["records"]} == {
        frozenset({"steps", "very_active_minutes"})
    }
    assert document["obligations"] == {"delete_within_days": "30", "pass_on_to": "nobody"}


def test_a_foreign_client_refreshes_and_reads_until_the_resident_withdraws(
    bank_server: BankServer,
    client: OAuth2Client,
    hanako: ScriptedResident,
    element: dict[str, Any],
):
    token = connected(hanako, client, element, ASKED)
    fresh = client.refresh_token(token)
    assert isinstance(fresh, DPoPToken)
    assert fresh.access_token != token.access_token
    assert read(bank_server, fresh).status_code == 200
    hanako.withdraw()
    refused = read(bank_server, fresh)
    assert refused.status_code == 403
    assert "consent_withdrawn" in refused.headers["WWW-Authenticate"]
    with pytest.raises(InvalidGrant):
        client.refresh_token(token)


@pytest.mark.parametrize(
    ("decision", "error"), [("refuse", "access_denied"), ("later", "request_deferred")]
)
def test_a_foreign_client_understands_that_it_gets_nothing_now(
    client: OAuth2Client,
    hanako: ScriptedResident,
    element: dict[str, Any],
    decision: str,
    error: str,
):
    request, url = asked(client, element)
    with pytest.raises(AuthorizationResponseError) as refused:
        request.validate_callback(hanako.answer(url, decision))
    assert refused.value.error == error


def test_a_deferred_request_can_still_be_agreed_to_with_the_same_state(
    bank_server: BankServer,
    client: OAuth2Client,
    hanako: ScriptedResident,
    element: dict[str, Any],
):
    request, url = asked(client, element)
    hanako.answer(url, "later")
    answer = request.validate_callback(hanako.answer(url, "agree", ["steps"]))
    token = client.authorization_code(answer)
    assert isinstance(token, DPoPToken)
    assert read(bank_server, token).json()["fields"] == ["steps"]


def test_a_foreign_client_is_told_what_is_wrong_with_its_request(
    client: OAuth2Client, element: dict[str, Any]
):
    with pytest.raises(EndpointError) as refused:
        asked(client, element | {"fields": ["heartbeat"]})
    assert refused.value.error == "invalid_authorization_details"
    assert refused.value.description.startswith("authorization_details[0].fields: ")
