"""A provider's keys and connection, and its vetting and certificates."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.auditor.log import LogLine
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.shared import Recipient


@dataclass(frozen=True)
class ProviderKey:
    """One public key the provider signs with: its id, algorithm and RFC 7638 thumbprint."""

    kid: str
    algorithm: str
    thumbprint: str


@dataclass(frozen=True)
class KeyChange:
    """A change of keys that waits for a steward: the keys as they would be then."""

    kids: tuple[str, ...]
    asked_at: datetime
    lapses_at: datetime


@dataclass(frozen=True)
class ProviderKeysPage:
    """`provider_keys`: keys since when, what waits, and how to reach the bank.

    `until` is when vetting ends: with it every key stops to count.  `endpoints` are names and
    addresses; `done` greets who asked for a change, `known` who asked for the same again.
    """

    client: str
    keys: tuple[ProviderKey, ...]
    since: datetime
    until: date | None
    waiting: tuple[KeyChange, ...]
    redirects: tuple[str, ...]
    endpoints: tuple[tuple[str, str], ...]
    form: FilledForm
    done: bool = False
    known: bool = False


@dataclass(frozen=True)
class CertificateLine:
    """One thing that a provider has to show: until when it counts, None where it is missing."""

    label: Text
    until: date | None
    days: int
    needed: bool

    @property
    def lapsed(self) -> bool:
        """Tell whether it is missing, or over."""
        return self.until is None or self.days < 0


@dataclass(frozen=True)
class ProviderCertificatesPage:
    """`provider_certificates`: what counts until when, and what happened to it, newest first."""

    provider: Recipient
    lines: tuple[CertificateLine, ...]
    history: tuple[LogLine, ...]
