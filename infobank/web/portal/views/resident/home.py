"""A resident's own pages: what is new, and what the bank holds."""

from dataclasses import dataclass, field
from datetime import date

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.history import HistoryLine
from infobank.web.portal.views.resident.consents import WaitingRequest
from infobank.web.portal.views.shared import DailySeries, Paging


@dataclass(frozen=True)
class HomePage:
    """`home`: what waits for the resident, what happened lately, and where everything is.

    `recent` holds the newest few lines of the history; the counts are of consents in
    force, of records held, of categories they fall in, and of those one may act for.
    """

    waiting: tuple[WaitingRequest, ...]
    recent: tuple[HistoryLine, ...]
    consents: int
    records: int
    categories: int
    wards: int = 0


@dataclass(frozen=True)
class Holding:
    """What the bank holds of one category, as its manifest says: nothing was opened for it."""

    code: str
    label: Text
    description: Text
    records: int
    first: date
    last: date
    special_care: bool = False


@dataclass(frozen=True)
class HoldingsPage:
    """`holdings`: everything the bank holds about the resident, by category."""

    holdings: tuple[Holding, ...]


@dataclass(frozen=True)
class Column:
    """One column of a table of records; `numeric` ones are set to the right."""

    label: Text
    unit: str
    numeric: bool


@dataclass(frozen=True)
class RecordRow:
    """One record: its day and its values as people write them, in the columns' order.

    `time` is empty in a category that counts in days.
    """

    observed: date
    values: tuple[Text, ...] = field(repr=False)
    time: str = ""


@dataclass(frozen=True)
class CategoryPage:
    """`category`: the records of one category, a page at a time, newest first.

    `dated` is false for records that stand for life, such as a profile.  `series` is what
    the chart shows, None where no chart helps.
    """

    holding: Holding
    columns: tuple[Column, ...]
    rows: tuple[RecordRow, ...]
    paging: Paging
    dated: bool = True
    series: DailySeries | None = None
