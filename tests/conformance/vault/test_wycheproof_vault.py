"""The primitives of the vault and of the log's signature against Project Wycheproof.

Vectors: C2SP/wycheproof `testvectors_v1`, of the algorithms the bank uses: AES-GCM
(NIST SP 800-38D), C2SP chunked-encryption, HKDF (RFC 5869), HMAC (RFC 2104) and
Ed25519 (RFC 8032).  They go through the bank's own functions wherever those exist.
HPKE is in `test_rfc9180.py`, key commitment in `test_key_commitment.py`.
"""

import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infobank.vault.envelope import expand, open_sealed, unwrap
from infobank.vault.errors import SealBrokenError

inputs = os.environ.get("INFOBANK_TEST_INPUTS")
pytestmark = pytest.mark.skipif(
    inputs is None, reason="INFOBANK_TEST_INPUTS does not name the published vectors"
)
SHORTEST_NONCE, LONGEST_NONCE = 8, 128
LONGEST_MESSAGE = 32 * 1024 * 1024


def cases(name: str) -> Iterator[tuple[dict, dict]]:
    path = Path(inputs, "vectors", "wycheproof", f"{name}.json")
    groups = json.loads(path.read_text(encoding="utf-8"))["testGroups"]
    return ((group, case) for group in groups for case in group["tests"])


def raw(case: dict, *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def test_aes_gcm_opens_what_is_valid_and_refuses_the_rest():
    seen = 0
    for _, case in cases("aes_gcm_test"):
        key, nonce, aad, message, ciphertext, tag = raw(
            case, "key", "iv", "aad", "msg", "ct", "tag"
        )
        if not SHORTEST_NONCE <= len(nonce) <= LONGEST_NONCE:
            continue  # the library takes no such nonce; the bank's have 12 bytes
        seen += 1
        if case["result"] == "valid":
            assert AESGCM(key).decrypt(nonce, ciphertext + tag, aad) == message, case["tcId"]
            assert AESGCM(key).encrypt(nonce, message, aad) == ciphertext + tag, case["tcId"]
            room = bytearray(len(message))
            AESGCM(key).decrypt_into(nonce, ciphertext + tag, aad, room)
            assert room == message, case["tcId"]
        else:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(nonce, ciphertext + tag, aad)
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt_into(nonce, ciphertext + tag, aad, bytearray(len(message)))
    assert seen > 250


def test_unwrap_takes_no_plain_aes_gcm_ciphertext():
    for _, case in cases("aes_gcm_test"):
        key, nonce, aad, ciphertext, tag = raw(case, "key", "iv", "aad", "ct", "tag")
        with pytest.raises(SealBrokenError):
            unwrap(key, nonce + ciphertext + tag, aad)


def test_chunked_encryption_opens_what_is_valid_and_refuses_the_rest():
    valid = 0
    for _, case in cases("c2sp_chunked_encryption_aes_256_gcm_test"):
        key, context = raw(case, "key", "ctx")
        sealed = inflated(case)
        if case["result"] == "valid":
            opened = open_sealed(key, context, sealed, longest=LONGEST_MESSAGE)
            assert len(opened) == case["msgLength"]
            assert hashlib.sha512(opened).hexdigest() == case["msgSha512"], case["tcId"]
            valid += 1
        else:
            with pytest.raises(SealBrokenError):
                open_sealed(key, context, sealed, longest=LONGEST_MESSAGE)
    assert valid > 5


def inflated(case: dict) -> bytes:
    """Return the ciphertext; the vectors carry it as a zlib stream."""
    return zlib.decompress(bytes.fromhex(case["ct"]))


def test_hkdf_sha512_expands_to_the_published_keys():
    for _, case in cases("hkdf_sha512_test"):
        if case["result"] != "valid":
            continue  # asks for more than 255 blocks; the bank always asks for 32 bytes
        ikm, salt, info, okm = raw(case, "ikm", "salt", "info", "okm")
        prk = hmac.digest(salt or bytes(64), ikm, "sha512")
        # The first bytes of HKDF do not depend on how many are asked for.
        size = min(32, case["size"])
        assert expand(prk, info)[:size] == okm[:size], case["tcId"]


def test_hmac_sha256_gives_the_published_tags_and_no_other():
    for group, case in cases("hmac_sha256_test"):
        key, message, tag = raw(case, "key", "msg", "tag")
        made = hmac.digest(key, message, "sha256")[: group["tagSize"] // 8]
        assert hmac.compare_digest(made, tag) is (case["result"] == "valid"), case["tcId"]


def test_ed25519_verifies_what_is_valid_and_refuses_the_rest():
    for group, case in cases("ed25519_test"):
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(group["publicKey"]["pk"]))
        message, signature = raw(case, "msg", "sig")
        if case["result"] == "valid":
            key.verify(signature, message)
        else:
            with pytest.raises(InvalidSignature):
                key.verify(signature, message)
