"""What a steward watches over: deadlines, published statistics, keys."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.accounts.rights import Right, Status
from infobank.consent.ending.notice import Afterwards
from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Late:
    """An answer that a recipient owes: `step` is how far it has to be taken, from 1."""

    notice: str
    client: str
    recipient: Text
    afterwards: Afterwards
    made_at: datetime
    deadline: datetime
    days: int
    step: int
    error: str


@dataclass(frozen=True)
class TallyLine:
    """How many requests of one kind stand where; `due` is the first deadline among them."""

    right: Right
    status: Status
    count: int
    overdue: int
    due: date | None


@dataclass(frozen=True)
class OverduePage:
    """`overdue`: what recipients owe, those longest late first, and all rights requests counted."""

    late: tuple[Late, ...]
    tally: tuple[TallyLine, ...]


@dataclass(frozen=True)
class Publication:
    """One release: `epsilon` as a decimal text, `cells` the number of figures published."""

    release: str
    dataset: str
    title: Text
    month: date
    version: int
    published_at: datetime
    epsilon: str
    cells: int


@dataclass(frozen=True)
class BudgetLine:
    """What a statistic spent in the rolling year, of how much; decimal texts.

    `filled` is the part spent in hundredths.  `month` is the next to publish, `possible_from`
    the day on which it is over and the budget allows it.
    """

    title: Text
    spent: str
    allowed: str
    filled: int
    month: date
    possible_from: date


@dataclass(frozen=True)
class PublicationsPage:
    """`publications`: the releases, newest first, and the budget of each statistic."""

    publications: tuple[Publication, ...]
    budgets: tuple[BudgetLine, ...]


@dataclass(frozen=True)
class EpochLine:
    """The life of one root key, in times and counts."""

    number: int
    begun_at: datetime
    rewrapped_at: datetime | None
    verified_at: datetime | None
    destroyed_at: datetime | None
    shards: int
    residents: int


@dataclass(frozen=True)
class BackupLine:
    """One backup of the keys: `dead` says that no root key opens it any more."""

    made_at: datetime
    kept_until: date
    dead: bool


@dataclass(frozen=True)
class KeysPage:
    """`keys`: the epochs, newest first, and the newest backups of the keys.

    `moved` of `residents` hang from the newest root key.
    """

    epochs: tuple[EpochLine, ...]
    backups: tuple[BackupLine, ...]
    residents: int
    moved: int
    verified_at: datetime | None

    @property
    def rewrapping(self) -> bool:
        """Tell whether keys still have to move to the newest root key."""
        return self.moved < self.residents
