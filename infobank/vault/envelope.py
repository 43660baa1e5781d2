"""Seal and open: the only code of the vault that calls a cipher or draws a key.

Randomness is drawn here and not injected, because the library draws the salt of
each sealing by itself and offers no way to pass one.
"""

import hashlib
import hmac
import os

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from infobank.vault.errors import SealBrokenError

KEY_LENGTH = 32
WRAPPED_LENGTH = 92
"""A wrapped key: 12 nonce, 32 commitment, 32 key, 16 tag."""

_CHUNK = 16_384
_TAG = 16
_PREFIX = 56
_NONCE = 12
_COMMITMENT = bytes(32)


def sealed_length(length: int) -> int:
    """Return how long `length` bytes are once sealed (C2SP chunked-encryption)."""
    return _PREFIX + length + _TAG * (length // _CHUNK + 1)


def seal(key: bytes, context: bytes, plaintext: bytes) -> bytes:
    """Seal bytes under a 32-byte key, bound to a context that is not stored in them.

    Cobblestone-256 (C2SP chunked-encryption, SHA-512 and AES-256-GCM): each call has
    its own salt, key and 32-byte key commitment, so a key may seal any number of
    messages and no sealed bytes open under two keys.
    """
    encryptor = Cobblestone256Encryptor(key, context)
    return encryptor.update(plaintext) + encryptor.finalize()


def open_sealed(key: bytes, context: bytes, sealed: bytes, *, longest: int) -> bytes:
    """Return what was sealed, or nothing at all.

    `longest` bounds the plaintext in bytes and is checked before any work is done.

    Raises:
        SealBrokenError: any byte, the key, the context or the length is not right.
    """
    if len(sealed) > sealed_length(longest):
        raise SealBrokenError
    try:
        decryptor = Cobblestone256Decryptor(key, context)
        # INVARIANT: nothing is returned before `finalize` has seen the last chunk.
        return decryptor.update(sealed) + decryptor.finalize()
    except (InvalidTag, ValueError):
        raise SealBrokenError from None


def new_key() -> bytes:
    """Draw a random 32-byte key."""
    return AESGCM.generate_key(bit_length=8 * KEY_LENGTH)


def wrap(key: bytes, inner: bytes, context: bytes) -> bytes:
    """Seal one 32-byte key under another: AES-256-GCM, random 96-bit nonce, bound to a context.

    GCM alone does not commit to its key.  Thirty-two zero bytes lead the wrapped key
    and must come back as zeros (the padding fix of Albertini and others, "How to Abuse
    and Fix Authenticated Encryption Without Key Commitment", USENIX Security 2022).

    A key may wrap 2**32 times (NIST SP 800-38D section 8.3); see `docs/spec/keys.md`
    for how far the bank stays below.

    Raises:
        ValueError: the inner key is not 32 bytes.
    """
    if len(inner) != KEY_LENGTH:
        raise ValueError("only 32-byte keys are wrapped")
    nonce = os.urandom(_NONCE)  # noqa: TID251 - a nonce belongs to the cipher, as the seal's salt
    return nonce + AESGCM(key).encrypt(nonce, _COMMITMENT + inner, context)


def unwrap(key: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Return the wrapped key.

    Raises:
        SealBrokenError: any byte, the key or the context is not right.
    """
    if len(wrapped) != WRAPPED_LENGTH:
        raise SealBrokenError
    try:
        opened = AESGCM(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], context)
    except (InvalidTag, ValueError):
        raise SealBrokenError from None
    if not hmac.compare_digest(opened[: len(_COMMITMENT)], _COMMITMENT):
        raise SealBrokenError
    return opened[len(_COMMITMENT) :]


def expand(key: bytes, info: bytes) -> bytes:
    """Derive a 32-byte key for one named use: HKDF-Expand with SHA-512 (RFC 5869 section 2.3).

    The key must be uniformly random; there is no extract step.
    """
    return HKDFExpand(algorithm=SHA512(), length=KEY_LENGTH, info=info).derive(key)


def digest(stored: bytes) -> bytes:
    """Return the SHA-256 by which a manifest or a log entry names a stored object."""
    return hashlib.sha256(stored).digest()
