"""A challenge: what an answer must be to, once, soon, and for one purpose."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from infobank.vocabulary.identifiers import AccountId

LIFE: Final = timedelta(minutes=5)
"""How long somebody has to answer; a city's own sign-in takes longer than a touch."""

CITY_LIFE: Final = timedelta(minutes=15)


class Purpose(StrEnum):
    """What somebody proves who she is for."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    """Prove it anew in a session that is open."""
    ADD = "add"
    """Give an account one more way in, from a session that is open."""
    ENROL = "enrol"
    """Give an account its first way in, or a new one, with a code."""


@dataclass(frozen=True)
class Challenge:
    """What was asked, kept under the hash of a secret that only the asked browser was shown.

    `session_hash` is the session that it belongs to, `account` whose way in it is; a stranger
    who signs in has neither.
    """

    purpose: Purpose
    expires_at: datetime
    account: AccountId | None = None
    session_hash: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class CityVisit:
    """What was asked of the city's sign-in; `browser_hash` binds it to the browser that left.

    `halves` are those of the code that it was begun with, `wanted` where the reader goes on.
    """

    challenge: Challenge
    browser_hash: bytes = field(repr=False)
    nonce: str = field(repr=False)
    halves: tuple[bytes, bytes] | None = field(default=None, repr=False)
    wanted: str = ""
