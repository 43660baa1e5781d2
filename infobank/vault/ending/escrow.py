"""An erased resident's log key, sealed so that two holders open it together and nobody else.

Provision records must outlive an erasure for their legal period (APPI article 29(2)).  The
bank gives the key away instead of keeping it: it is sealed once for each pair of holders,
to the one around the other (HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM).
`docs/spec/erasure.md` has the bytes.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import combinations
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from infobank.vault.envelope import KEY_LENGTH, Material
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.text.canonical import joined

LEAST_HOLDERS: Final = 2
MOST_HOLDERS: Final = 6

_MAGIC: Final = b"infobank/escrow/v1"
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_FIELD: Final = 2**255 - 19
_HEAD: Final = len(_MAGIC) + 1
_NAME: Final = 16
_PAIR: Final = KEY_LENGTH + 2 * (32 + 16)
"""A key sealed twice: each time 32 bytes of key encapsulation and a tag of 16."""


@dataclass(frozen=True)
class Holder:
    """A person outside the bank's operation who holds one escrow key.

    Raises:
        ValueError: the public key is not 32 bytes, is a second spelling of another key, or is
            one of the few that give everybody the same secret (RFC 7748 sections 5 and 6.1).
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if len(self.public_key) != KEY_LENGTH:
            raise ValueError("an X25519 public key has 32 bytes")
        if int.from_bytes(self.public_key, "little") >= _FIELD:
            raise ValueError("an X25519 public key is spelled in one way only")
        public = X25519PublicKey.from_public_bytes(self.public_key)
        try:
            X25519PrivateKey.from_private_bytes(bytes(KEY_LENGTH)).exchange(public)
        except ValueError:
            raise ValueError("this X25519 public key is nobody's") from None


@dataclass(frozen=True)
class Escrowed:
    """Whose log key is in escrow and until when: bound into every seal, stored in none."""

    tenant: UUID
    resident: UUID
    version: int
    until: date

    def info(self, layer: bytes, names: bytes) -> bytes:
        """Return what one layer of a pair's seal is bound to."""
        version = self.version.to_bytes(4, "big")
        until = self.until.isoformat().encode()
        return joined(_MAGIC, layer, self.tenant.bytes, self.resident.bytes, version, until, names)


def seal_escrow(holders: Sequence[Holder], whose: Escrowed, log_key: Material) -> bytes:
    """Seal a log key for any two of the holders together.

    Raises:
        ValueError: there are fewer than two holders, more than six, or one twice.
    """
    names = [_name(each.public_key) for each in holders]
    if not LEAST_HOLDERS <= len(set(names)) == len(names) <= MOST_HOLDERS:
        raise ValueError(f"an escrow has {LEAST_HOLDERS} to {MOST_HOLDERS} different holders")
    together = b"".join(names)
    keys = [X25519PublicKey.from_public_bytes(each.public_key) for each in holders]
    pairs = []
    for first, second in combinations(keys, 2):
        inner = _SUITE.encrypt(log_key, second, whose.info(b"inner", together))
        pairs.append(_SUITE.encrypt(inner, first, whose.info(b"outer", together)))
    return b"".join((_MAGIC, bytes([len(names)]), together, *pairs))


def open_escrow(
    keys: tuple[X25519PrivateKey, X25519PrivateKey], whose: Escrowed, sealed: bytes
) -> bytes:
    """Return a log key with the keys of two different holders, in any order.

    Raises:
        SealBrokenError: they are not two of the holders, it is somebody else's escrow, or
            any byte was changed.
    """
    names = _names(sealed)
    by_name = {_name(key.public_key().public_bytes_raw()): key for key in keys}
    held = [at for at, name in enumerate(names) if name in by_name]
    if len(held) != 2:  # noqa: PLR2004 - two people
        raise SealBrokenError
    place = list(combinations(range(len(names)), 2)).index((held[0], held[1]))
    start = _HEAD + len(names) * _NAME + place * _PAIR
    pair, together = sealed[start : start + _PAIR], b"".join(names)
    outer, last = (by_name[names[at]] for at in held)
    try:
        inner = _SUITE.decrypt(pair, outer, whose.info(b"outer", together))
        return _SUITE.decrypt(inner, last, whose.info(b"inner", together))
    except (InvalidTag, ValueError):
        raise SealBrokenError from None


def _name(public_key: bytes) -> bytes:
    """Return the 16 bytes by which an escrow names a holder."""
    return sha256(public_key).digest()[:_NAME]


def _names(sealed: bytes) -> list[bytes]:
    """Return the holders of an escrow whose length is right for them."""
    if len(sealed) < _HEAD or not hmac.compare_digest(sealed[: len(_MAGIC)], _MAGIC):
        raise SealBrokenError
    count = sealed[_HEAD - 1]
    pairs = count * (count - 1) // 2
    length = _HEAD + count * _NAME + pairs * _PAIR
    if not LEAST_HOLDERS <= count <= MOST_HOLDERS or len(sealed) != length:
        raise SealBrokenError
    return [sealed[_HEAD + at * _NAME :][:_NAME] for at in range(count)]


def holders_of(sealed: bytes) -> int:
    """Return how many holders an escrow has.

    Raises:
        SealBrokenError: it is no escrow.
    """
    return len(_names(sealed))
