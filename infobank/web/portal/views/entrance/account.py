"""A person's ways in."""

from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.entrance.passkey import Holder


@dataclass(frozen=True)
class PasskeyCard:
    """One passkey: where it lives, since when, and when it was shown last."""

    name: str
    holder: Holder
    made_at: datetime
    used_at: datetime


@dataclass(frozen=True)
class AccountPage:
    """`account`: the ways in.

    `notice` is `added`, `removed`, `last`, `city`, `stopped` or nothing.
    """

    passkeys: tuple[PasskeyCard, ...]
    city: bool
    linked_at: datetime | None = None
    notice: str = ""


@dataclass(frozen=True)
class PasskeyPage:
    """`passkey_new`: where the new passkey shall live."""

    fault: bool = False
    holders: tuple[Holder, ...] = tuple(Holder)


@dataclass(frozen=True)
class PasskeyRemovePage:
    """`passkey_remove`: what will be when it is gone."""

    passkey: PasskeyCard


@dataclass(frozen=True)
class RecoveryPage:
    """`recovery`: since when a recovery waits, and until when it can be stopped in peace."""

    made_at: datetime | None = None
    usable_from: datetime | None = None
