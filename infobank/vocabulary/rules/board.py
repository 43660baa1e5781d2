"""Decisions of the data-ethics board データ倫理審査会 (`policies/board/*.toml`)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class BoardDecision:
    """What the board allowed: to whom, for what, which data, in which form, until when.

    It names recipients by class, by provider, or both.  `valid_from` is included, `valid_until`
    excluded; `minutes` says where the public minutes stand.
    """

    code: str
    classes: frozenset[str]
    providers: frozenset[UUID]
    purposes: frozenset[str]
    categories: frozenset[str]
    modes: frozenset[OutputMode]
    valid_from: datetime
    valid_until: datetime
    minutes: str
    summary: Text
