"""The counter 窓口: how a resident who has no screen of her own is known there.

She says the number of her card, and shows a code: one of a printed card, or one that she asked
for in the portal a moment ago.  A code opens one visit at the counter, and is gone.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from infobank.entropy import Entropy
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import AccountId, ResidentId

DIGITS: Final = 8
"""Digits of a code: with `MOST_WRONG` tries in a quarter of an hour, hopeless to guess."""

CARD_CODES: Final = 10
"""Codes on one card."""

MOST_WRONG: Final = 5
"""Wrong codes after which nobody may try for `LOCKED`."""

LOCKED: Final = timedelta(minutes=15)
VISIT: Final = timedelta(minutes=60)
"""How long what a code opened stays open: a talk, and the second steward's way to the desk."""

LONGEST_REFERENCE: Final = 80
LONGEST_REASON: Final = 200
OLDEST_FORM: Final = timedelta(days=366)

_BETWEEN: Final = frozenset("-‐‑‒–—―−ー")
"""What people write between groups of digits, in NFKC."""


class Origin(StrEnum):
    """Where a code comes from."""

    CARD = "card"
    """A printed card; a new card ends the old one's codes."""
    PORTAL = "portal"
    """The resident's own page; a new code ends the old one."""


LIFE: Final = {Origin.CARD: timedelta(days=366), Origin.PORTAL: timedelta(minutes=15)}
"""How long a code counts."""


@dataclass(frozen=True)
class Tries:
    """How often a wrong code was said for a resident, and when last."""

    wrong: int
    last_at: datetime

    def locked(self, now: datetime) -> bool:
        """Tell whether nobody may try just now."""
        return self.wrong >= MOST_WRONG and now < self.last_at + LOCKED

    def again(self, now: datetime) -> "Tries":
        """Return the count after one more wrong code; an old one is forgotten."""
        recent = now < self.last_at + LOCKED
        return Tries(self.wrong + 1 if recent else 1, now)


@dataclass(frozen=True)
class Visit:
    """What a code opened: one resident before one steward, for a while."""

    visit_id: UUID
    resident: ResidentId
    steward: AccountId
    begun_at: datetime

    @property
    def ends_at(self) -> datetime:
        """The instant from which it is over."""
        return self.begun_at + VISIT

    def open_for(self, steward: AccountId, now: datetime) -> bool:
        """Tell whether a steward may go on with it: she who began it, while it lasts."""
        return steward == self.steward and now < self.ends_at


@dataclass(frozen=True)
class PaperForm:
    """A form on paper by which somebody withdraws: its number, its day, and what it says.

    Raises:
        InvalidInputError: the number or the reason is empty, too long or unprintable.
    """

    reference: str
    signed_on: date
    reason: str

    def __post_init__(self) -> None:
        _check_line(self.reference, LONGEST_REFERENCE, "reference")
        _check_line(self.reason, LONGEST_REASON, "reason")

    def check(self, today: date) -> None:
        """Accept a form that was signed by now, and not so long ago that nobody means it.

        Raises:
            InvalidInputError: the day is another.
        """
        if not today - OLDEST_FORM <= self.signed_on <= today:
            raise InvalidInputError("a form is signed within the last year", field="signed_on")


def new_code(entropy: Entropy) -> str:
    """Return a code, such as `12345678`."""
    return f"{int.from_bytes(entropy.bytes(16)) % 10**DIGITS:0{DIGITS}}"


def spoken(code: str) -> str:
    """Return a code in two groups, as it is printed and read aloud."""
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"


def read_code(typed: str) -> str:
    """Return a code as it was typed: full-width digits, gaps and hyphens are fine.

    Raises:
        InvalidInputError: it is no code.
    """
    plain = unicodedata.normalize("NFKC", typed[: 4 * DIGITS])
    digits = "".join(sign for sign in plain if not sign.isspace() and sign not in _BETWEEN)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        raise InvalidInputError(f"a code is {DIGITS} digits", field="code")
    return digits


def _check_line(text: str, longest: int, field: str) -> None:
    if not text.strip() or not text.isprintable() or len(text) > longest:
        raise InvalidInputError(f"one line of at most {longest} characters", field=field)
