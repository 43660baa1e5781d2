"""What the bank tells a resident without being asked."""

from dataclasses import dataclass
from datetime import datetime

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.history import HistoryLine


@dataclass(frozen=True)
class ToldLine:
    """One thing she is told of a mandate: by which one, about which provider.

    `consent` was given under it, empty where none was; `hours` are left in which stopping it
    means that nothing ever leaves, 0 once it has begun.
    """

    told: str
    at: datetime
    what: Text
    mandate: str
    consent: str
    hours: int
    seen: bool


@dataclass(frozen=True)
class ToldPage:
    """`told`: what she is told, the new first; then deletions, and who signs in or acts for her."""

    lines: tuple[ToldLine, ...]
    besides: tuple[HistoryLine, ...]

    @property
    def new(self) -> tuple[ToldLine, ...]:
        """What she has not marked as seen."""
        return tuple(line for line in self.lines if not line.seen)

    @property
    def seen(self) -> tuple[ToldLine, ...]:
        """What she has."""
        return tuple(line for line in self.lines if line.seen)
