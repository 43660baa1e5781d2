"""A recipient of notices: it polls, checks what it is sent, and states what it deleted."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import published
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from provider_client import KEY_ID, SECONDS, ProviderClient, register
from running_bank import BankServer

from infobank.oauth.events.statement import CONTENT_TYPE, TYPE

NOTICES = "/api/v1/notices"


@dataclass(frozen=True)
class Recipient:
    """A provider's program, as the bank sees it."""

    client: ProviderClient

    @property
    def server(self) -> BankServer:
        """The bank."""
        return self.client.server

    def poll(self, document: Mapping[str, object] | None = None) -> requests.Response:
        """Poll with a document, or plainly."""
        return self.post(NOTICES, json=document or {})

    def post(
        self,
        path: str,
        *,
        json: object = None,
        data: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Post something, with a fresh assertion unless `headers` bring another."""
        proof = {"Authorization": f"Bearer {self.client.assertion()}"}
        return requests.post(
            self.server.url + path,
            json=json,
            data=data,
            headers=proof | dict(headers or {}),
            timeout=SECONDS,
        )

    def tokens(self, **document: object) -> dict[str, str]:
        """Return the signed tokens that a poll brings, by `jti`."""
        answer = self.poll(document)
        assert answer.status_code == 200, answer.text
        sets: dict[str, str] = answer.json()["sets"]
        return sets

    def notices(self, **document: object) -> list[dict[str, Any]]:
        """Return the claims that a poll brings, every signature checked."""
        return [self.checked(token) for token in self.tokens(**document).values()]

    def checked(self, token: str) -> dict[str, Any]:
        """Return a token's claims, checked by the keys that the bank publishes."""
        return published.claims(self.server, token, "secevent+jwt", self.client.client_id)

    def statement(
        self,
        answered: Mapping[str, Any],
        /,
        key: ec.EllipticCurvePrivateKey | None = None,
        kind: str = TYPE,
        **changed: object,
    ) -> str:
        """Sign that what a notice names was deleted; keyword arguments replace claims."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.client.client_id,
            "aud": self.server.url,
            "iat": now,
            "jti": uuid.uuid4().hex,
            "notice": answered["jti"],
            "grant_id": payload(answered)["grant_id"],
            "deleted_at": now,
        }
        header = {"typ": kind, "kid": KEY_ID}
        return jwt.encode(claims | changed, key or self.client.key, "ES256", header)

    def state(self, notice: Mapping[str, Any], statement: str) -> requests.Response:
        """Send a statement about a notice."""
        return self.post(
            f"{NOTICES}/{notice['jti']}/deletion",
            data=statement,
            headers={"Content-Type": CONTENT_TYPE},
        )


def payload(notice: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a notice says of its one event."""
    ((_, said),) = notice["events"].items()
    found: dict[str, Any] = said
    return found


def event(notice: Mapping[str, Any]) -> str:
    """Return the name of a notice's one event."""
    ((name, _),) = notice["events"].items()
    return str(name)


def recipient(server: BankServer) -> Recipient:
    """Return a fresh provider."""
    return Recipient(register(server))
