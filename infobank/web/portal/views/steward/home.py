"""The steward's first page: what waits, and what is not as it should be."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class Task:
    """One kind of work that waits: `page` is where it is done, `due` the first deadline."""

    page: str
    count: int
    overdue: int = 0
    due: date | None = None


@dataclass(frozen=True)
class AlarmLine:
    """One alarm of the log: when, and what it says."""

    at: datetime
    what: Text


@dataclass(frozen=True)
class StewardHomePage:
    """`steward_home`: every kind of work, and the alarms of the last month."""

    tasks: tuple[Task, ...]
    alarms: tuple[AlarmLine, ...] = ()

    @property
    def waiting(self) -> tuple[Task, ...]:
        """The work there is: what is overdue first."""
        found = (task for task in self.tasks if task.count)
        return tuple(sorted(found, key=lambda task: (not task.overdue, task.due or date.max)))
