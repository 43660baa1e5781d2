"""Reports of residents to answer, and letters to print."""

from dataclasses import dataclass, field
from datetime import date, datetime

from infobank.web.portal.views.history import HistoryLine
from infobank.web.portal.views.resident.summary import SummaryWords


@dataclass(frozen=True)
class ReportCard:
    """One report: which act was not expected, and what the resident wrote; nobody is named."""

    request: str
    line: HistoryLine
    note: str
    asked_at: datetime
    due: date
    overdue: bool
    by_guardian: bool


@dataclass(frozen=True)
class ReportsPage:
    """`reports`: what has to be answered, those due first.

    `missing` names the report whose answer was empty or too long; `typed` is what was typed.
    """

    waiting: tuple[ReportCard, ...]
    missing: str = ""
    typed: str = field(default="", repr=False)


@dataclass(frozen=True)
class LetterLine:
    """One letter to go out: its number, the month it is about, and when it was printed."""

    letter: str
    number: str
    month: date | None
    made_at: datetime
    printed_at: datetime | None


@dataclass(frozen=True)
class LettersPage:
    """`letters`: the letters that wait, oldest first."""

    waiting: tuple[LetterLine, ...]
    posted: bool = False


@dataclass(frozen=True)
class LetterPage:
    """`letter`: one letter as it goes to the printer, in the language of whom it is to."""

    letter: str
    number: str
    to: tuple[str, ...] = field(repr=False)
    summary: SummaryWords
