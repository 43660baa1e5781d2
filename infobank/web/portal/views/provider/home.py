"""A provider's page: its consents, its connection and its keys."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.consent.consent import ConsentState
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.shared import ItemWords, Recipient


@dataclass(frozen=True)
class ProviderKey:
    """One public key the provider signs with: its id, algorithm and RFC 7638 thumbprint."""

    kid: str
    algorithm: str
    thumbprint: str


@dataclass(frozen=True)
class ProviderConsent:
    """One consent as its provider sees it: `subject` is the pairwise name, never the resident."""

    subject: str
    purpose: Text
    items: tuple[ItemWords, ...]
    mode: OutputMode
    until: date
    state: ConsentState
    ended_at: datetime | None = None


@dataclass(frozen=True)
class ProviderHomePage:
    """`provider_home`: counts over all its consents, and the newest of them.

    How often it read under each is not told: the log hides which consent a read was under.
    """

    provider: Recipient
    client: str
    live: int
    ended: int
    keys: tuple[ProviderKey, ...]
    redirects: tuple[str, ...]
    consents: tuple[ProviderConsent, ...]
