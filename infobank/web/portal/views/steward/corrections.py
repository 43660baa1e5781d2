"""What a steward has to decide at the rights desk."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.rights import Option


@dataclass(frozen=True)
class WaitingCorrection:
    """One correction before the steward: which value it is about, and no value."""

    request: str
    category: Text
    label: Text
    observed: date
    time: str
    note: str
    asked_at: datetime
    due: date
    overdue: bool
    by_guardian: bool


@dataclass(frozen=True)
class CorrectionsPage:
    """`corrections`: what the steward has to decide, those due first.

    `missing` names the request that was to be refused without a reason.
    """

    waiting: tuple[WaitingCorrection, ...]
    reasons: tuple[Option, ...]
    missing: str = ""

    @property
    def overdue(self) -> int:
        """How many were due before today."""
        return sum(each.overdue for each in self.waiting)
