"""An auditor's pages: the log, its health, its entries by question, and its public key."""

from dataclasses import dataclass
from datetime import datetime

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.history import EntryField, Outcome
from infobank.web.portal.views.shared import DailySeries


@dataclass(frozen=True)
class LogLine:
    """One entry as an auditor sees it: non-identifying fields only.

    `person` is the pseudonym of whom it is about, where it is shown.
    """

    index: int
    at: datetime
    kind: Text
    outcome: Outcome
    fields: tuple[EntryField, ...]
    person: str = ""


@dataclass(frozen=True)
class LogPage:
    """`log`: the state of the tree and its newest entries, newest first.

    `root` is in hexadecimal, `checkpoint` is the signed text as published.
    `checkpoint_href` is where programs fetch it.
    """

    tree_size: int
    root: str
    signed_at: datetime | None
    checkpoint: str
    verifier_key: str
    checkpoint_href: str
    lines: tuple[LogLine, ...]
    command: str


@dataclass(frozen=True)
class LogCheck:
    """One thing that was looked at just now: whether it is sound, and what was found."""

    what: Text
    sound: bool
    found: Text


@dataclass(frozen=True)
class LogHealthPage:
    """`log_health`: what was looked at just now, and the newest alarms.

    `command` is how anybody checks all of the log.
    """

    at: datetime
    checks: tuple[LogCheck, ...]
    alarms: tuple[LogLine, ...]
    verifier_key: str
    command: str

    @property
    def sound(self) -> bool:
        """Tell whether nothing is wrong."""
        return all(check.sound for check in self.checks)


@dataclass(frozen=True)
class LogTrendsPage:
    """`log_trends`: what happened day by day; `whole` is false where days were left out."""

    series: tuple[DailySeries, ...]
    whole: bool


@dataclass(frozen=True)
class LogEntriesPage:
    """`log_entries`: a question, and a page of what it finds, newest first.

    `looked_to` is the lowest index that was looked at, `older` the address of what comes
    before it, empty at the end..
    """

    form: FilledForm
    kinds: tuple[Option, ...]
    outcomes: tuple[Option, ...]
    providers: tuple[Option, ...]
    purposes: tuple[Option, ...]
    lines: tuple[LogLine, ...]
    looked_to: int
    older: str


@dataclass(frozen=True)
class EvidencePage:
    """`evidence`: what the archive for a question would hold, before it is taken.

    `most` bounds its entries; `more` says that the question finds more than that.
    """

    form: FilledForm
    asked: tuple[EntryField, ...]
    found: int
    most: int
    more: bool
    back: str
    command: str


@dataclass(frozen=True)
class LogKeyPage:
    """`log_key`: the log's public key to print, keep and compare.

    `paper` holds the lines of `accesslog.paper`, each with its own check.
    """

    log_name: str
    verifier_key: str
    paper: tuple[str, ...]
    printed_at: datetime
