"""Write signed objects in compact form (RFC 7515): the bank's own, by its Ed25519 key (RFC 8037).

The private key is elsewhere: here is what it signs, and what comes of its signature.
"""

import hashlib
from collections.abc import Mapping

from infobank.oauth.wire.keys import encode
from infobank.vocabulary.text.canonical import Plain, canonical_json


def bank_key(public: bytes) -> dict[str, str]:
    """Return the bank's public key, 32 bytes, as a JWK; `kid` is its thumbprint (RFC 7638)."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": encode(public)}
    thumbprint = encode(hashlib.sha256(canonical_json({**members})).digest())
    return {**members, "kid": thumbprint, "use": "sig", "alg": "EdDSA"}


def signing_input(kind: str, public: bytes, claims: Mapping[str, Plain]) -> bytes:
    """Return the bytes to sign: a header with this `typ`, and the claims (RFC 7515 section 5.1)."""
    header = {"alg": "EdDSA", "kid": bank_key(public)["kid"], "typ": kind}
    return f"{encode(canonical_json({**header}))}.{encode(canonical_json({**claims}))}".encode()


def compact(signed: bytes, signature: bytes) -> str:
    """Return the object: what was signed, and its signature (RFC 7515 section 7.1)."""
    return f"{signed.decode()}.{encode(signature)}"
