"""A receipt says what the bank signed, to the byte, and names nobody."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.vault.ending.receipt import ErasureReceipt, LogKey, SignedReceipt
from infobank.vault.errors import SealBrokenError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
RECEIPT = ErasureReceipt(
    receipt_id=UUID("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"),
    tenant=UUID("696e666f-6261-4e6b-8000-000000000001"),
    erased_at=datetime(2026, 11, 21, 3, 4, 5, 678901, tzinfo=UTC),
    epoch=7,
    backups_until=date(2026, 12, 12),
    log_key=LogKey.ESCROWED,
    holders=3,
    provision_until=date(2029, 11, 20),
)

DOCUMENT = (
    b'{"backups":{"epoch":7,"planned_end":"2026-12-12"},'
    b'"bank":"696e666f-6261-4e6b-8000-000000000001",'
    b'"erased_at":"2026-11-21T03:04:05.678901+00:00",'
    b'"format":"infobank-erasure-receipt/1",'
    b'"method":"NIST SP 800-88r2 cryptographic erase",'
    b'"provision_records":{"holders":3,"key":"escrowed","law":"APPI article 29(2)",'
    b'"until":"2029-11-20"},'
    b'"receipt":"0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"}'
)
"""A receipt written out, member by member, as docs/spec/erasure.md says."""


def signed(receipt: ErasureReceipt = RECEIPT) -> SignedReceipt:
    document = receipt.encode()
    return SignedReceipt(document, KEY.sign(document))


def test_the_document_is_the_one_of_the_specification():
    assert RECEIPT.encode() == DOCUMENT


@pytest.mark.parametrize(
    "receipt",
    [RECEIPT, replace(RECEIPT, log_key=LogKey.DESTROYED, holders=0, provision_until=None)],
)
def test_a_receipt_is_read_as_it_was_written(receipt: ErasureReceipt):
    assert signed(receipt).check(PUBLIC) == receipt


def test_no_changed_bit_of_a_receipt_is_believed():
    made = signed()
    for part in ("document", "signature"):
        for bit in range(8 * len(getattr(made, part))):
            changed = bytearray(getattr(made, part))
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(SealBrokenError):
                replace(made, **{part: bytes(changed)}).check(PUBLIC)


def test_another_banks_key_does_not_check_it():
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(SealBrokenError):
        signed().check(other)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        DOCUMENT + b" ",
        DOCUMENT.replace(b'"holders":3', b'"holders":"3"'),
    ],
)
def test_what_is_no_receipt_is_refused_even_when_signed(document: bytes):
    with pytest.raises(SealBrokenError):
        SignedReceipt(document, KEY.sign(document)).check(PUBLIC)
