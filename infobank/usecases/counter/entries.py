"""What the access log says about the counter: the resident alone reads which steward it was."""

from collections.abc import Mapping
from datetime import datetime

from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.accounts.account import Role
from infobank.vocabulary.identifiers import AccountId, ResidentId

_NOTHING: Mapping[str, FieldValue] = {}


def counter_entry(
    what: str,
    resident: ResidentId,
    steward: AccountId,
    now: datetime,
    hidden: Mapping[str, FieldValue] = _NOTHING,
) -> Entry:
    """Return the entry of a steward's act at the counter."""
    shown = {"what": f"counter_{what}", "role": Role.STEWARD.value}
    return Entry(EntryKind.STAFF_ACT, now, resident, shown, {"staff": str(steward), **hidden})
