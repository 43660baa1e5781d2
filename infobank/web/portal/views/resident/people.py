"""Who may act for whom, and who agrees for a household."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Ward:
    """Somebody for whom the signed-in person may act.

    `hand_over` is the day on which a child decides for herself, None for an adult.
    """

    proxy: str
    label: str
    scopes: tuple[Text, ...]
    until: datetime
    acting: bool
    hand_over: date | None = None


@dataclass(frozen=True)
class ActingPage:
    """`acting`: for whom to act; oneself is always among them."""

    wards: tuple[Ward, ...]
    acting: bool


@dataclass(frozen=True)
class Guardian:
    """Somebody who acts or acted for the resident; `endable` by her own word, now."""

    proxy: str
    scopes: tuple[Text, ...]
    since: datetime
    until: datetime
    live: bool
    endable: bool


@dataclass(frozen=True)
class Household:
    """A household whose data needs her word; `agreed_at` is None while she does not agree."""

    household: str
    agreed_at: datetime | None


@dataclass(frozen=True)
class PeoplePage:
    """`people`: who acts for the resident, for whom she acts, and her household."""

    guardians: tuple[Guardian, ...]
    wards: tuple[Ward, ...]
    acting: bool
    households: tuple[Household, ...]
