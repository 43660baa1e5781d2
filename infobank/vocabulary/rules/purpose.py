"""What data may be wanted for (`policies/purposes/*.toml`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Purpose:
    """One approved purpose.

    `term` is the identifier in the W3C Data Privacy Vocabulary; `longest` bounds the
    life of a consent for it; `categories` are the only kinds of data it may touch.
    `group` is the class of purposes 利用目的の種別 it belongs to, by which standing conditions
    name it.  With `board` it needs a decision of the ethics board; from `retired_at` on
    nothing is released for it.  `profiling` says that a person is assessed.
    """

    code: str
    term: str
    label: Text
    description: Text
    modes: frozenset[OutputMode]
    categories: frozenset[str]
    longest: timedelta
    group: str = ""
    board: bool = False
    profiling: bool = False
    retired_at: datetime | None = None

    def retired(self, now: datetime) -> bool:
        """Tell whether it is in use no more at an instant."""
        return self.retired_at is not None and now >= self.retired_at
