"""Codes and refresh tokens: whose, with which key, until when."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from infobank.entropy import Entropy
from infobank.oauth.authorization_details import parse, render
from infobank.oauth.client import Client
from infobank.oauth.dpop import Proof
from infobank.oauth.errors import (
    CodeReplayedError,
    InvalidGrantError,
    InvalidRequestError,
    OAuthError,
    UnsupportedGrantTypeError,
)
from infobank.oauth.token import (
    ACCESS_TOKEN_LIFE,
    CodeExchange,
    Refresh,
    StoredCode,
    StoredToken,
    TokenKind,
    check_code_exchange,
    check_refresh,
    new_secret,
    read_token_request,
    secret_hash,
    token_response,
)
from infobank.vocabulary.rules.policies import Policies

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
FORM = {
    "grant_type": "authorization_code",
    "code": "code",
    "redirect_uri": "https://walk.example/callback",
    "code_verifier": VERIFIER,
}
EXCHANGE = CodeExchange("code", "https://walk.example/callback", VERIFIER)


@pytest.fixture
def refresh_token(access_token: StoredToken, now: datetime) -> StoredToken:
    return replace(access_token, kind=TokenKind.REFRESH, expires_at=now + timedelta(days=30))


def test_the_two_kinds_of_token_request_are_read():
    assert read_token_request(list(FORM.items())) == EXCHANGE
    refresh = [("grant_type", "refresh_token"), ("refresh_token", "r")]
    assert read_token_request(refresh) == Refresh("r")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": ""}, InvalidRequestError),
        ({"grant_type": "password"}, UnsupportedGrantTypeError),
        ({"grant_type": "client_credentials"}, UnsupportedGrantTypeError),
        ({"grant_type": "refresh_token"}, InvalidRequestError),
        ({"code": ""}, InvalidRequestError),
        ({"redirect_uri": ""}, InvalidRequestError),
        ({"code_verifier": ""}, InvalidRequestError),
        ({"scope": "all"}, InvalidRequestError),
        ({"authorization_details": "[]"}, InvalidRequestError),
    ],
)
def test_a07_a15_other_token_requests_are_refused(change: dict[str, str], error: type[OAuthError]):
    with pytest.raises(error):
        read_token_request(list((FORM | change).items()))


def test_a_repeated_parameter_is_refused():
    with pytest.raises(InvalidRequestError, match="twice"):
        read_token_request([*FORM.items(), ("code", "other")])


def test_the_true_client_redeems_its_code(
    client: Client, stored_code: StoredCode, proof: Proof, now: datetime
):
    assert check_code_exchange(EXCHANGE, client, stored_code, proof, now) is stored_code


def test_a04_a_code_is_good_for_60_seconds(
    client: Client, stored_code: StoredCode, proof: Proof, now: datetime
):
    assert check_code_exchange(EXCHANGE, client, stored_code, proof, now + timedelta(seconds=59))
    with pytest.raises(InvalidGrantError):
        check_code_exchange(EXCHANGE, client, stored_code, proof, now + timedelta(seconds=60))


def test_a04_a_code_is_refused_to_others_and_not_burnt(
    *,
    client: Client,
    other_client: Client,
    stored_code: StoredCode,
    proof: Proof,
    other_proof: Proof,
    now: datetime,
):
    used = replace(stored_code, used_at=now)
    elsewhere = replace(EXCHANGE, redirect_uri="https://walk.example/b?x=1")
    suspended = replace(client, active=False)
    for row in (stored_code, used):
        for exchange, who, key in (
            (EXCHANGE, other_client, proof),
            (EXCHANGE, suspended, proof),
            (EXCHANGE, client, other_proof),
            (elsewhere, client, proof),
            (replace(EXCHANGE, code_verifier="x" * 43), client, proof),
        ):
            with pytest.raises(InvalidGrantError) as caught:
                check_code_exchange(exchange, who, row, key, now)
            # A replay by a stranger must not revoke what the true client holds.
            assert not isinstance(caught.value, CodeReplayedError)
    with pytest.raises(InvalidGrantError):
        check_code_exchange(EXCHANGE, client, None, proof, now)


def test_a03_a_replay_by_the_true_client_is_told_apart_even_when_expired(
    client: Client, stored_code: StoredCode, proof: Proof, now: datetime
):
    used = replace(stored_code, used_at=now)
    for later in (timedelta(0), timedelta(days=1)):
        with pytest.raises(CodeReplayedError) as caught:
            check_code_exchange(EXCHANGE, client, used, proof, now + later)
        assert caught.value.document() == InvalidGrantError("").document()


@pytest.mark.parametrize("verifier", ["x" * 43, "x" * 42, "x" * 129, VERIFIER[:42] + "é", "", "="])
def test_a07_a_wrong_or_misshapen_verifier_is_refused(
    client: Client, stored_code: StoredCode, proof: Proof, now: datetime, verifier: str
):
    with pytest.raises(InvalidGrantError):
        check_code_exchange(
            replace(EXCHANGE, code_verifier=verifier), client, stored_code, proof, now
        )


def test_a16_a_refresh_token_is_bound_to_client_and_key(
    *,
    client: Client,
    other_client: Client,
    refresh_token: StoredToken,
    proof: Proof,
    other_proof: Proof,
    now: datetime,
):
    for _ in range(2):
        assert check_refresh(client, refresh_token, proof, now) is refresh_token
    for who, row, key in (
        (other_client, refresh_token, proof),
        (replace(client, active=False), refresh_token, proof),
        (client, refresh_token, other_proof),
        (client, replace(refresh_token, revoked_at=now), proof),
        (client, None, proof),
    ):
        with pytest.raises(InvalidGrantError):
            check_refresh(who, row, key, now)


def test_a18_a_refresh_token_ends_when_it_was_said_to(
    client: Client, refresh_token: StoredToken, proof: Proof, now: datetime
):
    with pytest.raises(InvalidGrantError):
        check_refresh(client, refresh_token, proof, now + timedelta(days=30))


def test_a26_an_access_token_does_not_refresh(
    client: Client, access_token: StoredToken, proof: Proof, now: datetime
):
    with pytest.raises(InvalidGrantError):
        check_refresh(client, access_token, proof, now)


def test_a40_secrets_have_256_bits_and_are_kept_as_hashes(entropy: Entropy):
    first, second = new_secret(entropy), new_secret(entropy)
    assert first != second
    assert len(first) == 43
    assert len(secret_hash(first)) == 32
    assert secret_hash(first) != secret_hash(second)
    assert len(secret_hash("\udc80")) == 32


def test_a13_the_answer_says_what_the_consent_grants(
    element: dict[str, Any],
    policies: Policies,
    today: date,
    stored_code: StoredCode,
):
    import json  # noqa: PLC0415  the wire form matters in this test alone

    granted = parse(json.dumps([element]), policies, today)
    answer = token_response("access", "refresh", ACCESS_TOKEN_LIFE, granted, stored_code.consent_id)
    assert answer == {
        "access_token": "access",
        "token_type": "DPoP",
        "expires_in": 300,
        "refresh_token": "refresh",
        "authorization_details": [element],
        "grant_id": str(stored_code.consent_id),
    }
    assert answer["authorization_details"] == render(granted)
    assert "refresh_token" not in token_response(
        "a", None, ACCESS_TOKEN_LIFE, granted, stored_code.consent_id
    )


def test_a39_no_secret_and_no_resident_is_shown(stored_code: StoredCode, access_token: StoredToken):
    shown = repr((CodeExchange("tellme", "", "tellme"), Refresh("tellme")))
    assert "tellme" not in shown
    assert str(stored_code.resident_id) not in repr((stored_code, access_token))
