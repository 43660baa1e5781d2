"""RFC 7523: a signed assertion as the client's authentication."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from infobank.oauth.authentication import read_assertion, verify_assertion
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidClientError
from infobank.vocabulary.identifiers import ProviderId

ISSUER = "https://bank.example"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
# RFC 7515 appendix A.3: the published key pair.
KEY = ec.derive_private_key(
    0x8E9B109E719098BF980487DF1F5D77E9CB29606EBED2263B5F57C213DF84F4B2, ec.SECP256R1()
)
JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "a",
}
CLIENT = Client(ProviderId(UUID(int=1)), {"keys": [JWK]}, (), active=True)
CLAIMS: dict[str, object] = {
    "iss": CLIENT.client_id,
    "sub": CLIENT.client_id,
    "aud": ISSUER,
    "jti": "j",
    "exp": int((NOW + timedelta(seconds=60)).timestamp()),
}


def form(claims: dict[str, object]) -> dict[str, str]:
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(claims, KEY, algorithm="ES256", headers={"kid": "a"}),
    }


def test_section_2_2_the_assertion_is_found_in_the_form():
    assert read_assertion(form(CLAIMS)).client_id == CLIENT.client_id
    with pytest.raises(InvalidClientError):
        read_assertion(form(CLAIMS) | {"client_assertion_type": "jwt-bearer"})


def test_section_3_a_complete_assertion_is_taken():
    verified = verify_assertion(read_assertion(form(CLAIMS)), CLIENT, ISSUER, NOW)
    assert verified.jti == "j"


@pytest.mark.parametrize("name", ["iss", "aud", "exp"])
def test_section_3_required_claims_are_required(name: str):
    claims = {key: value for key, value in CLAIMS.items() if key != name}
    with pytest.raises(InvalidClientError):
        verify_assertion(read_assertion(form(claims)), CLIENT, ISSUER, NOW)


def test_section_3_item_2_the_subject_is_the_client():
    claims = {key: value for key, value in CLAIMS.items() if key != "sub"}
    with pytest.raises(InvalidClientError):
        read_assertion(form(claims))


def test_section_3_item_4_an_expired_assertion_is_refused():
    late = NOW + timedelta(seconds=60)
    with pytest.raises(InvalidClientError):
        verify_assertion(read_assertion(form(CLAIMS)), CLIENT, ISSUER, late)
