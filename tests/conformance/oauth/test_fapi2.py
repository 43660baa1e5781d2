"""FAPI 2.0 Security Profile: the clauses a pure part can keep."""

from infobank.oauth import checks, metadata, pushed, token
from infobank.oauth.wire import jws, keys

SERVER = metadata.server_metadata("https://bank.example")


def test_5_3_2_clients_are_confidential_and_authenticate_by_key():
    assert SERVER["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]


def test_5_3_2_the_password_grant_is_not_offered():
    assert "password" not in SERVER["grant_types_supported"]
    assert set(SERVER["grant_types_supported"]) == {
        "authorization_code",
        "refresh_token",
        "urn:infobank:params:oauth:grant-type:consent",
    }


def test_5_3_2_a_code_lives_60_seconds_at_most():
    assert token.CODE_LIFE.total_seconds() <= 60


def test_5_3_2_clocks_10_seconds_ahead_are_taken_and_60_are_not():
    assert 10 <= jws.SKEW.total_seconds() < 60


def test_5_3_2_requests_are_pushed_and_live_less_than_600_seconds():
    assert SERVER["require_pushed_authorization_requests"] is True
    assert pushed.PUSHED_LIFE.total_seconds() < 600


def test_5_3_2_the_flow_is_code_with_s256_and_an_issuer_in_the_answer():
    assert SERVER["response_types_supported"] == ["code"]
    assert SERVER["code_challenge_methods_supported"] == ["S256"]
    assert SERVER["authorization_response_iss_parameter_supported"] is True
    assert pushed.check_pkce_s256 in checks.PUSHED


def test_5_3_2_a_code_is_bound_to_a_key():
    assert pushed.check_dpop_jkt in checks.PUSHED


def test_5_4_only_algorithms_of_the_profile_are_taken():
    assert set(keys.ALGORITHMS) <= {"PS256", "ES256", "EdDSA"}
