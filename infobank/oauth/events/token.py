"""Security Event Tokens (RFC 8417) that tell a recipient what ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infobank.vocabulary.item import Item
from infobank.vocabulary.text.canonical import Plain

TYPE: Final = "secevent+jwt"
"""The `typ` of the header, without `application/` (RFC 8417 section 2.3)."""

EVENTS_PATH: Final = "/ns/events/"
"""Where, under the bank's public address, the names of its events begin."""


@dataclass(frozen=True)
class SecurityEvent:
    """One event for one recipient.

    `issuer` is the bank's public address, `audience` the recipient's `client_id`, `subject` the
    name by which the recipient knows the resident, `grant` the consent's name.  `delete_by` is
    None where the recipient may keep what it has.
    """

    issuer: str
    audience: str
    identifier: str
    issued_at: datetime
    subject: str
    event: str
    grant: str
    items: Sequence[Item]
    delete_by: datetime | None

    def claims(self) -> dict[str, Plain]:
        """Return the claims: no `exp` and no `sub`, so that it passes for no other token.

        `sub_id` is an opaque identifier of RFC 9493 section 3.2.5.
        """
        payload: dict[str, Plain] = {
            "grant_id": self.grant,
            "items": [_item(item) for item in self.items],
        }
        if self.delete_by is not None:
            payload["delete_by"] = int(self.delete_by.timestamp())
        return {
            "iss": self.issuer,
            "aud": self.audience,
            "jti": self.identifier,
            "iat": int(self.issued_at.timestamp()),
            "sub_id": {"format": "opaque", "id": self.subject},
            "events": {f"{self.issuer}{EVENTS_PATH}{self.event}": payload},
        }


def _item(item: Item) -> Plain:
    return {
        "category": item.category,
        "fields": list(item.fields),
        "period": {"from": item.period.first.isoformat(), "to": item.period.last.isoformat()},
    }
