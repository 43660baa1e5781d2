"""One thing that happened, as its writer states it: names and counts, never a deposited value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ResidentId

FieldValue: TypeAlias = str | int

MOST_FIELDS = 64
"""Fields of one entry, `kind`, `at` and `resident` included."""
LONGEST_TEXT = 2048
"""Characters of a text value."""
LARGEST_NUMBER = 2**53 - 1
"""The largest magnitude every JSON reader keeps exactly (RFC 8259 section 6)."""

ALWAYS_SHOWN = frozenset({"kind", "at"})
RESERVED = ALWAYS_SHOWN | {"resident"}
_NAME = re.compile(r"[a-z_]{1,40}")
_SURROGATE = re.compile("[\ud800-\udfff]")
"""What JSON lets through and UTF-8 cannot write."""


class EntryKind(StrEnum):
    """What happened.  A value, once written, keeps its meaning for ever."""

    DEPOSIT = "deposit"
    DEPOSIT_BEGUN = "deposit_begun"
    """Blocks of named residents are about to be opened, to put records into them."""
    CONSENT_GIVEN = "consent_given"
    CONSENT_NARROWED = "consent_narrowed"
    CONSENT_WIDENED = "consent_widened"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    HOUSEHOLD_AGREEMENT = "household_agreement"
    """An adult agreed to the use of her household's data, or ended that."""
    MANDATE_GIVEN = "mandate_given"
    MANDATE_NARROWED = "mandate_narrowed"
    MANDATE_STOPPED = "mandate_stopped"
    PROVIDER_INSIDE = "provider_inside"
    """A provider that was not there when she gave it falls inside a resident's mandate."""
    COUNTER_OFFERED = "counter_offered"
    """A resident answered a request with less than was asked for."""
    REQUEST_REFUSED = "request_refused"
    """A resident said no to a request for her consent."""
    REQUEST_WITHDRAWN = "request_withdrawn"
    """A provider took back what it had asked for."""
    PERMIT = "permit"
    """A request was permitted; the disclosure follows it."""
    REFUSAL = "refusal"
    OWN_READ = "own_read"
    """The resident looked at what the bank holds."""
    KEY_CREATED = "key_created"
    KEY_DESTROYED = "key_destroyed"
    ERASURE = "erasure"
    EXPORT = "export"
    RESIDENT_REGISTERED = "resident_registered"
    PROVIDER_REGISTERED = "provider_registered"
    SIGN_IN = "sign_in"
    COUNTER_CODE = "counter_code"
    """A resident made a code by which she is known at the counter."""
    ENTRANCE_CHANGED = "entrance_changed"
    """A way into an account, or a session, is new or gone."""
    PUBLICATION = "publication"
    POLICY_LOADED = "policy_loaded"
    AUDIT_READ = "audit_read"
    STAFF_ACT = "staff_act"
    ALARM = "alarm"
    """Something is not as the bank left it, or was asked for without a right to it."""
    KEY_EPOCH = "key_epoch"
    BACKUP = "backup"
    BACKUP_OPENED = "backup_opened"
    """An archive was opened to be verified."""
    RESTORE = "restore"
    RETENTION = "retention"
    RIGHTS_REQUEST = "rights_request"
    RIGHTS_DECISION = "rights_decision"
    CONTACT_CHANGED = "contact_changed"
    """A resident chose how she is told of things outside the portal."""
    NOTICE_ACKNOWLEDGED = "notice_acknowledged"
    """A recipient said that it knows that something ended."""
    DELETION_STATED = "deletion_stated"
    """A recipient signed that it deleted what it had received."""
    DELETION_OVERDUE = "deletion_overdue"
    """The day by which a recipient had to delete is over, and it has not said that it did."""


@dataclass(frozen=True)
class EntryRef:
    """Name an entry by its writer (16 bytes) and the writer's number, before it has an index."""

    writer_id: bytes
    seq: int


@dataclass(frozen=True)
class Entry:
    """One act, at one instant, about at most one resident.

    `shown` holds what an auditor may read: provider, purpose, decision, reasons, counts.
    `hidden` holds what only the resident (without one: the bank) may read, such as block
    tags.  The resident's own identifier is always hidden.

    Raises:
        InvalidInputError: a name, a value or the instant breaks the stated limits; the
            message names the field, never the value.
    """

    kind: EntryKind
    at: datetime
    resident: ResidentId | None
    shown: Mapping[str, FieldValue]
    hidden: Mapping[str, FieldValue]

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvalidInputError("an entry's instant needs its offset from UTC", field="at")
        if self.at.timestamp() < 0:
            raise InvalidInputError("an entry's instant is not before 1970", field="at")
        if len(self.shown) + len(self.hidden) + len(RESERVED) > MOST_FIELDS:
            raise InvalidInputError(f"an entry has at most {MOST_FIELDS} fields")
        for part in (self.shown, self.hidden):
            for name, value in part.items():
                check_field(name, value)
        if not self.shown.keys().isdisjoint(self.hidden):
            raise InvalidInputError("a field is either shown or hidden, not both")

    def fields(self) -> list[tuple[str, FieldValue]]:
        """Return all fields in the entry's order.

        `kind`, `at` and the shown fields by name, then the hidden ones by name, the
        resident among them.
        """
        hidden = [*self.hidden.items()]
        if self.resident is not None:
            hidden.append(("resident", str(self.resident)))
        first = [("kind", self.kind.value), ("at", instant_text(self.at))]
        return [*first, *sorted(self.shown.items()), *sorted(hidden)]


def check_field(name: str, value: FieldValue) -> None:
    """Accept a field the writer chose itself.

    Raises:
        InvalidInputError: the name is reserved or malformed, or the value is of another
            type or too large.
    """
    if not _is_name(name):
        raise InvalidInputError("a field's name is 1 to 40 of a-z and _, and not reserved")
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT or not (value.isascii() or _SURROGATE.search(value) is None):
            raise InvalidInputError(
                f"{name} must be Unicode text of at most {LONGEST_TEXT} characters", field=name
            )
    elif isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInputError(f"{name} must be a text or a whole number", field=name)
    elif abs(value) > LARGEST_NUMBER:
        raise InvalidInputError(f"{name} must stay within 53 bits", field=name)


@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    """Tell whether a writer may use a name; the same few come again and again."""
    return name not in RESERVED and _NAME.fullmatch(name) is not None


@lru_cache(maxsize=64)
def instant_text(at: datetime) -> str:
    """Return RFC 3339 text in UTC with microseconds: `2026-11-21T08:00:00.000000Z`."""
    text = at.astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "Z"
