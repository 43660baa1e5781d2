"""A passkey: a key pair whose private half never leaves its owner's device."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from infobank.accounts.account import Account, account_document
from infobank.vocabulary.text.canonical import canonical_json, instant

MOST: Final = 12
"""Passkeys an account may have."""

LONGEST_ID: Final = 1023
"""Bytes of a credential's identifier (WebAuthn level 2 section 4)."""


class Holder(StrEnum):
    """Where a passkey lives: its name, chosen by its owner from a list.

    A list and no free text: what people write there names them, and the database of the bank
    names nobody.
    """

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    KEY = "key"
    """A security key."""
    OTHER = "other"


@dataclass(frozen=True)
class Passkey:
    """A passkey and whom it lets in.

    `public_key` is a COSE_Key; `mac` is the key service's mark over `passkey_bytes`.
    """

    credential_id: bytes
    account: Account
    holder: Holder
    public_key: bytes = field(repr=False)
    sign_count: int
    made_at: datetime
    used_at: datetime
    mac: bytes = field(default=b"", compare=False, repr=False)

    @property
    def name(self) -> str:
        """What its page is called: short, and the same for as long as it is kept."""
        return hashlib.sha256(self.credential_id).hexdigest()[:16]


def passkey_bytes(passkey: Passkey) -> bytes:
    """Return what makes a passkey, as the bytes that are marked.

    All that its account may do is in it: an account's row that was changed past the bank has
    no passkey.  The counter is left out, because it changes at each use.
    """
    return canonical_json(
        {
            "credential": passkey.credential_id.hex(),
            "account": account_document(passkey.account),
            "holder": passkey.holder.value,
            "public_key": passkey.public_key.hex(),
            "made_at": instant(passkey.made_at),
        }
    )


def went_back(kept: int, shown: int) -> bool:
    """Tell whether a counter went back or stood still (WebAuthn level 2 section 7.2 step 21).

    A passkey that does not count shows 0 for ever.
    """
    return (kept > 0 or shown > 0) and shown <= kept
