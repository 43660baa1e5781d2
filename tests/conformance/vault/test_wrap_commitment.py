"""A wrapped key that was forged to be authentic under two keys opens under one at most.

The forgery is made here, by the arithmetic of GCM (NIST SP 800-38D section 6): whoever knows
two keys can choose one block so that both tags are right.  What cannot be chosen as well is
that both keys decrypt to the same 32 zero bytes (assertion A5 of the reference checklist).
"""

import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR, ECB

from infobank.vault.envelope import WRAPPED_LENGTH, unwrap
from infobank.vault.errors import SealBrokenError

NONCE = bytes(range(12))
CONTEXT = b"a context of 16+"
REDUCTION = 0xE1 << 120


def multiply(one: int, other: int) -> int:
    """Multiply in GCM's field: bits in reverse, x**128 + x**7 + x**2 + x + 1."""
    product = 0
    for bit in range(127, -1, -1):
        if other >> bit & 1:
            product ^= one
        one = one >> 1 ^ (REDUCTION if one & 1 else 0)
    return product


def inverse(value: int) -> int:
    """Return value**(2**128 - 2), which is its inverse."""
    result = 1 << 127
    for _ in range(127):
        value = multiply(value, value)
        result = multiply(result, value)
    return result


def encrypted(key: bytes, block: bytes) -> int:
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 - one block, as GCM does itself
    return int.from_bytes(encryptor.update(block), "big")


def keystream(key: bytes, length: int) -> bytes:
    counter = NONCE + (2).to_bytes(4, "big")
    return Cipher(AES(key), CTR(counter)).encryptor().update(bytes(length))


def tag(key: bytes, blocks: list[int]) -> int:
    """Return GCM's tag over the associated data and the ciphertext blocks."""
    hashed, subkey = 0, encrypted(key, bytes(16))
    lengths = 8 * len(CONTEXT) << 64 | 8 * 16 * len(blocks)
    for block in (int.from_bytes(CONTEXT, "big"), *blocks, lengths):
        hashed = multiply(hashed ^ block, subkey)
    return hashed ^ encrypted(key, NONCE + (1).to_bytes(4, "big"))


def forge(one: bytes, other: bytes, lead: bytes) -> bytes:
    """Return 92 bytes that begin with a chosen ciphertext and are authentic under both keys."""
    chosen = lead + os.urandom(16)
    blocks = [int.from_bytes(chosen[at : at + 16], "big") for at in (0, 16, 32)]
    subkeys = (encrypted(key, bytes(16)) for key in (one, other))
    first, second = (multiply(subkey, subkey) for subkey in subkeys)
    difference = tag(one, [*blocks, 0]) ^ tag(other, [*blocks, 0])
    blocks.append(multiply(difference, inverse(first ^ second)))
    sealed = b"".join(block.to_bytes(16, "big") for block in blocks)
    return NONCE + sealed + tag(one, blocks).to_bytes(16, "big")


def test_a5_a_wrap_forged_for_two_keys_opens_under_one_of_them_only():
    one, other = os.urandom(32), os.urandom(32)
    forged = forge(one, other, lead=keystream(one, 32))
    assert len(forged) == WRAPPED_LENGTH
    for key in (one, other):
        AESGCM(key).decrypt(forged[:12], forged[12:], CONTEXT)  # plain GCM takes it under both
    assert len(unwrap(one, forged, CONTEXT)) == 32
    with pytest.raises(SealBrokenError):
        unwrap(other, forged, CONTEXT)


def test_a5_a_wrap_forged_for_two_keys_without_the_zeros_opens_under_neither():
    one, other = os.urandom(32), os.urandom(32)
    forged = forge(one, other, lead=os.urandom(32))
    for key in (one, other):
        AESGCM(key).decrypt(forged[:12], forged[12:], CONTEXT)
        with pytest.raises(SealBrokenError):
            unwrap(key, forged, CONTEXT)
