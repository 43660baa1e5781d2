"""A client, its keys, the policies of a small bank, and ways to sign."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm, get_default_algorithms

from infobank.oauth.client import Client, check_jwks
from infobank.oauth.dpop import Proof
from infobank.oauth.token import StoredCode, StoredToken, TokenKind
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.text.language import Text

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ISSUER = "https://bank.example"
TOKEN_URL = "https://bank.example/oauth/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

Sign = Callable[..., str]


@dataclass
class Counting:
    """Entropy that counts: different bytes at each call, the same in each run."""

    calls: int = 0

    def bytes(self, count: int) -> bytes:
        """Return the next bytes."""
        self.calls += 1
        return hashlib.sha256(self.calls.to_bytes(4, "big")).digest()[:count]


def base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return {name: document[name] for name in ("kty", "crv", "x", "y")}


def thumbprint(key: ec.EllipticCurvePrivateKey) -> str:
    text = json.dumps(public_jwk(key), sort_keys=True, separators=(",", ":"))
    return base64url(hashlib.sha256(text.encode()).digest())


def present(members: dict[str, Any]) -> bytes:
    kept = {name: value for name, value in members.items() if value is not None}
    return json.dumps(kept).encode()


def compact(
    header: dict[str, Any],
    claims: dict[str, Any],
    key: Any,  # noqa: ANN401  any kind of key, wrong ones too
) -> str:
    """Sign what PyJWT's own `encode` would refuse to."""
    signed = f"{base64url(present(header))}.{base64url(present(claims))}"
    algorithm: Any = get_default_algorithms()[header["alg"]]
    return f"{signed}.{base64url(algorithm.sign(signed.encode(), key))}"


def private_key(secret: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(secret, ec.SECP256R1())


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def issuer() -> str:
    return ISSUER


@pytest.fixture
def entropy() -> Counting:
    return Counting()


@pytest.fixture
def client_key() -> ec.EllipticCurvePrivateKey:
    return private_key(1_000_001)


@pytest.fixture
def proof_key() -> ec.EllipticCurvePrivateKey:
    return private_key(2_000_002)


@pytest.fixture
def other_key() -> ec.EllipticCurvePrivateKey:
    return private_key(3_000_003)


@pytest.fixture
def client(client_key: ec.EllipticCurvePrivateKey) -> Client:
    jwks = check_jwks(json.dumps({"keys": [public_jwk(client_key) | {"kid": "k1"}]}))
    return Client(
        provider_id=ProviderId(UUID(int=7)),
        jwks=jwks,
        redirect_uris=("https://walk.example/callback", "https://walk.example/b?x=1"),
        active=True,
    )


@pytest.fixture
def other_client(client: Client) -> Client:
    return Client(ProviderId(UUID(int=8)), client.jwks, client.redirect_uris, active=True)


@pytest.fixture
def assertion(client_key: ec.EllipticCurvePrivateKey, client: Client) -> Sign:
    """Sign a client assertion; keyword arguments replace claims, None removes one."""

    def sign(
        headers: dict[str, Any] | None = None,
        key: Any = client_key,  # noqa: ANN401  any kind of key, wrong ones too
        algorithm: str = "ES256",
        **claims: object,
    ) -> str:
        instant = int(NOW.timestamp())
        body = {
            "iss": client.client_id,
            "sub": client.client_id,
            "aud": ISSUER,
            "jti": "one",
            "iat": instant,
            "exp": instant + 60,
        } | claims
        return compact({"alg": algorithm, "kid": "k1"} | (headers or {}), body, key)

    return sign


@pytest.fixture
def make_proof(proof_key: ec.EllipticCurvePrivateKey) -> Sign:
    """Sign a DPoP proof; keyword arguments replace claims, None removes one."""

    def sign(
        headers: dict[str, Any] | None = None,
        key: Any = proof_key,  # noqa: ANN401  any kind of key, wrong ones too
        algorithm: str = "ES256",
        **claims: object,
    ) -> str:
        body = {
            "jti": "one",
            "htm": "POST",
            "htu": TOKEN_URL,
            "iat": int(NOW.timestamp()),
        } | claims
        header = {"alg": algorithm, "typ": "dpop+jwt", "jwk": public_jwk(proof_key)}
        return compact(header | (headers or {}), body, key)

    return sign


@pytest.fixture
def proof(proof_key: ec.EllipticCurvePrivateKey) -> Proof:
    return Proof(thumbprint(proof_key), "one", NOW + timedelta(seconds=60))


@pytest.fixture
def other_proof(other_key: ec.EllipticCurvePrivateKey) -> Proof:
    return Proof(thumbprint(other_key), "one", NOW + timedelta(seconds=60))


def words(text: str) -> Text:
    return Text(ja=text, en=text)


def whole(name: str) -> Field:
    return Field(name, FieldType.NUMBER, words(name), maximum=100_000)


@pytest.fixture
def policies() -> Policies:
    activity = Category(
        "daily_activity",
        1,
        1,
        words("activity"),
        words("activity"),
        Span.MONTH,
        (whole("steps"), whole("minutes")),
    )
    profile = Category(
        "profile", 2, 1, words("p"), words("p"), Span.LIFE, (whole("birth_year"), whole("sex"))
    )
    purpose = Purpose(
        "health_promotion",
        "dpv:HealthPromotion",
        words("health"),
        words("health"),
        frozenset({OutputMode.RECORDS, OutputMode.ANSWERS}),
        frozenset({"daily_activity"}),
        timedelta(days=366),
    )
    return Policies(
        {"daily_activity": activity, "profile": profile}, {purpose.code: purpose}, b"\0" * 32
    )


@pytest.fixture
def today() -> date:
    return date(2026, 11, 20)


@pytest.fixture
def element() -> dict[str, Any]:
    return {
        "type": "personal_data/v1",
        "category": "daily_activity",
        "fields": ["steps"],
        "period": {"from": "2026-01-01", "to": "2026-03-31"},
        "purpose": "health_promotion",
        "mode": "records",
        "until": "2027-01-31",
        "retention_days": 90,
        "purpose_text": {"ja": "歩数で健康づくり", "en": "Walking plans"},
    }


@pytest.fixture
def form(client: Client, proof: Proof, element: dict[str, Any]) -> dict[str, str]:
    return {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": "https://walk.example/callback",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "xyz",
        "dpop_jkt": proof.jkt,
        "authorization_details": json.dumps([element]),
    }


@pytest.fixture
def stored_code(client: Client, proof: Proof) -> StoredCode:
    return StoredCode(
        client_id=client.client_id,
        redirect_uri="https://walk.example/callback",
        code_challenge=CHALLENGE,
        jkt=proof.jkt,
        consent_id=ConsentId(UUID(int=70)),
        resident_id=ResidentId(UUID(int=71)),
        expires_at=NOW + timedelta(seconds=60),
    )


@pytest.fixture
def access_token(client: Client, proof: Proof) -> StoredToken:
    return StoredToken(
        kind=TokenKind.ACCESS,
        client_id=client.client_id,
        jkt=proof.jkt,
        consent_id=ConsentId(UUID(int=70)),
        resident_id=ResidentId(UUID(int=71)),
        expires_at=NOW + timedelta(seconds=300),
    )
