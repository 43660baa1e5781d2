"""HPKE as the escrow of log keys uses it: RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256).

The library seals with keys of its own drawing and offers no associated data, so its
bytes cannot be compared with published ones.  A reader written from the RFC opens the
published ciphertext, and then opens what the library sealed.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

PRIVATE = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
PUBLIC = "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"
ENC = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
INFO = "4f6465206f6e2061204772656369616e2055726e"
FIRST = "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
"""RFC 9180 appendix A.1.1, AES-128-GCM: skRm, pkRm, enc, info, and the ciphertext of sequence 0."""


def load_reader() -> ModuleType:
    path = Path(__file__).parent / "escrow_reader.py"
    spec = importlib.util.spec_from_file_location("escrow_reader", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


READER = load_reader()


def test_the_published_ciphertext_opens_by_the_rfc_alone():
    opened = READER.hpke_open(
        bytes.fromhex(PRIVATE),
        bytes.fromhex(ENC + FIRST),
        bytes.fromhex(INFO),
        aad=b"Count-0",
        aead=1,
    )
    assert opened == b"Beauty is truth, truth beauty"


@pytest.mark.parametrize("aead", [1, 2])
def test_what_the_library_seals_opens_by_the_rfc_alone(aead: int):
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(PRIVATE))
    assert key.public_key().public_bytes_raw().hex() == PUBLIC
    cipher = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM}[aead]
    sealed = Suite(KEM.X25519, KDF.HKDF_SHA256, cipher).encrypt(
        b"Beauty", key.public_key(), b"info"
    )
    private = bytes.fromhex(PRIVATE)
    assert READER.hpke_open(private, sealed, b"info", aead=aead) == b"Beauty"
    with pytest.raises(READER.RefusedError):
        READER.hpke_open(private, sealed, b"other", aead=aead)
    with pytest.raises(READER.RefusedError):
        READER.hpke_open(private, sealed, b"info", aad=b"aad", aead=aead)


def test_the_library_refuses_another_info_and_every_changed_bit():
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(PRIVATE))
    sealed = suite.encrypt(b"Beauty", key.public_key(), b"info")
    assert suite.decrypt(sealed, key, b"info") == b"Beauty"
    with pytest.raises(InvalidTag):
        suite.decrypt(sealed, key, b"other")
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((InvalidTag, ValueError)):
            suite.decrypt(bytes(changed), key, b"info")
