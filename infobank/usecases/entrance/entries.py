"""What the access log says of the ways in."""

from datetime import datetime

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Account
from infobank.accounts.entrance.session import Way


def signed_in(account: Account, way: Way, now: datetime) -> Entry:
    """Return the entry of a session that begins."""
    return Entry(
        kind=EntryKind.SIGN_IN,
        at=now,
        resident=account.resident,
        shown={"role": account.role.value, "way": way.value},
        hidden={"account": str(account.account_id)},
    )


def opened(account: Account, now: datetime) -> Entry:
    """Return the entry of an account that the operator opens."""
    return Entry(
        kind=EntryKind.ENTRANCE_CHANGED,
        at=now,
        resident=account.resident,
        shown={"what": "account_opened", "by": "bank", "opened_for": account.role.value},
        hidden={"account": str(account.account_id)},
    )


def changed(account: Account, what: str, now: datetime, **besides: str | int) -> Entry:
    """Return the entry of a way in, or a session, that is new or gone."""
    return Entry(
        kind=EntryKind.ENTRANCE_CHANGED,
        at=now,
        resident=account.resident,
        shown={"what": what, "role": account.role.value, **besides},
        hidden={"account": str(account.account_id)},
    )


def counter_back(account: Account, now: datetime) -> Entry:
    """Return the alarm at a passkey that may have been copied."""
    return Entry(
        kind=EntryKind.ALARM,
        at=now,
        resident=account.resident,
        shown={"what": "passkey_counter", "role": account.role.value},
        hidden={"account": str(account.account_id)},
    )
