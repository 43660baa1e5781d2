"""What several pages show: recipients, items, paging and series of figures."""

from dataclasses import dataclass
from datetime import date

from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Certificate:
    """A certificate that a provider showed, and its last day."""

    name: Text
    until: date
    lapsed: bool = False


@dataclass(frozen=True)
class Recipient:
    """A provider as people meet it.

    `certified_until` is the last day of its certificate; None says that it holds
    none now, and the page warns.  `kind` is what its class is called, and `about` who belongs
    to it.
    """

    name: Text
    certified_until: date | None
    kind: Text | None = None
    about: Text | None = None
    certificates: tuple[Certificate, ...] = ()
    abroad: bool = False


@dataclass(frozen=True)
class ItemWords:
    """One item in plain words: what kind of data, which fields of it, over which days.

    `precision` says how finely it is told, a sentence for each ladder that bears on it.
    """

    category: Text
    fields: tuple[Text, ...]
    period: Period
    special_care: bool = False
    precision: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Paging:
    """Where a list stands: pages are counted from 1; `total` counts the whole list's rows."""

    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class DailySeries:
    """One number a day: at most 366 points, in order of the day, days without one left out.

    Values are kept whole numbers of 10**-places units, none below zero.
    """

    label: Text
    unit: str
    places: int
    points: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class NamedSeries:
    """One number for each of a few names, such as the hours of a day, in their order.

    Values are kept whole numbers of 10**-places units, none below zero.
    """

    label: Text
    unit: str
    places: int
    points: tuple[tuple[Text, int], ...]


@dataclass(frozen=True)
class Download:
    """A file to take away: `kind` is its format as people call it, such as `CSV`."""

    kind: str
    href: str
    note: Text
