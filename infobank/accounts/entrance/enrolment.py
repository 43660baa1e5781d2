"""A code on paper that begins a way into an account: used once, in time, at one address.

Sixteen digits in two halves.  Where two stewards bring somebody back, each sees one half and
gives it to the person at the desk: neither of them could use it.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from infobank.accounts.account import Account, account_document
from infobank.accounts.entrance.errors import CodeRefusedError, CodeWaitsError
from infobank.entropy import Entropy
from infobank.vocabulary.text.canonical import canonical_json, instant

HALF: Final = 8
"""Digits of one half; 10**16 whole codes, of which a handful count at a time."""

LIFE: Final = timedelta(days=1)
"""How long the code of a new account counts."""

RECOVERY_LIFE: Final = timedelta(days=7)
"""How long a recovery's code counts, once its waiting time is over."""

_BETWEEN: Final = frozenset(" -‐‑‒–—―−ー・.")
"""What people write between groups of digits, in NFKC."""


class Opening(StrEnum):
    """What an enrolment opens."""

    FIRST = "first"
    """The first way into a new account."""
    RECOVERY = "recovery"
    """A new way into an account whose owner lost hers; every other one ends."""


@dataclass(frozen=True)
class Enrolment:
    """A code as it was kept: the keyed index of each half, never the code.

    `mac` is the key service's mark over `enrolment_bytes`.
    """

    halves: tuple[bytes, bytes] = field(repr=False)
    account: Account
    opening: Opening
    made_at: datetime
    usable_from: datetime
    expires_at: datetime
    mac: bytes = field(default=b"", compare=False, repr=False)

    def check(self, now: datetime) -> None:
        """Accept that it be used now.

        Raises:
            CodeRefusedError: it is over.
            CodeWaitsError: it counts only later.
        """
        if now >= self.expires_at:
            raise CodeRefusedError
        if now < self.usable_from:
            raise CodeWaitsError("this code counts only after its waiting time")


def enrolment_bytes(enrolment: Enrolment) -> bytes:
    """Return what makes an enrolment, as the bytes that are marked."""
    return canonical_json(
        {
            "halves": [half.hex() for half in enrolment.halves],
            "account": account_document(enrolment.account),
            "opening": enrolment.opening.value,
            "made_at": instant(enrolment.made_at),
            "usable_from": instant(enrolment.usable_from),
            "expires_at": instant(enrolment.expires_at),
        }
    )


def new_half(entropy: Entropy) -> str:
    """Return half a code, such as `12345678`."""
    return f"{int.from_bytes(entropy.bytes(16)) % 10**HALF:0{HALF}}"


def spelled(digits: str) -> str:
    """Return digits in groups of four, as they are read aloud and written down."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def read_code(typed: str) -> tuple[str, str]:
    """Return the halves of a code as somebody typed it: full-width digits and gaps are fine.

    Raises:
        CodeRefusedError: it is no code.
    """
    plain = unicodedata.normalize("NFKC", typed[: 8 * HALF])
    digits = "".join(sign for sign in plain if sign not in _BETWEEN and not sign.isspace())
    if len(digits) != 2 * HALF or not (digits.isascii() and digits.isdecimal()):
        raise CodeRefusedError
    return digits[:HALF], digits[HALF:]
