"""The terms of a request or a consent in words, and what changes of them."""

from dataclasses import dataclass
from datetime import date

from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.shared import Recipient


@dataclass(frozen=True)
class Said:
    """What a term says: words, a day or some days; one of them alone."""

    words: Text | None = None
    day: date | None = None
    period: Period | None = None


@dataclass(frozen=True)
class TermLine:
    """One term: what it is called, and what it says, a line each."""

    label: Text
    says: tuple[Said, ...]


@dataclass(frozen=True)
class Board:
    """A decision of the data-ethics board: in short, its last day, and where its minutes are."""

    summary: Text
    until: date
    minutes: str


@dataclass(frozen=True)
class Terms:
    """What is asked for, or was agreed: everything the resident must know before deciding.

    `until` is the last day; `retention_days` counts from each disclosure, and 0 says
    that the recipient keeps nothing.  `lines` are all terms but purpose and items.  Where the
    purpose needs the board, `board` says whether it decided, and what.
    """

    recipient: Recipient
    purpose: Text
    purpose_description: Text
    mode: OutputMode
    until: date
    retention_days: int
    lines: tuple[TermLine, ...] = ()
    profiling: bool = False
    needs_board: bool = False
    board: Board | None = None


@dataclass(frozen=True)
class ChangedTerm:
    """One term that changes, from what to what; `widens` says that it reaches further."""

    label: Text
    before: tuple[Said, ...]
    after: tuple[Said, ...]
    widens: bool
    category: Text | None = None
