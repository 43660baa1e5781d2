"""Narrow the history to what a resident looks for: who, what, which data, in which days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infobank.accesslog.entry import EntryKind
from infobank.clock import day_in
from infobank.usecases.accesslog.history import Event
from infobank.vocabulary.givenby import GivenBy
from infobank.web.portal import typed
from infobank.web.portal.texts import Words
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.wording.events import by_owner

FIELDS: Final = ("who", "what", "category", "purpose", "first", "last")
"""What the form asks for, each once."""


class What(StrEnum):
    """What happened, in a few kinds that people tell apart."""

    SHARED = "shared"
    REFUSED = "refused"
    AGREED = "agreed"
    """Consents and mandates, and what was answered to requests."""
    DEPOSITED = "deposited"
    DELETED = "deleted"
    RIGHTS = "rights"
    OTHER = "other"


_WHAT: Final[Mapping[EntryKind, What]] = MappingProxyType(
    {
        EntryKind.PERMIT: What.SHARED,
        EntryKind.REFUSAL: What.REFUSED,
        EntryKind.CONSENT_GIVEN: What.AGREED,
        EntryKind.CONSENT_NARROWED: What.AGREED,
        EntryKind.CONSENT_WIDENED: What.AGREED,
        EntryKind.CONSENT_WITHDRAWN: What.AGREED,
        EntryKind.MANDATE_GIVEN: What.AGREED,
        EntryKind.MANDATE_NARROWED: What.AGREED,
        EntryKind.MANDATE_STOPPED: What.AGREED,
        EntryKind.PROVIDER_INSIDE: What.AGREED,
        EntryKind.COUNTER_OFFERED: What.AGREED,
        EntryKind.REQUEST_REFUSED: What.AGREED,
        EntryKind.REQUEST_WITHDRAWN: What.AGREED,
        EntryKind.HOUSEHOLD_AGREEMENT: What.AGREED,
        EntryKind.DEPOSIT: What.DEPOSITED,
        EntryKind.DEPOSIT_BEGUN: What.DEPOSITED,
        EntryKind.NOTICE_ACKNOWLEDGED: What.DELETED,
        EntryKind.DELETION_STATED: What.DELETED,
        EntryKind.DELETION_OVERDUE: What.DELETED,
        EntryKind.RETENTION: What.DELETED,
        EntryKind.ERASURE: What.DELETED,
        EntryKind.RIGHTS_REQUEST: What.RIGHTS,
        EntryKind.RIGHTS_DECISION: What.RIGHTS,
        EntryKind.EXPORT: What.RIGHTS,
    }
)


@dataclass(frozen=True)
class Sought:
    """What is looked for; what is empty narrows nothing.

    `who` is a provider's identifier, or a `GivenBy` that is the resident or her guardian.
    """

    who: str
    what: str
    category: str
    purpose: str
    first: date | None
    last: date | None
    zone: str

    def wanted(self, event: Event) -> bool:
        """Tell whether an event is looked for."""
        return (
            (not self.who or self._by(event))
            and (not self.what or _WHAT.get(event.kind, What.OTHER) == self.what)
            and (not self.category or self._about(event))
            and self.purpose in {"", event.fields.get("purpose")}
            and self._within(event.at)
        )

    def _by(self, event: Event) -> bool:
        if self.who == GivenBy.SELF:
            return by_owner(event)
        if self.who == GivenBy.GUARDIAN:
            return event.fields.get("by") == GivenBy.GUARDIAN
        return event.fields.get("provider") == self.who

    def _about(self, event: Event) -> bool:
        if event.fields.get("category") == self.category:
            return True
        items = "".join(
            str(value) for name, value in event.fields.items() if name.startswith("items")
        )
        return any(part.strip().startswith(f"{self.category}(") for part in items.split(";"))

    def _within(self, at: datetime) -> bool:
        day = day_in(self.zone, at)
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def read_sought(
    query: Mapping[str, str], words: Words, zone: str
) -> tuple[Sought | None, FilledForm]:
    """Return what is looked for and the form as it was filled; None where a day is none."""
    said = {name: typed.plain(query.get(name, "")) for name in FIELDS}
    days, wrong = typed.days(said, "first", "last")
    form = FilledForm(said, dict.fromkeys(sorted(wrong), words("typed.day")))
    if wrong:
        return None, form
    sought = Sought(
        who=said["who"],
        what=said["what"],
        category=said["category"],
        purpose=said["purpose"],
        first=days.get("first"),
        last=days.get("last"),
        zone=zone,
    )
    return sought, form
