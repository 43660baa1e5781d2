"""A service provider 提供先, as the steward registered it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.text.canonical import Plain, canonical_json, instant
from infobank.vocabulary.text.language import Text
from infobank.vocabulary.text.script import disguised, unreadable

LONGEST_NAME = 80
"""Characters of a provider's name: it must fit a phone's screen whole."""

BANK_DESK = "publication"
"""The `kind` of the bank's own publication desk, which receives statistics only."""

SANDBOX = "sandbox"
"""The `kind` of a provider's second self that is given made-up residents' records alone."""

OWN_CLASSES = frozenset({BANK_DESK, SANDBOX})
"""Classes that the bank itself puts providers into: nobody is registered or vetted in them."""

HOME = "JP"
"""The country of the bank (ISO 3166-1): a recipient in another is abroad (APPI article 28)."""


@dataclass(frozen=True)
class Provider:
    """A vetted recipient: keys by value, redirect addresses matched exactly.

    `kind` is its class of recipients (`policies/recipients`), `publication` for the bank's own
    desk.  `certificates` lead from kinds of certificate to when each lapses; `country` is
    where it is (ISO 3166-1, two letters).  The two MACs are the key service's marks over
    `client_key_bytes` and `certificate_bytes`.
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
    certificates: Mapping[str, datetime] = field(default_factory=dict)
    country: str = HOME

    @property
    def abroad(self) -> bool:
        """Tell whether what it receives leaves the bank's country."""
        return self.country != HOME


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
    """Return that a provider was vetted, and what it showed, as the bytes that are marked."""
    return canonical_json(
        {
            "provider": str(provider.provider_id),
            "kind": provider.kind,
            "active": provider.active,
            "vetted_until": instant(provider.vetted_until),
            "certificates": {kind: instant(until) for kind, until in provider.certificates.items()},
            "country": provider.country,
        }
    )


def certified_until(provider: Provider, recipient_class: RecipientClass | None) -> datetime | None:
    """Return when the first of its vetting and the certificates its class needs lapses.

    None when it misses one, or nobody knows its class.
    """
    if recipient_class is None or not recipient_class.certificates <= provider.certificates.keys():
        return None
    ends = (provider.certificates[kind] for kind in recipient_class.certificates)
    return min((provider.vetted_until, *ends))


def check_name(name: str, field: str) -> str:
    """Return a provider's name in NFC, or refuse one that could deceive a reader.

    Raises:
        InvalidInputError: empty, too long, or holding control, format (bidirectional
            included), private-use or unassigned characters, or letters that pass for others.
    """
    composed = unicodedata.normalize("NFC", name.strip())
    if not composed or len(composed) > LONGEST_NAME:
        raise InvalidInputError(f"a name needs 1 to {LONGEST_NAME} characters", field=field)
    if unreadable(composed):
        raise InvalidInputError("a name must not hold invisible characters", field=field)
    if disguised(composed):
        raise InvalidInputError("a name must not hold letters that look like others", field=field)
    return composed
