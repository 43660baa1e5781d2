"""A second reader of escrows, written from `docs/spec/erasure.md` and RFC 9180 alone.

It shares no code with the bank, and of `cryptography` it uses X25519, HKDF and AES-GCM
but not its HPKE.  Numbers in brackets are the rules of `docs/spec/erasure.md`.
"""

import hmac
from hashlib import sha256
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

MAGIC = b"infobank/escrow/v1"
KEM = b"KEM\x00\x20"
KEY_LENGTHS = {1: 16, 2: 32}
"""The AEADs of RFC 9180 section 7.3 that are read here: AES-128-GCM and AES-256-GCM."""


class RefusedError(Exception):
    """The bytes are not what was asked for."""


def need(condition: object) -> None:
    """Stop unless the rule holds."""
    if not condition:
        raise RefusedError


def extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """LabeledExtract of RFC 9180 section 4."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand of RFC 9180 section 4."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=SHA256(), length=length, info=labeled).derive(prk)


def hpke_open(private: bytes, sealed: bytes, info: bytes, aad: bytes = b"", aead: int = 2) -> bytes:
    """OpenBase of RFC 9180 for DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256, first message."""
    enc, ciphertext = sealed[:32], sealed[32:]
    key = X25519PrivateKey.from_private_bytes(private)
    shared = key.exchange(X25519PublicKey.from_public_bytes(enc))
    prk = extract(KEM, b"", b"eae_prk", shared)
    secret = expand(KEM, prk, b"shared_secret", enc + key.public_key().public_bytes_raw(), 32)
    suite = b"HPKE\x00\x20\x00\x01" + aead.to_bytes(2, "big")
    context = extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    prk, context = extract(suite, secret, b"secret", b""), b"\0" + context
    cipher = AESGCM(expand(suite, prk, b"key", context, KEY_LENGTHS[aead]))
    try:
        return cipher.decrypt(expand(suite, prk, b"base_nonce", context, 12), ciphertext, aad)
    except InvalidTag:
        raise RefusedError from None


def joined(*parts: bytes) -> bytes:
    """Each part behind its length in 4 bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def info(layer: bytes, whose: tuple[bytes, bytes, int, str], names: bytes) -> bytes:
    """Build what one layer is bound to (4)."""
    tenant, resident, version, until = whose
    number = version.to_bytes(4, "big")
    return joined(MAGIC, layer, tenant, resident, number, until.encode(), names)


def read_escrow(
    keys: tuple[bytes, bytes], whose: tuple[bytes, bytes, int, str], sealed: bytes
) -> bytes:
    """Return the log key that two holders' private keys open (5)."""
    need(sealed[: len(MAGIC)] == MAGIC and len(sealed) > len(MAGIC))
    count, rest = sealed[len(MAGIC)], sealed[len(MAGIC) + 1 :]
    names, pairs = rest[: 16 * count], rest[16 * count :]
    need(2 <= count <= 6 and len(pairs) == 128 * (count * (count - 1) // 2))
    places = {names[16 * at :][:16]: at for at in range(count)}
    held = {}
    for key in keys:
        public = X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()
        place = places.get(sha256(public).digest()[:16])
        need(place is not None)
        held[place] = key
    need(len(held) == 2)
    first, second = sorted(held)
    number = list(combinations(range(count), 2)).index((first, second))
    pair = pairs[128 * number :][:128]
    inner = hpke_open(held[first], pair, info(b"outer", whose, names))
    return hpke_open(held[second], inner, info(b"inner", whose, names))
