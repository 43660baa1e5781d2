"""The link between an account and a person at the city's own sign-in."""

from dataclasses import dataclass, field
from datetime import datetime

from infobank.accounts.account import Account, account_document
from infobank.vocabulary.text.canonical import canonical_json, instant


@dataclass(frozen=True)
class CityLink:
    """Who may come in by the city: the keyed index of issuer and subject, never the subject.

    `mac` is the key service's mark over `link_bytes`.
    """

    subject_index: bytes = field(repr=False)
    account: Account
    made_at: datetime
    mac: bytes = field(default=b"", compare=False, repr=False)


def link_bytes(link: CityLink) -> bytes:
    """Return what makes a link, as the bytes that are marked."""
    return canonical_json(
        {
            "subject": link.subject_index.hex(),
            "account": account_document(link.account),
            "made_at": instant(link.made_at),
        }
    )
