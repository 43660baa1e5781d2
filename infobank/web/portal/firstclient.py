"""A provider's first program: ask for records, take the answer, and read them.

python3 infobank-client.py --bank https://bank.example --key sandbox.pem
    makes the key, and prints its public half: paste that into the sandbox's page
python3 infobank-client.py --bank https://bank.example --key sandbox.pem --client-id UUID
    asks for what `--request` holds (the request builder makes it), and prints what it reads

It needs Python 3.11, `cryptography` and `PyJWT`.  The calls stand in the order of the protocol:
OAuth 2.0 in the FAPI 2.0 profile, with PAR, PKCE, private_key_jwt and DPoP.
"""

# ruff: noqa: TID251, S310 - a provider stands alone: the bank's clock, entropy and calls are not its own

import argparse
import hashlib
import json
import os
import secrets
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

Key = ec.EllipticCurvePrivateKey
KEY_ID = "sandbox-1"
CALLBACK = "http://127.0.0.1/callback"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECONDS = 30


class _Stay(HTTPRedirectHandler):
    """Follow no redirect: the answer to a request is in the address itself."""

    def redirect_request(self, *_: object) -> None:
        """Return nothing to open."""


OPEN = build_opener(_Stay())


@dataclass(frozen=True)
class Client:
    """One provider at one bank; `proof_key` is the key to which its tokens are bound."""

    bank: str
    client_id: str
    key: Key = field(repr=False)
    proof_key: Key = field(repr=False)

    def ask(self, details: object) -> tuple[str, str]:
        """1. Push the request (RFC 9126); return what a browser opens, and the PKCE verifier."""
        verifier = secrets.token_urlsafe(32)
        pushed = self._post(
            "/oauth/par",
            {
                "response_type": "code",
                "redirect_uri": CALLBACK,
                "state": secrets.token_urlsafe(16),
                "code_challenge": digest(verifier),
                "code_challenge_method": "S256",
                "authorization_details": json.dumps(details),
            },
        )
        query = urlencode({"client_id": self.client_id, "request_uri": pushed["request_uri"]})
        return f"{self.bank}/oauth/authorize?{query}", verifier

    def answered(self, address: str) -> str:
        """2. Open it as a browser would: in the sandbox the answer comes at once, as a code."""
        status, headers, _ = call(Request(address))
        answer = parse_qs(urlsplit(str(headers.get("Location", ""))).query)
        if "code" not in answer or answer.get("iss") != [self.bank]:
            raise SystemExit(f"no code came back: {status} {answer.get('error')}")
        return answer["code"][0]

    def token(self, code: str, verifier: str) -> str:
        """3. Turn the code into an access token, bound to our key (RFC 9449)."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        token: str = self._post("/oauth/token", form | {"code_verifier": verifier})["access_token"]
        return token

    def read(self, token: str, category: str) -> dict[str, Any]:
        """4. Read what the consent covers of a category."""
        url = f"{self.bank}/api/v1/records"
        headers = {"Authorization": f"DPoP {token}", "DPoP": self._proof("GET", url, token)}
        return answer_of(Request(f"{url}?{urlencode({'category': category})}", headers=headers))

    def _post(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Send a form with two proofs: who we are (RFC 7523), and which key is ours (RFC 9449)."""
        url = self.bank + path
        proofs = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self._assertion()}
        body = urlencode({**form, **proofs}).encode()
        return answer_of(Request(url, body, {"DPoP": self._proof("POST", url)}))

    def _assertion(self) -> str:
        now = int(time.time())
        who = {"iss": self.client_id, "sub": self.client_id, "aud": self.bank}
        when = {"jti": secrets.token_urlsafe(16), "iat": now, "exp": now + 60}
        return jwt.encode(who | when, self.key, "ES256", {"kid": KEY_ID})

    def _proof(self, method: str, url: str, token: str = "") -> str:
        claims = {"htm": method, "htu": url, "iat": int(time.time())}
        claims |= {"jti": secrets.token_urlsafe(16)} | ({"ath": digest(token)} if token else {})
        header = {"typ": "dpop+jwt", "jwk": public_jwk(self.proof_key)}
        return jwt.encode(claims, self.proof_key, "ES256", header)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in base64url."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def public_jwk(key: Key) -> dict[str, Any]:
    """Return a key's public half as a JWK."""
    document: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return document


def call(request: Request) -> tuple[int, Mapping[str, Any], bytes]:
    """Return an answer's status, headers and body; a redirect is an answer too."""
    try:
        with OPEN.open(request, timeout=SECONDS) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read()


def answer_of(request: Request) -> dict[str, Any]:
    """Return a JSON answer, or end with what the bank says against it."""
    status, _, body = call(request)
    document: dict[str, Any] = json.loads(body)
    if status >= 400:  # noqa: PLR2004 - from here on HTTP refuses
        raise SystemExit(f"{status}: {json.dumps(document, ensure_ascii=False, indent=2)}")
    return document


def usual_request() -> list[dict[str, Any]]:
    """Return a small request, for whoever has none from the builder yet."""
    today = datetime.now(UTC).date()
    return [
        {
            "type": "personal_data/v1",
            "category": "daily_activity",
            "fields": ["steps"],
            "period": {
                "from": (today - timedelta(days=30)).isoformat(),
                "to": (today - timedelta(days=1)).isoformat(),
            },
            "purpose": "health_promotion",
            "mode": "records",
            "until": (today + timedelta(days=7)).isoformat(),
            "retention_days": 1,
        }
    ]


def key_in(path: Path) -> Key:
    """Return the private key in a file, made there when there is none; nobody else may read it."""
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Key):
        raise SystemExit(f"{path} is not an EC key")
    return key


def main() -> None:
    """Read the arguments, and do the first step or all the others."""
    plain = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--bank", required=True, help="the bank's public address")
    parser.add_argument("--key", required=True, type=Path, help="private key (PEM, mode 0600)")
    parser.add_argument("--client-id", help="from the sandbox's page, once the key is there")
    parser.add_argument("--request", type=Path, help="authorization_details in JSON")
    options = parser.parse_args()
    key = key_in(options.key)
    if options.client_id is None:
        document = public_jwk(key) | {"kid": KEY_ID, "use": "sig", "alg": "ES256"}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
        return
    details = json.loads(options.request.read_text("utf-8")) if options.request else usual_request()
    proof_key = ec.generate_private_key(ec.SECP256R1())
    client = Client(options.bank.rstrip("/"), options.client_id, key, proof_key)
    address, verifier = client.ask(details)
    token = client.token(client.answered(address), verifier)
    read = [client.read(token, name) for name in dict.fromkeys(one["category"] for one in details)]
    sys.stdout.write(json.dumps(read, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
