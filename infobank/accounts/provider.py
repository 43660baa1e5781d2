"""A service provider 提供先, as the steward registered it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from infobank.errors import InvalidInputError
from infobank.vocabulary.canonical import Plain, canonical_json
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.language import Text

LONGEST_NAME = 80
"""Characters of a provider's name: it must fit a phone's screen whole."""

BANK_DESK = "publication"
"""The `kind` of the bank's own publication desk, which receives statistics only."""


@dataclass(frozen=True)
class Provider:
    """A vetted recipient: keys by value, redirect addresses matched exactly.

    `kind` is `service` for a third party, `publication` for the bank's own desk.  The two
    MACs are the key service's marks over `client_key_bytes` and `certificate_bytes`.
    """

    provider_id: ProviderId
    kind: str
    name: Text
    jwks: Mapping[str, object]
    redirect_uris: tuple[str, ...]
    active: bool
    vetted_until: datetime
    registered_at: datetime
    keys_mac: bytes = field(default=b"", compare=False, repr=False)
    certificate_mac: bytes = field(default=b"", compare=False, repr=False)


def client_key_bytes(provider: Provider) -> bytes:
    """Return by what a provider is known: its keys and addresses, as the bytes that are marked."""
    return canonical_json(
        {
            "provider": str(provider.provider_id),
            "kind": provider.kind,
            "name": [provider.name.ja, provider.name.en],
            # JSON without fractions: that was checked when they were registered.
            "jwks": cast("Plain", provider.jwks),
            "redirect_uris": list(provider.redirect_uris),
        }
    )


def certificate_bytes(provider: Provider) -> bytes:
    """Return that a provider was vetted, and until when, as the bytes that are marked."""
    return canonical_json(
        {
            "provider": str(provider.provider_id),
            "kind": provider.kind,
            "active": provider.active,
            "vetted_until": provider.vetted_until.astimezone(UTC).isoformat(),
        }
    )


def check_name(name: str, field: str) -> str:
    """Return a provider's name in NFC, or refuse one that could deceive a reader.

    Raises:
        InvalidInputError: empty, too long, or holding control, format (bidirectional
            included), private-use or unassigned characters.
    """
    composed = unicodedata.normalize("NFC", name.strip())
    if not composed or len(composed) > LONGEST_NAME:
        raise InvalidInputError(f"a name needs 1 to {LONGEST_NAME} characters", field=field)
    if any(unicodedata.category(character).startswith("C") for character in composed):
        raise InvalidInputError("a name must not hold invisible characters", field=field)
    return composed
