"""Every call a service provider makes to the bank: OAuth 2.0 in the FAPI 2.0 profile.

Read `Broker` from top to bottom: its methods stand in the order of the protocol.  It
knows the bank by its address alone; copy this file to begin a provider of your own.
"""

# ruff: noqa: TID251 - a provider stands alone: the bank's clock and entropy are not its own

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

Key = ec.EllipticCurvePrivateKey

KEY_ID = "walkcoach-1"
"""The `kid` under which the bank has our public key."""

CATEGORY = "daily_activity"
FIELDS = ("steps", "distance", "very_active_minutes", "fairly_active_minutes")
WHY = {
    "ja": "歩数と活動時間から、あなたに合った歩く目標を作ります。",
    "en": "We turn your steps and active minutes into a walking goal that fits you.",
}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MARGIN = 10
"""Seconds before its end at which an access token is renewed."""


class RefusedError(Exception):
    """Carry a refusal: its HTTP status, its stable code, and its reasons in words."""

    def __init__(self, status: int, code: str, words: str = "") -> None:
        super().__init__(f"{status} {code}: {words}")
        self.status = status
        self.code = code
        self.words = words


@dataclass
class Connection:
    """Keep what belongs to one resident's browser, in memory; never in a URL or a log.

    `pending` maps the `state` of each unanswered request to its PKCE verifier.  A deferred
    request stays there: the resident has 30 days to answer it.
    """

    key: Key = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    pending: dict[str, str] = field(default_factory=dict, repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    renew_at: float = 0.0
    """When the access token has to be renewed, by the machine's monotonic clock."""


@dataclass(frozen=True)
class Broker:
    """Speak with the bank: the methods stand in the order in which they are called."""

    bank: str
    client_id: str
    client_key: Key = field(repr=False)
    redirect_uri: str
    http: aiohttp.ClientSession = field(repr=False)

    async def discover(self) -> dict[str, Any]:
        """1. Ask the bank where its endpoints are (RFC 8414)."""
        async with self.http.get(f"{self.bank}/.well-known/oauth-authorization-server") as answer:
            metadata = await checked(answer)
        if metadata["issuer"] != self.bank:
            raise RefusedError(502, "foreign", "the address belongs to another issuer")
        return metadata

    async def ask(self, connection: Connection) -> str:
        """2. Push the request (RFC 9126).  3. Return where to send the resident's browser."""
        verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        metadata = await self.discover()
        form = {
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": state,
            "code_challenge": digest(verifier),  # RFC 7636
            "code_challenge_method": "S256",
            "authorization_details": json.dumps([wanted()]),  # RFC 9396
        }
        pushed = await self._post(
            metadata["pushed_authorization_request_endpoint"], form, connection
        )
        connection.pending[state] = verifier
        reference = {"client_id": self.client_id, "request_uri": pushed["request_uri"]}
        return f"{metadata['authorization_endpoint']}?{urlencode(reference)}"

    async def answered(self, connection: Connection, query: Mapping[str, str]) -> None:
        """4. Take the resident's answer, and 5. turn its code into tokens (RFC 6749 4.1.3).

        `state` ties the answer to this browser, `iss` to the bank we asked (RFC 9207).

        Raises:
            RefusedError: `access_denied`, `request_deferred`, or an answer we did not ask for.
        """
        state, error = query.get("state", ""), query.get("error")
        if state not in connection.pending or query.get("iss") != self.bank:
            raise RefusedError(400, "foreign")
        if error == "request_deferred":  # the same `state` will come back with the answer
            raise RefusedError(202, error)
        verifier = connection.pending.pop(state)
        if error is not None:
            raise RefusedError(403, error, query.get("error_description", ""))
        form = {"grant_type": "authorization_code", "code": query.get("code", "")}
        form |= {"redirect_uri": self.redirect_uri, "code_verifier": verifier}
        await self._take_tokens(connection, form)

    async def read(self, connection: Connection) -> dict[str, Any]:
        """6. Read what the consent covers now: it may be less than we asked for.

        Raises:
            RefusedError: the consent was withdrawn or is over; delete what you have.
        """
        if time.monotonic() >= connection.renew_at:
            await self.refresh(connection)
        url, token = f"{self.bank}/api/v1/records", connection.access_token
        headers = {
            "Authorization": f"DPoP {token}",
            "DPoP": proof(connection.key, "GET", url, token),  # without the query (RFC 9449)
        }
        async with self.http.get(url, params={"category": CATEGORY}, headers=headers) as answer:
            return await checked(answer)

    async def refresh(self, connection: Connection) -> None:
        """7. Renew the access token; the refresh token stays the same, to the consent's end."""
        form = {"grant_type": "refresh_token", "refresh_token": connection.refresh_token}
        await self._take_tokens(connection, form)

    async def _take_tokens(self, connection: Connection, form: dict[str, str]) -> None:
        tokens = await self._post((await self.discover())["token_endpoint"], form, connection)
        connection.access_token = tokens["access_token"]
        connection.refresh_token = tokens.get("refresh_token", connection.refresh_token)
        connection.renew_at = time.monotonic() + tokens["expires_in"] - MARGIN

    async def _post(self, url: str, form: dict[str, str], connection: Connection) -> dict[str, Any]:
        """Send a form with two proofs: who we are (RFC 7523), and which key is ours (RFC 9449)."""
        form = form | {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(),
        }
        headers = {"DPoP": proof(connection.key, "POST", url)}
        async with self.http.post(url, data=form, headers=headers) as answer:
            return await checked(answer)

    def assertion(self) -> str:
        """Sign who we are: for the issuer, not the endpoint (FAPI 2.0); each `jti` counts once."""
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self.bank}
        times = {"jti": secrets.token_urlsafe(16), "iat": now, "exp": now + 60}
        return jwt.encode(claims | times, self.client_key, "ES256", {"kid": KEY_ID})


def wanted() -> dict[str, Any]:
    """Say what we ask for, why, and for how long (`authorization_details`, RFC 9396)."""
    today = datetime.now(ZoneInfo("Asia/Tokyo")).date()
    first, last = today - timedelta(days=90), today - timedelta(days=1)
    return {
        "type": "personal_data/v1",
        "category": CATEGORY,
        "fields": list(FIELDS),
        "period": {"from": first.isoformat(), "to": last.isoformat()},
        "purpose": "health_promotion",
        "mode": "records",
        "until": (today + timedelta(days=180)).isoformat(),
        "retention_days": 30,
        "purpose_text": WHY,
    }


def proof(key: Key, method: str, url: str, access_token: str | None = None) -> str:
    """Sign a DPoP proof for one request; `ath` ties it to the token it travels with."""
    claims = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url, "iat": int(time.time())}
    if access_token is not None:
        claims["ath"] = digest(access_token)
    header = {"typ": "dpop+jwt", "jwk": json.loads(ECAlgorithm.to_jwk(key.public_key()))}
    return jwt.encode(claims, key, "ES256", header)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in base64url: the form of `ath` and of `code_challenge`."""
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


async def checked(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return the bank's answer.

    Raises:
        RefusedError: it is a refusal, in OAuth's form or as a problem document (RFC 9457).
    """
    document: dict[str, Any] = await answer.json(content_type=None)
    if not answer.ok:
        code = str(document.get("error") or document.get("code") or "unknown")
        words = str(document.get("error_description") or document.get("detail") or "")
        raise RefusedError(answer.status, code, words)
    return document
