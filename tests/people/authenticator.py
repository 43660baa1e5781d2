"""A device with passkeys, in software: what a browser sends when its owner is asked."""

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
COORDINATE = 32


def text(content: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def content(written: str) -> bytes:
    """Return the bytes of a base64url text."""
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


@dataclass
class Authenticator:
    """One passkey; `counts` tells whether it counts its uses, as a security key does."""

    origin: str
    credential_id: bytes = b"credential-0123456789"
    count: int = 0
    counts: bool = True
    verified: bool = True
    user: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: str, **instead: object) -> str:
        """Return the answer to a request for a new passkey; `instead` makes it a wrong one."""
        asked = json.loads(options)
        self.user = content(asked["user"]["id"])
        rp_id = instead.get("rp_id", asked["rp"]["id"])
        made = self._data(rp_id, ATTESTED) + self._attested()
        attestation = {"fmt": "none", "attStmt": {}, "authData": made}
        client = self._client("webauthn.create", asked, instead)
        return self._answer(
            clientDataJSON=text(client), attestationObject=text(cbor2.dumps(attestation))
        )

    def get(self, options: str, **instead: object) -> str:
        """Return the answer to a request for the passkey; `instead` makes it a wrong one."""
        asked = json.loads(options)
        if self.counts:
            self.count += 1
        made = self._data(instead.get("rp_id", asked["rpId"]), 0)
        client = self._client("webauthn.get", asked, instead)
        signed = self.key.sign(made + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=text(client),
            authenticatorData=text(made),
            signature=text(signed),
            userHandle=text(instead.get("user", self.user)),
        )

    def copy(self) -> "Authenticator":
        """Return a copy that somebody made of it, which counts on by itself."""
        return replace(self)

    def _client(self, kind: str, asked: dict[str, Any], instead: dict[str, Any]) -> bytes:
        return json.dumps(
            {
                "type": instead.get("type", kind),
                "challenge": instead.get("challenge", asked["challenge"]),
                "origin": instead.get("origin", self.origin),
                "crossOrigin": False,
            }
        ).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        host = hashlib.sha256(rp_id.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big")

    @property
    def public_key(self) -> bytes:
        """Its public key as a COSE_Key."""
        numbers = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(COORDINATE, "big") for each in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _attested(self) -> bytes:
        named = len(self.credential_id).to_bytes(2, "big") + self.credential_id
        return bytes(16) + named + self.public_key

    def _answer(self, **response: str) -> str:
        named = text(self.credential_id)
        return json.dumps(
            {
                "id": named,
                "rawId": named,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
