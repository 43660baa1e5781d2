"""Where a resident's letters go, sealed under a key that dies with her data."""

import json
from datetime import datetime
from uuid import UUID

from infobank.accounts.contact import Address, Contact
from infobank.vault.envelope import open_sealed, seal
from infobank.vault.padding import pad, unpad
from infobank.vocabulary.text.canonical import canonical_json, instant, joined
from infobank.vocabulary.text.language import Language

LARGEST = 1 << 13
"""Bytes of a sealed address."""


def seal_address(key: bytes, tenant: UUID, contact: Contact, address: Address) -> bytes:
    """Seal an address under the resident's manifest key."""
    document = canonical_json(
        {
            "to": address.to,
            "language": address.language.value,
            "code": address.code,
            "code_until": instant(address.code_until) if address.code_until else "",
        }
    )
    return seal(key, _context(tenant, contact), pad(document))


def open_address(key: bytes, tenant: UUID, contact: Contact) -> Address:
    """Return an address.

    Raises:
        SealBrokenError: it is another resident's or channel's, or was changed.
    """
    opened = open_sealed(key, _context(tenant, contact), contact.sealed, longest=LARGEST)
    document = json.loads(unpad(opened))
    until = document["code_until"]
    return Address(
        document["to"],
        Language(document["language"]),
        document["code"],
        datetime.fromisoformat(until) if until else None,
    )


def _context(tenant: UUID, contact: Contact) -> bytes:
    return joined(
        b"infobank/contact/v1",
        tenant.bytes,
        contact.resident.bytes,
        contact.channel.value.encode(),
    )
