"""What a service provider does when the bank says that something ended.

It polls (RFC 8936), checks what it is sent (RFC 8417), deletes, and signs that it did.
"""

# ruff: noqa: TID251 - a provider stands alone: the bank's clock and entropy are not its own

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from .broker import KEY_ID, Broker, checked

STATEMENT = "deletion-statement+jwt"


@dataclass(frozen=True)
class Notice:
    """One notice: its name, the grant it is about, and whether what we have must go."""

    name: str
    grant: str
    deletes: bool


@dataclass(frozen=True)
class Notices:
    """Speak with the bank about what ended."""

    broker: Broker

    async def fetch(self, known: Sequence[str]) -> list[Notice]:
        """Acknowledge the notices we know, and return those that wait.

        Raises:
            RefusedError: the bank does not let us in.
            jwt.PyJWTError: what came was not signed by the bank, or is not for us.
        """
        url = f"{self.broker.bank}/api/v1/notices"
        document = {"ack": list(known), "returnImmediately": True}
        async with self.broker.http.post(url, json=document, headers=self._proof()) as answer:
            tokens = (await checked(answer))["sets"]
        if not tokens:
            return []
        async with self.broker.http.get((await self.broker.discover())["jwks_uri"]) as answer:
            keys = jwt.PyJWKSet.from_dict(await checked(answer))
        return [self._read(token, keys) for token in tokens.values()]

    async def state(self, notice: Notice) -> None:
        """Sign that what a notice names is gone; it acknowledges the notice too."""
        now = int(time.time())
        claims = {"iss": self.broker.client_id, "aud": self.broker.bank, "iat": now}
        said = {"notice": notice.name, "grant_id": notice.grant, "deleted_at": now}
        named = {"jti": secrets.token_urlsafe(16)}
        header = {"typ": STATEMENT, "kid": KEY_ID}
        statement = jwt.encode(claims | said | named, self.broker.client_key, "ES256", header)
        url = f"{self.broker.bank}/api/v1/notices/{notice.name}/deletion"
        headers = {"Content-Type": f"application/{STATEMENT}", **self._proof()}
        async with self.broker.http.post(url, data=statement, headers=headers) as answer:
            await checked(answer)

    def _read(self, token: str, keys: jwt.PyJWKSet) -> Notice:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != "secevent+jwt":  # another of the bank's signed objects
            raise jwt.InvalidTokenError("not a security event")
        claims: dict[str, Any] = jwt.decode(
            token,
            keys[header["kid"]],
            ["EdDSA"],
            audience=self.broker.client_id,
            issuer=self.broker.bank,
        )
        (said,) = claims["events"].values()
        return Notice(claims["jti"], said["grant_id"], "delete_by" in said)

    def _proof(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.broker.assertion()}"}
