"""A resident's own pages: what is new, and what the bank holds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.shared import DailySeries, NamedSeries, Paging


class Mark(StrEnum):
    """What a line of the home page is about, told apart at a glance."""

    PERMIT = "permit"
    REFUSAL = "refusal"
    DONE = "done"


@dataclass(frozen=True)
class News:
    """One thing that changed, and the page that tells more of it."""

    what: Text
    at: datetime
    href: str
    mark: Mark = Mark.DONE


@dataclass(frozen=True)
class Wait:
    """One thing that waits for the resident, until when or how long, and what to press."""

    what: Text
    note: Text
    href: str
    do: Text


@dataclass(frozen=True)
class HomePage:
    """`home`: what waits for the resident, what changed, and where everything is.

    `since` is the last visit, None at the first; where it is further back than the page
    looked, `newest` says at how many entries that was.  `unseen` says how many lines more
    there are.
    The counts are of consents in force, of records held, and of categories they fall in.
    """

    waits: tuple[Wait, ...]
    news: tuple[News, ...]
    since: datetime | None
    newest: int
    unseen: int
    consents: int
    records: int
    categories: int


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


class Shape(StrEnum):
    """As what a series is drawn."""

    DAYS = "days"
    YEARS = "years"
    HOURS = "hours"
    """The mean of each half hour of the day."""
    TIMES = "times"
    """How many records begin in each hour of the day."""


@dataclass(frozen=True)
class Picture:
    """One number of a category over time; `first` and `last` are the days that it is drawn from."""

    shape: Shape
    series: DailySeries | NamedSeries
    first: date
    last: date


@dataclass(frozen=True)
class FieldChoice:
    """One number of a category that can be drawn; the one that is drawn is `chosen`."""

    label: Text
    href: str
    chosen: bool


@dataclass(frozen=True)
class Source:
    """Where records came from, when, and how many were new or changed."""

    at: datetime
    name: Text
    added: int
    changed: int


@dataclass(frozen=True)
class CategoryPage:
    """`category`: the records of one category, a page at a time, newest first.

    `dated` is false for records that stand for life, such as a profile.  `picture` is None
    where no chart helps.  `readers` are the names of those who can see something of it now.
    """

    holding: Holding
    columns: tuple[Column, ...]
    rows: tuple[RecordRow, ...]
    paging: Paging
    dated: bool = True
    picture: Picture | None = None
    choices: tuple[FieldChoice, ...] = ()
    sources: tuple[Source, ...] = ()
    readers: tuple[Text, ...] = ()
