"""Read public keys in JWK form (RFC 7517, RFC 7518, RFC 8037)."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm
from jwt.exceptions import InvalidKeyError

from infobank.errors import InvalidInputError
from infobank.vocabulary.text.canonical import canonical_json

ALGORITHMS: Final = ("ES256", "EdDSA")
"""The signatures the broker takes: two of the three FAPI 2.0 allows (section 5.4)."""

PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members that hold a secret (RFC 7518 section 6)."""

COORDINATE = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 bytes in base64url without padding."""

_CURVES: Final = {("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}

_Key: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True)
class PublicKey:
    """A public key, the one algorithm it is for, and its thumbprint (RFC 7638, SHA-256)."""

    algorithm: str
    thumbprint: str
    key: _Key = field(repr=False)


def read_public_key(jwk: object) -> PublicKey:
    """Return the P-256 or Ed25519 public key of a JWK.

    Raises:
        InvalidInputError: it is another kind of key, off the curve, holds a private
            member, or says that it is not for signatures.
    """
    if not isinstance(jwk, dict):
        raise InvalidInputError("a key must be a JSON object")
    if PRIVATE_MEMBERS & jwk.keys():
        raise InvalidInputError("a key must not hold private members")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if not isinstance(kind, str) or not isinstance(curve, str) or (kind, curve) not in _CURVES:
        raise InvalidInputError("a key must be EC P-256 or OKP Ed25519")
    _check_use(jwk, _CURVES[kind, curve])
    x, y = _coordinate(jwk.get("x")), _coordinate(jwk.get("y")) if kind == "EC" else ""
    return _parsed(kind, curve, x, y)


def _check_use(jwk: dict[str, object], algorithm: str) -> None:
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("alg", algorithm) != algorithm:
        raise InvalidInputError(f"a key of this kind must be for {algorithm}")
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list):
        raise InvalidInputError("a key must be for signatures")
    if "verify" not in operations:
        raise InvalidInputError("a key must be for verifying signatures")


def _coordinate(text: object) -> str:
    if not isinstance(text, str) or not COORDINATE.fullmatch(text):
        raise InvalidInputError("a key's coordinates must be 32 bytes in base64url")
    # The last character carries two unused bits.  Were they free, one key would have
    # several thumbprints.
    if encode(base64.urlsafe_b64decode(text + "=")) != text:
        raise InvalidInputError("a key's coordinates must be in canonical base64url")
    return text


@lru_cache(maxsize=4096)
def _parsed(kind: str, curve: str, x: str, y: str) -> PublicKey:
    """Return the key; kept because checking a point costs as much as a signature."""
    members = {"crv": curve, "kty": kind, "x": x} | ({"y": y} if y else {})
    thumbprint = encode(hashlib.sha256(canonical_json(members)).digest())
    return PublicKey(_CURVES[kind, curve], thumbprint, _load(members))


def _load(members: dict[str, str]) -> _Key:
    reader = ECAlgorithm if members["kty"] == "EC" else OKPAlgorithm
    try:
        key = reader.from_jwk(members)
    except (InvalidKeyError, ValueError):
        raise InvalidInputError("a key must be a point of its curve") from None
    if not isinstance(key, EllipticCurvePublicKey | Ed25519PublicKey):
        raise InvalidInputError("a key must be public")
    return key


def encode(value: bytes) -> str:
    """Return base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
