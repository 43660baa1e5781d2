"""How a resident is told of things outside the portal: by e-mail, or by a page on paper a month."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.language import Language

CODE_LIFE: Final = timedelta(minutes=30)
"""How long the code that confirms an e-mail address counts."""

MOST_TRIES: Final = 5
"""Wrong codes after which another one must be asked for."""

MOST_CODES: Final = 5
"""Codes a resident is sent a day at most: nobody fills a stranger's mailbox through the bank."""

LONGEST_EMAIL: Final = 254
LONGEST_POSTAL: Final = 400

_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")


class Channel(StrEnum):
    """Where she is told, besides the portal, which tells her everything."""

    EMAIL = "email"
    PAPER = "paper"


class Matter(StrEnum):
    """What she may be told of."""

    FIRST_READ = "first_read"
    """An organisation read her data for the first time."""
    MANDATE = "mandate"
    """The bank answered for her, as a mandate says, or a provider newly falls inside one."""
    DELETION = "deletion"
    """A recipient stated that it deleted her data, or did not in time."""
    RIGHTS = "rights"
    """A request or a report of hers at the rights desk went on."""
    ACCOUNT = "account"
    """Who may act for her, or how she signs in, was changed."""


@dataclass(frozen=True)
class Address:
    """Where to write, and in which language; `code` is the one that confirms an e-mail address."""

    to: str = field(repr=False)
    language: Language
    code: str = field(default="", repr=False)
    code_until: datetime | None = None


@dataclass(frozen=True)
class Contact:
    """One channel of one resident; `sealed` is her `Address`, which her own keys alone open.

    `confirmed_at` is None until she has shown that the letters reach her.  `known` names the
    providers of whose first read she was told, or need not be told.
    """

    resident: ResidentId
    channel: Channel
    matters: frozenset[Matter]
    sealed: bytes = field(repr=False)
    confirmed_at: datetime | None = None
    tries: int = 0
    known: frozenset[UUID] = frozenset()


class LetterKind(StrEnum):
    """What a letter says."""

    CODE = "code"
    """The code that confirms the address."""
    CHANGED = "changed"
    """That something changed, and where to look; never what."""
    SUMMARY = "summary"
    """On paper: what happened in a month."""


@dataclass(frozen=True)
class Letter:
    """One letter on its way; `month` is the first day of what a summary is about."""

    letter_id: UUID
    resident: ResidentId
    kind: LetterKind
    made_at: datetime
    month: date | None = None
    attempts: int = 0
    printed_at: datetime | None = None
    sent_at: datetime | None = None

    @property
    def number(self) -> str:
        """What the desk calls it: it names nobody."""
        return str(self.letter_id)[:8].upper()


def check_email(text: str) -> str:
    """Return an e-mail address.

    Raises:
        InvalidInputError: it is none.
    """
    if len(text) > LONGEST_EMAIL or not _EMAIL.fullmatch(text):
        raise InvalidInputError("an address looks like name@example.jp", field="to")
    return text


def check_postal(text: str) -> str:
    """Return a postal address, line by line without what does not print.

    Raises:
        InvalidInputError: it is empty, or too long.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or len(text) > LONGEST_POSTAL or not all(map(str.isprintable, lines)):
        raise InvalidInputError("write the name and the address", field="to")
    return "\n".join(lines)
