"""No stored object opens under two keys (assertion A5 of the reference checklist).

AES-GCM does not commit to its key: `gcm_two_key.json` is one ciphertext that opens under
two (the attack of Dodis and others, "Fast Message Franking", CRYPTO 2018).  C2SP
chunked-encryption commits, and wraps lead with zeros that must come back.
"""

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infobank.vault.block import open_columns
from infobank.vault.envelope import open_sealed, seal, unwrap
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.text.language import Text

inputs = os.environ.get("INFOBANK_TEST_INPUTS")
pytestmark = pytest.mark.skipif(
    inputs is None, reason="INFOBANK_TEST_INPUTS does not name the published vectors"
)
HERE = Path(__file__).parent
NAME = Text("", "")
STEPS = Category("steps", 7, 1, NAME, NAME, Span.MONTH, (Field("f", FieldType.NUMBER, NAME),))
HEADER = BlockHeader(UUID(int=1), UUID(int=2), bytes(16), 1, 1)
CONTEXT = HEADER.context(STEPS.number)
SALT, COMMITMENT = 24, 32


def load_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("block_reader", HERE / "block_reader.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def two_key() -> dict[str, bytes]:
    path = Path(inputs, "vectors", "gcm_two_key.json")
    names = ("nonce", "aad", "ct_and_tag", "key1", "pt1", "key2", "pt2")
    document = json.loads(path.read_text(encoding="utf-8"))
    return {name: bytes.fromhex(document[name]) for name in names}


def derive(key: bytes, salt: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a block's own key, nonce and commitment, by the specification alone."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + CONTEXT
    derived = load_reader().expand(key, info, 32 + 12 + 32)
    return derived[:32], derived[32:44], derived[44:]


def test_the_published_ciphertext_does_open_under_two_keys(two_key: dict[str, bytes]):
    for key, plaintext in (("key1", "pt1"), ("key2", "pt2")):
        opened = AESGCM(two_key[key]).decrypt(
            two_key["nonce"], two_key["ct_and_tag"], two_key["aad"]
        )
        assert opened == two_key[plaintext]


@pytest.mark.parametrize("key", ["key1", "key2"])
def test_a5_in_a_block_the_two_key_ciphertext_opens_under_neither(
    two_key: dict[str, bytes], key: str
):
    salt = bytes(SALT)
    for committed in ("key1", "key2"):
        _, _, commitment = derive(two_key[committed], salt)
        sealed = salt + commitment + two_key["ct_and_tag"]
        with pytest.raises(SealBrokenError):
            open_sealed(two_key[key], CONTEXT, sealed, longest=1000)
        with pytest.raises(SealBrokenError):
            open_columns(two_key[key], HEADER, STEPS, HEADER.encode() + sealed)


@pytest.mark.parametrize("key", ["key1", "key2"])
def test_a5_as_a_wrapped_key_the_two_key_ciphertext_opens_under_neither(
    two_key: dict[str, bytes], key: str
):
    short = two_key["nonce"] + two_key["ct_and_tag"]
    for wrapped in (short, short.ljust(92, b"\0")):
        with pytest.raises(SealBrokenError):
            unwrap(two_key[key], wrapped, two_key["aad"])


def test_a5_a_good_seal_under_a_foreign_commitment_is_refused():
    key, salt = bytes(range(32)), bytes(range(SALT))
    own, nonce, commitment = derive(key, salt)
    chunk = AESGCM(own).encrypt(nonce, b"content", None)
    assert open_sealed(key, CONTEXT, salt + commitment + chunk, longest=1000) == b"content"
    _, _, foreign = derive(bytes(32), salt)
    for claimed in (foreign, bytes(COMMITMENT), commitment[:-1] + bytes((commitment[-1] ^ 1,))):
        with pytest.raises(SealBrokenError):
            open_sealed(key, CONTEXT, salt + claimed + chunk, longest=1000)


def test_a5_every_bit_of_the_commitment_counts_and_is_checked_whatever_follows():
    key = bytes(range(32))
    sealed = seal(key, CONTEXT, b"content")
    for bit in range(8 * SALT, 8 * (SALT + COMMITMENT)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBrokenError):
            open_sealed(key, CONTEXT, bytes(changed), longest=1000)
