"""What a resident asks of the bank about her own data, and what became of it.

| request | law |
| --- | --- |
| export | APPI article 33 (records, and the records of their provision: paragraph 5); GDPR 15, 20 |
| correction | APPI article 34; GDPR 16 |
| restriction | APPI article 35 (cessation of use); GDPR 18 |
| objection | APPI article 35 (cessation of provision); GDPR 21 |
| closure | APPI article 35 (erasure); GDPR 17 |
| report | APPI article 40 (complaints): an entry of her history that she did not expect |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from infobank.accounts.errors import RightsRequestOverError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ProviderId, ResidentId


class Right(StrEnum):
    """What is asked for."""

    EXPORT = "export"
    CORRECTION = "correction"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    CLOSURE = "closure"
    REPORT = "report"
    """She did not expect an entry of her history, and wants to know what it was."""


class Status(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    """The bank has to decide it."""
    READY = "ready"
    """An export waits to be fetched."""
    STANDING = "standing"
    """A restriction or an objection is in force."""
    CARRIED_OUT = "carried_out"
    REFUSED = "refused"
    LIFTED = "lifted"
    """The resident ended her restriction or objection."""
    ANSWERED = "answered"
    """The steward wrote back about what she reported."""


NEXT: Final[Mapping[Status, frozenset[Status]]] = {
    Status.RECEIVED: frozenset({Status.CARRIED_OUT, Status.REFUSED, Status.ANSWERED}),
    Status.READY: frozenset({Status.CARRIED_OUT}),
    Status.STANDING: frozenset({Status.LIFTED}),
    # An export may be fetched again while its time runs.
    Status.CARRIED_OUT: frozenset(),
    Status.REFUSED: frozenset(),
    Status.LIFTED: frozenset(),
    Status.ANSWERED: frozenset(),
}
"""From where a request may go where; everything else is over."""


class Refusal(StrEnum):
    """Why a request is refused (APPI article 36 asks for the reason)."""

    NOT_WRONG = "not_wrong"
    """The source confirms what is held."""
    SOURCE_DECIDES = "source_decides"
    """Only who measured or recorded it can change it; the resident is told to ask there."""
    NOT_HELD = "not_held"
    """The bank holds no such record."""
    NOT_UNDERSTOOD = "not_understood"
    """What is asked for is not clear; the resident may ask again."""
    ACCOUNT_CLOSED = "account_closed"
    """The resident closed her account before it was decided."""
    HELD = "held"
    """A legal hold stands: nothing may be erased until it is released."""


BY_STEWARD: Final = (
    Refusal.NOT_WRONG,
    Refusal.SOURCE_DECIDES,
    Refusal.NOT_HELD,
    Refusal.NOT_UNDERSTOOD,
)
"""The reasons a steward may give for refusing a correction."""


@dataclass(frozen=True)
class Subject:
    """What a request is about, as far as the database may know.

    `category` is what a restriction freezes; `provider` and `purpose` are whom and what an
    objection is against.  What a correction is about stands sealed in the request.
    """

    category: str = ""
    provider: ProviderId | None = None
    purpose: str = ""


@dataclass(frozen=True)
class Step:
    """One thing that happened to a request: `reason` is a `Refusal`'s code, or empty."""

    at: datetime
    status: Status
    by: str
    reason: str = ""


@dataclass(frozen=True)
class RightsRequest:
    """A request: who asked for what, by when it is answered, and all its steps.

    `due` is the last day of the deadline.  `sealed` and `sealed_value` hold what only the
    resident's own keys open: what a correction is about, and the value it asks for; which
    entry a report is about with her note, and what the steward wrote back.
    """

    request_id: UUID
    resident: ResidentId
    right: Right
    by: GivenBy
    subject: Subject
    due: date
    steps: tuple[Step, ...]
    sealed: bytes = field(default=b"", repr=False)
    sealed_value: bytes = field(default=b"", repr=False)

    @property
    def status(self) -> Status:
        """Where the request stands now."""
        return self.steps[-1].status

    @property
    def asked_at(self) -> datetime:
        """When it was made."""
        return self.steps[0].at

    @property
    def reason(self) -> str:
        """The code of the reason it was refused for, or nothing."""
        return self.steps[-1].reason

    def overdue(self, today: date) -> bool:
        """Tell whether the bank still owes an answer that was due."""
        return self.status is Status.RECEIVED and today > self.due

    def fetchable(self, today: date) -> bool:
        """Tell whether it is an export that may be fetched today, for the first time or again."""
        made = self.status in {Status.READY, Status.CARRIED_OUT}
        return self.right is Right.EXPORT and made and today <= self.due

    def moved(self, status: Status, at: datetime, by: str, reason: str = "") -> "RightsRequest":
        """Return the request one step further.

        Raises:
            RightsRequestOverError: it stands where it cannot go there from.
        """
        if status not in NEXT[self.status]:
            raise RightsRequestOverError("this request was decided before")
        # INVARIANT: steps are only ever added.
        return replace(self, steps=(*self.steps, Step(at, status, by, reason)))


@dataclass(frozen=True)
class Tally:
    """How many requests of one kind stand somewhere; `due` is the first day that is waited for."""

    right: Right
    status: Status
    count: int
    overdue: int
    due: date | None


def begun(
    request_id: UUID,
    resident: ResidentId,
    right: Right,
    by: GivenBy,
    *,
    at: datetime,
    due: date,
    status: Status = Status.RECEIVED,
    subject: Subject | None = None,
) -> RightsRequest:
    """Return a request as it is made: received, or at once where nobody has to decide."""
    steps = (Step(at, status, by.value),)
    return RightsRequest(request_id, resident, right, by, subject or Subject(), due, steps)


@dataclass(frozen=True)
class RightsPolicy:
    """The operator's rules of the desk (`policies/rights.toml`).

    `days` is the deadline of each kind of request; `by_resident` are the categories that
    the resident corrects herself, at once, because nobody else knows better.
    """

    days: Mapping[Right, int]
    by_resident: frozenset[str]

    def due(self, right: Right, today: date) -> date:
        """Return the last day on which a request made today is answered in time."""
        return today + timedelta(days=self.days[right])
