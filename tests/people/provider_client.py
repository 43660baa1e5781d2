"""A service provider written by hand, for tests that must break one rule at a time.

Every call can be given what a correct client would not send.  Well-behaved flows are the
business of `test_foreign_client.py` and `test_demo_provider.py`.
"""

import hashlib
import json
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from desk import Desk
from jwt.algorithms import ECAlgorithm
from running_bank import BankServer

from infobank.oauth.authorize import Reference
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.language import Text

CALLBACK = "https://provider.example/callback"
KEY_ID = "test-1"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
FIELDS = ("steps", "distance", "very_active_minutes")
SECONDS = 30


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """Return a key's public half as a JWK."""
    document: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return document


def key_set(key: ec.EllipticCurvePrivateKey, key_id: str = KEY_ID) -> dict[str, Any]:
    """Return the JWK Set that a provider with this one key registers."""
    return {"keys": [public_jwk(key) | {"kid": key_id, "use": "sig", "alg": "ES256"}]}


def digest(text: str) -> str:
    """Return a text's SHA-256 in base64url."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class ProviderClient:
    """One registered provider and the key its tokens are bound to."""

    server: BankServer
    client_id: str
    key: ec.EllipticCurvePrivateKey
    proof_key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    asked: Mapping[str, Any] = field(default_factory=dict)

    def asking(self, **members: object) -> "ProviderClient":
        """Return the same provider, whose requests have these members instead or besides."""
        return replace(self, asked={**self.asked, **members})

    def with_proof_key(self, key: ec.EllipticCurvePrivateKey) -> "ProviderClient":
        """Return the same provider with another DPoP key."""
        return replace(self, proof_key=key)

    def assertion(self, **claims: object) -> str:
        """Sign who we are; keyword arguments replace claims."""
        now = int(time.time())
        usual = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.server.url,
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + 60,
        }
        return jwt.encode(usual | claims, self.key, "ES256", {"kid": KEY_ID})

    def proof(self, method: str, path: str, token: str | None = None, **claims: object) -> str:
        """Sign a DPoP proof; keyword arguments replace claims."""
        usual: dict[str, object] = {
            "jti": uuid.uuid4().hex,
            "htm": method,
            "htu": self.server.url + path,
            "iat": int(time.time()),
        }
        if token is not None:
            usual["ath"] = digest(token)
        header = {"typ": "dpop+jwt", "jwk": public_jwk(self.proof_key)}
        return jwt.encode(usual | claims, self.proof_key, "ES256", header)

    def signed(self, form: Mapping[str, str], assertion: str | None = None) -> dict[str, str]:
        """Return a form with the client's assertion in it."""
        return {
            **form,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        }

    def post(
        self,
        path: str,
        form: Mapping[str, str] | Sequence[tuple[str, str]],
        *,
        proof: str | None = None,
        at: str | None = None,
    ) -> requests.Response:
        """Post a form, with a DPoP proof; `at` is another worker's address."""
        headers = {"DPoP": proof or self.proof("POST", path)}
        return requests.post(
            (at or self.server.url) + path, data=form, headers=headers, timeout=SECONDS
        )

    def element(self) -> dict[str, Any]:
        """Return what is asked for."""
        last = self.server.last_day
        return {
            "type": "personal_data/v1",
            "category": "daily_activity",
            "fields": list(FIELDS),
            "period": {"from": (last - timedelta(days=29)).isoformat(), "to": last.isoformat()},
            "purpose": "health_promotion",
            "mode": "records",
            "until": (last + timedelta(days=180)).isoformat(),
            "retention_days": 30,
            **self.asked,
        }

    def request_form(self) -> dict[str, str]:
        """Return the form of a pushed request, without the assertion."""
        return {
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "state": "state-1",
            "code_challenge": digest(VERIFIER),
            "code_challenge_method": "S256",
            "authorization_details": json.dumps([self.element()]),
        }

    def push(self) -> str:
        """Push a correct request; return its `request_uri`."""
        answer = self.post("/oauth/par", self.signed(self.request_form()))
        assert answer.status_code == 201, answer.text
        request_uri: str = answer.json()["request_uri"]
        return request_uri

    def authorization_url(self, request_uri: str) -> str:
        """Return where the resident's browser is sent."""
        query = urlencode({"client_id": self.client_id, "request_uri": request_uri})
        return f"{self.server.url}/oauth/authorize?{query}"

    def code(self, resident: str = "hanako", share: Sequence[str] = FIELDS) -> str:
        """Go through a request that a resident agrees to; return the code."""
        answer = agree(self.server, resident, self.authorization_url(self.push()), share)
        return parse_qs(urlsplit(answer).query)["code"][0]

    def code_form(self, code: str) -> dict[str, str]:
        """Return the form that redeems a code, without the assertion."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }

    def redeem(self, code: str) -> requests.Response:
        """Redeem a code."""
        return self.post("/oauth/token", self.signed(self.code_form(code)))

    def tokens(self, resident: str = "hanako", share: Sequence[str] = FIELDS) -> dict[str, Any]:
        """Go the whole way; return the token response."""
        answer = self.redeem(self.code(resident, share))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def refresh(self, refresh_token: str) -> requests.Response:
        """Ask for another access token."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.post("/oauth/token", self.signed(form))

    def read(
        self,
        token: str,
        *,
        scheme: str = "DPoP",
        proof: str | None = None,
        at: str | None = None,
        **query: str,
    ) -> requests.Response:
        """Read records; `at` is another worker's address, `query` what is asked for besides."""
        path = "/api/v1/records"
        headers = {
            "Authorization": f"{scheme} {token}",
            "DPoP": proof or self.proof("GET", path, token),
        }
        return requests.get(
            (at or self.server.url) + path,
            params={"category": str(self.element()["category"]), **query},
            headers=headers,
            timeout=SECONDS,
        )

    def inquire(
        self, token: str, asking: Mapping[str, object], at: str | None = None
    ) -> requests.Response:
        """Ask for an answer instead of records; `at` is another worker's address."""
        path = "/api/v1/answers"
        headers = {"Authorization": f"DPoP {token}", "DPoP": self.proof("POST", path, token)}
        return requests.post(
            (at or self.server.url) + path, json=asking, headers=headers, timeout=SECONDS
        )


def register(
    server: BankServer,
    callback: str = CALLBACK,
    key: ec.EllipticCurvePrivateKey | None = None,
    key_id: str = KEY_ID,
) -> ProviderClient:
    """Register a provider as the steward does; keys by value."""
    private = key or new_key()
    name = Text("試験の提供先", "Test provider")
    keys = json.dumps(key_set(private, key_id))
    provider = server.run(server.bank.register_provider(name, [callback], keys))
    return ProviderClient(server, str(provider.provider_id), private)


def registration(**members: object) -> tuple[dict[str, Any], ec.EllipticCurvePrivateKey]:
    """Return what a steward's program sends to register a provider, and the provider's key."""
    key = new_key()
    usual = {
        "name_ja": "試験の提供先",
        "name_en": "Test provider",
        "redirect_uris": [CALLBACK],
        "jwks": key_set(key),
    }
    return usual | members, key


def registered(steward: Desk, **members: object) -> ProviderClient:
    """Let a steward's program register a provider."""
    document, key = registration(**members)
    answer = steward.post("/api/v1/providers", document)
    assert answer.status_code == 201, answer.text
    return ProviderClient(steward.server, answer.json()["client_id"], key)


def agree(server: BankServer, resident: str, url: str, share: Sequence[str]) -> str:
    """Let a resident open a request and agree to some fields; return where the browser goes."""
    home, request_id = open_request(server, resident, url)
    _, _, asked = server.run(server.bank.authorize.one(home, request_id))
    kept = (item.without(item.names - set(share)) for item in asked.items)
    items = tuple(item for item in kept if item is not None)
    agreeing = server.bank.authorize.agree(home, request_id, items, explicit=asked.categories)
    return server.run(agreeing)


def open_request(server: BankServer, resident: str, url: str) -> tuple[ResidentId, uuid.UUID]:
    """Let a resident's browser open a request; return the resident and the request's name."""
    query = parse_qs(urlsplit(url).query)
    reference = Reference(query["client_id"][0], query["request_uri"][0])
    home = server.residents[resident]
    return home, server.run(server.bank.authorize.open(reference, home))
