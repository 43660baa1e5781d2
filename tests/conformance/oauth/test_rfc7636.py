"""RFC 7636: Proof Key for Code Exchange."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from infobank.oauth.client import Client
from infobank.oauth.dpop import Proof
from infobank.oauth.errors import InvalidGrantError
from infobank.oauth.token import CodeExchange, StoredCode, check_code_exchange
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId

NOW = datetime(2026, 11, 20, tzinfo=UTC)
CALLBACK = "https://client.example.org/callback"
CLIENT = Client(ProviderId(UUID(int=1)), {"keys": []}, (CALLBACK,), active=True)
PROOF = Proof("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "jti", NOW)


def redeem(verifier: str, challenge: str) -> StoredCode:
    stored = StoredCode(
        CLIENT.client_id,
        CALLBACK,
        challenge,
        PROOF.jkt,
        ConsentId(UUID(int=2)),
        ResidentId(UUID(int=3)),
        NOW + timedelta(seconds=60),
    )
    return check_code_exchange(CodeExchange("c", CALLBACK, verifier), CLIENT, stored, PROOF, NOW)


def test_appendix_b_the_published_verifier_meets_the_published_challenge():
    assert redeem(
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    )


def test_section_4_6_another_verifier_does_not():
    with pytest.raises(InvalidGrantError):
        redeem(
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        )


def test_section_4_2_the_plain_method_is_never_compared():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    with pytest.raises(InvalidGrantError):
        redeem(verifier, verifier)
