"""RFC 8417: Security Event Tokens, read by a JWT library that is not ours."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.oauth.authentication import read_assertion, verify_assertion
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidClientError
from infobank.oauth.events.token import TYPE, SecurityEvent
from infobank.oauth.wire.signing import bank_key, compact, signing_input
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.item import Item
from infobank.vocabulary.period import Period

ISSUER = "https://bank.example"
AUDIENCE = "0d6f3b3e-1f0a-4b7e-9b0e-7c2f3a1d9e55"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
EVENT = SecurityEvent(
    issuer=ISSUER,
    audience=AUDIENCE,
    identifier="756e69717565",
    issued_at=NOW,
    subject="pairwise-name",
    event="consent-withdrawn",
    grant="6f1e0c5c-9a0b-4c7d-8a53-2f9d8a3f7b11",
    items=(Item("walks", ("steps",), Period(date(2026, 1, 1), date(2026, 2, 1))),),
    delete_by=NOW + timedelta(days=30),
)


def token(event: SecurityEvent = EVENT) -> str:
    signed = signing_input(TYPE, PUBLIC, event.claims())
    return compact(signed, KEY.sign(signed))


def decoded() -> dict[str, object]:
    key = jwt.PyJWK.from_dict(bank_key(PUBLIC))
    found: dict[str, object] = jwt.decode(token(), key, ["EdDSA"], audience=AUDIENCE, issuer=ISSUER)
    return found


def test_section_2_2_the_required_claims_are_there():
    claims = decoded()
    assert claims["iss"] == ISSUER
    assert claims["iat"] == int(NOW.timestamp())
    assert claims["jti"] == "756e69717565"
    assert claims["aud"] == AUDIENCE


def test_section_2_2_events_is_an_object_of_uris_to_objects():
    events = decoded()["events"]
    assert isinstance(events, dict)
    assert len(events) == 1
    for name, said in events.items():
        parts = urlsplit(name)
        assert (parts.scheme, parts.netloc) == ("https", "bank.example")
        assert isinstance(said, dict)


def test_section_2_2_one_act_is_one_token_the_same_to_the_last_sign():
    assert token() == token()


def test_section_2_2_exp_is_not_used():
    """An event, once it happened, does not expire."""
    assert "exp" not in decoded()


def test_section_2_3_the_type_is_explicit():
    header = jwt.get_unverified_header(token())
    assert header["typ"] == "secevent+jwt"
    assert header["alg"] == "EdDSA"


def test_section_3_the_deadline_and_what_is_meant_are_in_the_payload():
    (said,) = EVENT.claims()["events"].values()  # type: ignore[union-attr]
    assert said == {
        "grant_id": EVENT.grant,
        "items": [
            {
                "category": "walks",
                "fields": ["steps"],
                "period": {"from": "2026-01-01", "to": "2026-02-01"},
            }
        ],
        "delete_by": int((NOW + timedelta(days=30)).timestamp()),
    }


def test_section_4_it_passes_for_no_access_token_and_no_assertion():
    """Sections 4.5 to 4.7: no `sub`, another `typ`; a client assertion it is not."""
    assert "sub" not in decoded()
    client = Client(ProviderId(UUID(AUDIENCE)), {"keys": []}, (), active=True)
    form = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": token(),
    }
    with pytest.raises(InvalidClientError):
        verify_assertion(read_assertion(form), client, ISSUER, NOW)


def test_rfc_9493_section_3_2_5_the_subject_is_opaque():
    assert decoded()["sub_id"] == {"format": "opaque", "id": "pairwise-name"}


def test_a_token_that_was_changed_anywhere_is_refused():
    head, body, signature = token().split(".")
    for changed in (f"{head}.{body[:-2]}AA.{signature}", f"{head}.{body}.{'A' * len(signature)}"):
        with pytest.raises(jwt.InvalidTokenError):
            jwt.decode(changed, jwt.PyJWK.from_dict(bank_key(PUBLIC)), ["EdDSA"], audience=AUDIENCE)
