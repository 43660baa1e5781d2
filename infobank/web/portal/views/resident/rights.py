"""The rights desk's pages: what a resident asks for, how it stands, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from infobank.accounts.rights import Right, Status
from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class StepLine:
    """One thing that happened to a request, and whose act it was."""

    at: datetime
    status: Status
    by: Text


@dataclass(frozen=True)
class RequestCard:
    """One request; `about` says what it is about, and never a value.

    `fetch_until` is the last day an export can be fetched, None where there is nothing to
    fetch; `liftable` says that it is a restriction or an objection in force.  `entry` is what a
    report is about, with her `note` and the steward's `answer`.
    """

    request: str
    right: Right
    status: Status
    asked_at: datetime
    due: date
    overdue: bool
    by_guardian: bool
    about: tuple[Text, ...]
    steps: tuple[StepLine, ...]
    reason: Text | None = None
    fetch_until: date | None = None
    liftable: bool = False
    entry: str = ""
    note: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)


@dataclass(frozen=True)
class RightsPage:
    """`rights`: the resident's requests, newest first, and what else she can ask for."""

    requests: tuple[RequestCard, ...]

    @property
    def rights(self) -> tuple[Right, ...]:
        """What can be asked for, in order."""
        return tuple(Right)


@dataclass(frozen=True)
class RightsRequestPage:
    """`rights_request`: one request with every step, its file to fetch, or the way to lift it."""

    card: RequestCard


@dataclass(frozen=True)
class Option:
    """One thing to choose; `href` leads on, `standing` says that it is stopped already."""

    value: str
    label: Text
    note: Text | None = None
    href: str = ""
    standing: bool = False


@dataclass(frozen=True)
class CorrectionPage:
    """`correction`: choose a kind of data, then a field of it: links, one step after another."""

    options: tuple[Option, ...]
    category: Text | None = None


@dataclass(frozen=True)
class CorrectionFormPage:
    """`correction_form`: say on which day the field is wrong, and what is right.

    `codes` are the values to choose from, none where the value is written.  `at_once` says
    that the resident's own word counts.
    """

    category_code: str
    field_code: str
    category: Text
    label: Text
    unit: str
    codes: tuple[Option, ...]
    timed: bool
    at_once: bool
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    fault: str = ""


@dataclass(frozen=True)
class StopPage:
    """`restriction` or `objection`: choose what is to be stopped; nothing is chosen beforehand."""

    right: Right
    options: tuple[Option, ...]
    missing: bool = False


@dataclass(frozen=True)
class ClosurePage:
    """`closure`: what will be gone, before the resident says twice that she wants it."""

    missing: bool = False


@dataclass(frozen=True)
class ClosedPage:
    """`closed`: the account is closed; when the data died, and when its last backups do.

    `provision_until` is the last day the records of provision are kept, None where there are
    none.  `document` and `signature` are the signed receipt, to be checked by anybody.
    """

    number: str
    erased_at: datetime
    backups_until: date
    provision_until: date | None
    document: str
    signature: str
