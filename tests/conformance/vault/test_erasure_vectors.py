"""Erasure: `docs/spec/erasure.md` against its vectors, and by the specification alone."""

import importlib.util
import json
from datetime import date
from itertools import permutations
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from infobank.vault.ending.escrow import Escrowed, open_escrow
from infobank.vault.ending.receipt import ErasureReceipt, LogKey, SignedReceipt
from infobank.vault.errors import SealBrokenError

HERE = Path(__file__).parent
VECTORS = HERE.parents[2] / "docs" / "spec" / "vectors" / "erasure.json"


def load_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("escrow_reader", HERE / "escrow_reader.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


READER = load_reader()
ESCROW, RECEIPT = json.loads(VECTORS.read_text("utf-8")).values()
SEALED = bytes.fromhex(ESCROW["sealed"])
PRIVATE = [bytes.fromhex(key) for key in ESCROW["private_keys"]]
DOCUMENT = RECEIPT["document"].encode()
PUBLIC_KEY, SIGNATURE = (bytes.fromhex(RECEIPT[name]) for name in ("public_key", "signature"))


def test_the_published_escrow_opens_for_any_two_holders():
    whose = Escrowed(
        UUID(ESCROW["tenant"]),
        UUID(ESCROW["resident"]),
        ESCROW["version"],
        date.fromisoformat(ESCROW["until"]),
    )
    keys = [X25519PrivateKey.from_private_bytes(key) for key in PRIVATE]
    publics = [key.public_key().public_bytes_raw().hex() for key in keys]
    assert publics == ESCROW["public_keys"]
    for pair in permutations(keys, 2):
        assert open_escrow(pair, whose, SEALED).hex() == ESCROW["log_key"]


def test_the_published_escrow_opens_by_the_specification_alone():
    whose = (
        UUID(ESCROW["tenant"]).bytes,
        UUID(ESCROW["resident"]).bytes,
        ESCROW["version"],
        ESCROW["until"],
    )
    for pair in permutations(PRIVATE, 2):
        assert READER.read_escrow(pair, whose, SEALED).hex() == ESCROW["log_key"]
    with pytest.raises(READER.RefusedError):
        READER.read_escrow((PRIVATE[0], PRIVATE[0]), whose, SEALED)
    with pytest.raises(READER.RefusedError):
        READER.read_escrow((PRIVATE[0], PRIVATE[1]), (*whose[:3], "2029-11-22"), SEALED)


def test_the_published_receipt_is_read_and_written_as_it_stands():
    receipt = SignedReceipt(DOCUMENT, SIGNATURE).check(PUBLIC_KEY)
    assert receipt.encode() == DOCUMENT
    assert receipt == ErasureReceipt.parse(DOCUMENT)
    assert receipt.log_key is LogKey.ESCROWED
    assert (receipt.epoch, receipt.holders) == (3, 3)
    assert receipt.provision_until == date.fromisoformat(ESCROW["until"])


def test_the_published_receipt_says_what_the_specification_says():
    Ed25519PublicKey.from_public_bytes(PUBLIC_KEY).verify(SIGNATURE, DOCUMENT)
    assert json.loads(DOCUMENT) == {
        "format": "infobank-erasure-receipt/1",
        "receipt": "33333333-3333-4333-8333-333333333333",
        "bank": ESCROW["tenant"],
        "method": "NIST SP 800-88r2 cryptographic erase",
        "erased_at": "2026-11-21T03:04:05+00:00",
        "backups": {"epoch": 3, "planned_end": "2026-12-15"},
        "provision_records": {
            "key": "escrowed",
            "holders": 3,
            "until": ESCROW["until"],
            "law": "APPI article 29(2)",
        },
    }
    assert ESCROW["resident"] not in DOCUMENT.decode()


@pytest.mark.parametrize(
    ("document", "signature", "public_key"),
    [
        (DOCUMENT.replace(b'"holders":3', b'"holders":2'), SIGNATURE, PUBLIC_KEY),
        (DOCUMENT + b" ", SIGNATURE, PUBLIC_KEY),
        (DOCUMENT, SIGNATURE[:-1] + b"\0", PUBLIC_KEY),
        (DOCUMENT, SIGNATURE[:-1], PUBLIC_KEY),
        (DOCUMENT, SIGNATURE, bytes(32)),
        (DOCUMENT, SIGNATURE, b""),
    ],
    ids=["changed", "longer", "signature", "short signature", "key", "no key"],
)
def test_a_receipt_that_the_bank_did_not_sign_is_refused(
    document: bytes, signature: bytes, public_key: bytes
):
    with pytest.raises(SealBrokenError):
        SignedReceipt(document, signature).check(public_key)
