"""Requests before the resident: those that wait, one to answer, and what to offer instead."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.narrowing import NarrowingForm
from infobank.web.portal.views.resident.terms import ChangedTerm, Terms
from infobank.web.portal.views.shared import ItemWords, Recipient


@dataclass(frozen=True)
class AskedField:
    """One field that is asked for.

    The form posts `name` as `yes` or `no`; `chosen` is what the reader chose in a
    form that came back, None at first.
    INVARIANT: nothing is chosen for the resident.
    """

    name: str
    label: Text
    unit: str = ""
    chosen: bool | None = None
    missing: bool = False


@dataclass(frozen=True)
class AskedItem:
    """One item that is asked for, to be answered field by field.

    `explicit` asks for special care by itself, once for each such category.  `precision` says
    how finely the item is told.
    """

    category: Text
    description: Text
    period: Period
    fields: tuple[AskedField, ...]
    special_care: bool = False
    explicit: AskedField | None = None
    precision: tuple[Text, ...] = ()

    @property
    def choices(self) -> tuple[AskedField, ...]:
        """Everything of the item that needs an answer."""
        return self.fields if self.explicit is None else (self.explicit, *self.fields)


class RequestFault(StrEnum):
    """Why an answer to a request was not accepted."""

    CHOICE_MISSING = "choice_missing"
    """At least one field has neither answer."""
    NOTHING_SHARED = "nothing_shared"
    """Agreed, and yet no field is shared."""


@dataclass(frozen=True)
class RequestPage:
    """`request`: who asks for what, why and until when; answered by `decision`.

    The form posts `decision` as `agree`, `later` or `refuse`, and each field's answer.
    `own_words` is the provider's own explanation, marked as such.  `open_until` is the
    last day the request can be answered.  `changes` are what it would change of the consent
    it names, None where it names none.  `offered` says that she has offered something already.
    """

    request: str
    terms: Terms
    items: tuple[AskedItem, ...]
    open_until: date
    own_words: Text | None = None
    fault: RequestFault | None = None
    changes: tuple[ChangedTerm, ...] | None = None
    widening: Text | None = None
    offered: bool = False

    @property
    def missing(self) -> tuple[AskedField, ...]:
        """The fields that still need an answer."""
        return tuple(field for item in self.items for field in item.choices if field.missing)


@dataclass(frozen=True)
class ConfirmPage:
    """`request_confirm`: agreeing to special care, or to more than before, said once more.

    `choices` are the answers given so far, posted again with `confirmed`.
    """

    request: str
    recipient: Recipient
    purpose: Text
    shared: tuple[ItemWords, ...]
    special: tuple[Text, ...]
    choices: tuple[tuple[str, str], ...]
    changes: tuple[ChangedTerm, ...] = ()
    widening: Text | None = None


@dataclass(frozen=True)
class CounterPage:
    """`request_counter`: what she would agree to instead, never more than is asked for."""

    request: str
    terms: Terms
    form: NarrowingForm
    explicit: tuple[AskedField, ...] = ()


@dataclass(frozen=True)
class WaitingRequest:
    """One request that waits for an answer."""

    request: str
    recipient: Recipient
    purpose: Text
    asked_at: datetime
    open_until: date
    offered: bool = False
    renews: bool = False


class Gone(StrEnum):
    """Why a request that was looked for waits no more."""

    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"
    OVER = "over"
    CONSENT_ENDED = "consent_ended"
    """The consent that it would change has ended."""


@dataclass(frozen=True)
class WaitingPage:
    """`waiting`: the requests that wait; `gone` greets who came for one that waits no more."""

    requests: tuple[WaitingRequest, ...]
    gone: Gone | None = None
