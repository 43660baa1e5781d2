"""One month on one page, to be printed."""

from dataclasses import dataclass
from datetime import date

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Uses:
    """How often one provider received data in the month, and how often it was refused."""

    provider: Text
    reads: int
    refusals: int


@dataclass(frozen=True)
class SummaryWords:
    """What happened in a month: `acts` counts everything else by what it was called.

    `site` is the portal's address, which the code on the page holds too.
    """

    month: date
    uses: tuple[Uses, ...]
    acts: tuple[tuple[Text, int], ...]
    site: str


@dataclass(frozen=True)
class SummaryPage:
    """`summary`: a month, and the months beside it; `newer` is None where it has not begun."""

    summary: SummaryWords
    older: date
    newer: date | None
