"""An auditor's pages: the log, and its public key."""

from dataclasses import dataclass
from datetime import datetime

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.history import EntryField, Outcome
from infobank.web.portal.views.shared import Paging


@dataclass(frozen=True)
class LogLine:
    """One entry as an auditor sees it: non-identifying fields only."""

    index: int
    at: datetime
    kind: Text
    outcome: Outcome
    fields: tuple[EntryField, ...]


@dataclass(frozen=True)
class LogPage:
    """`log`: the state of the tree and its entries, newest first.

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
    paging: Paging
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
