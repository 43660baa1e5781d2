"""What everybody may see: the front page, the promises and the open statistics."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.shared import Download


@dataclass(frozen=True)
class FrontPage:
    """`front`: what the bank is, with a few true figures; any count may be None: not shown."""

    entries: int | None = None
    datasets: int | None = None
    signed_at: datetime | None = None


@dataclass(frozen=True)
class AboutPage:
    """`about`: what the bank promises and what it does not.  All of it is in the texts."""


@dataclass(frozen=True)
class DatasetLine:
    """One dataset in the catalogue; `latest` is the month of its newest release."""

    code: str
    title: Text
    description: Text
    latest: date
    licence: str


@dataclass(frozen=True)
class DatasetsPage:
    """`datasets`: the catalogue; `catalogue_href` is the DCAT document of all of it."""

    datasets: tuple[DatasetLine, ...]
    catalogue_href: str


@dataclass(frozen=True)
class Figure:
    """One published figure with its 95 % interval.

    `value` is None where the noise leaves too little to say; its interval then is too.
    `people` is the noisy number of residents, with its own interval.
    """

    group: Text
    series: Text
    value: int | None
    low: int | None
    high: int | None
    people: int
    people_low: int
    people_high: int


@dataclass(frozen=True)
class DatasetPage:
    """`dataset`: one release of a statistic over two dimensions.

    Figures stand in the order of the public domain, grouped by `group`; there are at most
    two `series`.  `epsilon` and `epsilon_per_year` are decimal texts.  `months` lists the
    first days of the months that have a release, newest first.
    """

    code: str
    title: Text
    description: Text
    unit: Text
    group_label: Text
    series_label: Text
    month: date
    release: str
    version: int
    published_at: datetime
    figures: tuple[Figure, ...]
    epsilon: str
    epsilon_per_year: str
    months: tuple[date, ...]
    downloads: tuple[Download, ...]
