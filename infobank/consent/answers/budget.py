"""How often, and how closely, a provider may ask: the records must not be told by their answers.

Each asking cuts the days of a category, or the years of birth, in pieces.  What somebody can
work out from any number of answers is about whole pieces, however cleverly the next
question is chosen.  So no piece may be smaller than the inquiry says: neither bisection
(65 or over? 70? 67?) nor shifted periods (these 30 days, less those of yesterday) lead further.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Final

from infobank.consent.answers.inquiry import Asked

SPENT: Final = "answers_spent"
"""The reason of a refusal for having asked too often, or too closely."""


@dataclass(frozen=True)
class Given:
    """What an asking leaves behind, to judge the same provider's later ones by."""

    inquiry: str
    category: str
    day: date
    cuts: tuple[int, ...]
    apart: int


def affords(asked: Asked, given: Iterable[Given]) -> bool:
    """Tell whether an inquiry may be asked after others about the same category.

    INVARIANT: whatever was answered within the inquiry's stretch, all cuts together coincide
    or lie as far apart as the stricter of their two inquiries says.
    """
    inquiry = asked.inquiry
    since = asked.today - timedelta(inquiry.stretch_days)
    recent = [each for each in given if each.day >= since]
    often = sum(each.inquiry == inquiry.code for each in recent)
    return often < inquiry.most and all(
        _clear(asked.cuts, each.cuts, max(inquiry.apart, each.apart)) for each in recent
    )


def given_by(asked: Asked) -> Given:
    """Return what an asking leaves behind."""
    inquiry = asked.inquiry
    return Given(inquiry.code, inquiry.category, asked.today, asked.cuts, inquiry.apart)


def _clear(cuts: Sequence[int], others: Sequence[int], apart: int) -> bool:
    return all(cut == other or abs(cut - other) >= apart for cut, other in product(cuts, others))
