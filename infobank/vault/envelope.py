"""Seal and open: the only code of the vault that calls a cipher or draws a key.

Randomness is drawn here and not injected, because the library draws the salt of
each sealing by itself and offers no way to pass one.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from infobank.vault.errors import SealBrokenError

Material: TypeAlias = bytes | bytearray | memoryview
"""The bytes of a key, in any form that the ciphers read without a copy in Python."""

KEY_LENGTH = 32
WRAPPED_LENGTH = 92
"""A wrapped key: 12 nonce, 32 commitment, 32 key, 16 tag."""

_CHUNK = 16_384
_TAG = 16
_PREFIX = 56
_NONCE = 12
_COMMITMENT = bytes(32)
_PARTS = struct.Struct(f"{_NONCE}s{WRAPPED_LENGTH - _NONCE}s")
_EMPTY = bytes(len(_COMMITMENT) + KEY_LENGTH)


def sealed_length(length: int) -> int:
    """Return how long `length` bytes are once sealed (C2SP chunked-encryption)."""
    return _PREFIX + length + _TAG * (length // _CHUNK + 1)


def seal(key: Material, context: bytes, plaintext: bytes) -> bytes:
    """Seal bytes under a 32-byte key, bound to a context that is not stored in them.

    Cobblestone-256 (C2SP chunked-encryption, SHA-512 and AES-256-GCM): each call has
    its own salt, key and 32-byte key commitment, so a key may seal any number of
    messages and no sealed bytes open under two keys.
    """
    encryptor = Cobblestone256Encryptor(key, context)
    return encryptor.update(plaintext) + encryptor.finalize()


def open_sealed(key: Material, context: bytes, sealed: bytes, *, longest: int) -> bytes:
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


def with_commitment(inner: Material) -> bytearray:
    """Return what is sealed when a key is wrapped: 32 zero bytes, and the key.

    Raises:
        ValueError: the key is not 32 bytes.
    """
    if len(inner) != KEY_LENGTH:
        raise ValueError("only 32-byte keys are wrapped")
    room = bytearray(_COMMITMENT)
    room += inner
    return room


def without_commitment(opened: bytes) -> bytes:
    """Return the key of what was opened.

    Raises:
        SealBrokenError: the zero bytes are not zero, or the length is another.
    """
    lead, inner = opened[: len(_COMMITMENT)], opened[len(_COMMITMENT) :]
    if len(inner) != KEY_LENGTH or not hmac.compare_digest(lead, _COMMITMENT):
        raise SealBrokenError
    return inner


class KeyWrap:
    """Wrap and unwrap 32-byte keys under one outer key: AES-256-GCM, random 96-bit nonces.

    GCM alone does not commit to its key.  Thirty-two zero bytes lead the wrapped key
    and must come back as zeros (the padding fix of Albertini and others, "How to Abuse
    and Fix Authenticated Encryption Without Key Commitment", USENIX Security 2022).

    Opened keys pass through buffers that are wiped.  The outer key's schedule is in
    OpenSSL's memory as long as this object lives, and is cleared there with it.

    A key may wrap 2**32 times (NIST SP 800-38D section 8.3); who holds it counts.

    Raises:
        ValueError: by `wrap`, when the inner key is not 32 bytes.
        SealBrokenError: by `unwrap` and `rewrap`, when any byte, the key or the context
            is not right.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: Material) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, inner: Material, context: bytes) -> bytes:
        """Seal a key, bound to a context that is not stored in the 92 bytes."""
        room = with_commitment(inner)
        ((nonce,),) = _nonces(1)
        try:
            return nonce + self._cipher.encrypt(nonce, room, context)
        finally:
            room[:] = _EMPTY

    def unwrap(self, wrapped: bytes, context: bytes) -> bytearray:
        """Return the wrapped key in a buffer of its own, which the caller wipes."""
        room = bytearray(_EMPTY)
        try:
            next(self._opening((wrapped,), (context,), room))
            return room[len(_COMMITMENT) :]
        finally:
            room[:] = _EMPTY

    def rewrap(
        self,
        older: "KeyWrap",
        wrapped: Sequence[bytes | None],
        contexts: Iterable[bytes],
        following: Iterable[bytes],
    ) -> list[bytes | None]:
        """Wrap under this key what an older one wrapped; None stays None.

        `contexts` are those the keys are bound to, `following` those they get.  One buffer
        holds one opened key at a time, and nothing is returned unless all open.
        """
        room = bytearray(_EMPTY)
        renewed: list[bytes | None] = []
        encrypt = self._cipher.encrypt
        there = older._opening(wrapped, contexts, room)  # noqa: SLF001 - its own kind
        try:
            for held, follows, (nonce,) in zip(
                there, following, _nonces(len(wrapped)), strict=True
            ):
                renewed.append(nonce + encrypt(nonce, room, follows) if held else None)
        finally:
            room[:] = _EMPTY
        return renewed

    def _opening(
        self, wrapped: Iterable[bytes | None], contexts: Iterable[bytes], room: bytearray
    ) -> Iterator[bool]:
        """Open one key after the other into `room`, behind its commitment; None is no key."""
        lead = memoryview(room)[: len(_COMMITMENT)]
        parts, decrypt, equal = _PARTS.unpack, self._cipher.decrypt_into, hmac.compare_digest
        for stored, context in zip(wrapped, contexts, strict=True):
            if stored is None:
                yield False
                continue
            try:
                nonce, sealed = parts(stored)
                decrypt(nonce, sealed, context, room)
            except (InvalidTag, struct.error):
                raise SealBrokenError from None
            if not equal(lead, _COMMITMENT):
                raise SealBrokenError
            yield True


def wrap(key: Material, inner: Material, context: bytes) -> bytes:
    """Seal one 32-byte key under another, once; see `KeyWrap`.

    Raises:
        ValueError: the inner key is not 32 bytes.
    """
    return KeyWrap(key).wrap(inner, context)


def unwrap(key: Material, wrapped: bytes, context: bytes) -> bytes:
    """Return the wrapped key, as bytes that nobody can wipe; see `KeyWrap`.

    Raises:
        SealBrokenError: any byte, the key or the context is not right.
    """
    try:
        return bytes(KeyWrap(key).unwrap(wrapped, context))
    except ValueError:
        raise SealBrokenError from None


def expand(key: Material, info: bytes) -> bytes:
    """Derive a 32-byte key for one named use: HKDF-Expand with SHA-512 (RFC 5869 section 2.3).

    The key must be uniformly random; there is no extract step.
    """
    return HKDFExpand(algorithm=SHA512(), length=KEY_LENGTH, info=info).derive(key)


def digest(stored: bytes) -> bytes:
    """Return the SHA-256 by which a manifest or a log entry names a stored object."""
    return hashlib.sha256(stored).digest()


def _nonces(count: int) -> Iterator[tuple[bytes]]:
    """Draw nonces, all in one call: asking the system costs a third of a wrap."""
    drawn = os.urandom(_NONCE * count)  # noqa: TID251 - a nonce belongs to the cipher
    return struct.iter_unpack(f"{_NONCE}s", drawn)
