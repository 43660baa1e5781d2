"""What a resident gets when she was erased: what is dead, since when, and what is left."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.text.canonical import Plain, canonical_json

FORMAT: Final = "infobank-erasure-receipt/1"
METHOD: Final = "NIST SP 800-88r2 cryptographic erase"
LAW: Final = "APPI article 29(2)"
"""Why provision records stay: three years in principle, by the Commission's rule 21."""


class LogKey(StrEnum):
    """What became of the key that opens the provision records."""

    DESTROYED = "destroyed"
    """There is no provision record to keep, or its time is over."""
    ESCROWED = "escrowed"
    """Two of the holders open it together; the bank cannot."""
    KEPT = "kept"
    """The bank has no holders: its key service keeps the key, and gives it to nobody."""


@dataclass(frozen=True)
class ErasureReceipt:
    """One erasure, under a number of its own; it names nobody.

    At `erased_at` the data key was destroyed: from then on no record opens.  Backups of the
    key table that are older still hold it under the root key of `epoch`, which is planned to
    be destroyed by `backups_until`.  Provision records stay until `provision_until`, None
    where there are none; of `holders` people two open them together.
    """

    receipt_id: UUID
    tenant: UUID
    erased_at: datetime
    epoch: int
    backups_until: date
    log_key: LogKey
    holders: int
    provision_until: date | None

    def encode(self) -> bytes:
        """Return the document that is signed: canonical JSON."""
        until = None if self.provision_until is None else self.provision_until.isoformat()
        document: dict[str, Plain] = {
            "format": FORMAT,
            "receipt": str(self.receipt_id),
            "bank": str(self.tenant),
            "method": METHOD,
            "erased_at": self.erased_at.isoformat(),
            "backups": {"epoch": self.epoch, "planned_end": self.backups_until.isoformat()},
            "provision_records": {
                "key": self.log_key.value,
                "holders": self.holders,
                "until": until,
                "law": LAW,
            },
        }
        return canonical_json(document)

    @classmethod
    def parse(cls, document: bytes) -> Self:
        """Read a receipt.

        Raises:
            SealBrokenError: it is not exactly a receipt of this format.
        """
        try:
            found = json.loads(document)
            backups, provision = found["backups"], found["provision_records"]
            until = provision["until"]
            receipt = cls(
                receipt_id=UUID(found["receipt"]),
                tenant=UUID(found["bank"]),
                erased_at=datetime.fromisoformat(found["erased_at"]),
                epoch=int(backups["epoch"]),
                backups_until=date.fromisoformat(backups["planned_end"]),
                log_key=LogKey(provision["key"]),
                holders=int(provision["holders"]),
                provision_until=None if until is None else date.fromisoformat(until),
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SealBrokenError from None
        if receipt.encode() != document:
            raise SealBrokenError
        return receipt


@dataclass(frozen=True)
class SignedReceipt:
    """A receipt, and the Ed25519 signature of the bank's receipt key over its document."""

    document: bytes
    signature: bytes

    @property
    def receipt(self) -> ErasureReceipt:
        """What the document says.  Whoever did not make it calls `check` first."""
        return ErasureReceipt.parse(self.document)

    @property
    def digest(self) -> str:
        """The SHA-256 by which the access log names the document, in hex."""
        return sha256(self.document).hexdigest()

    def check(self, public_key: bytes) -> ErasureReceipt:
        """Return what a receipt says that the bank signed.

        Raises:
            SealBrokenError: the bank did not sign it, or any byte was changed.
        """
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.document)
        except (InvalidSignature, ValueError):
            raise SealBrokenError from None
        return self.receipt
