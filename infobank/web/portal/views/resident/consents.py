"""A resident's consents: requests to answer, consents in force, and their end."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from infobank.consent.consent import ConsentState
from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal.views.shared import ItemWords, Recipient


@dataclass(frozen=True)
class Terms:
    """What is asked for, or was agreed: everything the resident must know before deciding.

    `until` is the last day; `retention_days` counts from each disclosure, and 0 says
    that the recipient keeps nothing.
    """

    recipient: Recipient
    purpose: Text
    purpose_description: Text
    mode: OutputMode
    until: date
    retention_days: int


@dataclass(frozen=True)
class ConsentCard:
    """One consent with every term; `reads` counts disclosures, `last_read` is the newest.

    Both come from the newest entries of the resident's own history; `within` says how many
    were looked at when there are more, and is None when the count is over all of them.
    """

    consent: ConsentId
    terms: Terms
    items: tuple[ItemWords, ...]
    given_at: datetime
    state: ConsentState
    reads: int
    last_read: datetime | None
    within: int | None = None
    ended_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Tell whether it can still be withdrawn."""
        return self.state in {ConsentState.WAITING, ConsentState.LIVE}


@dataclass(frozen=True)
class ConsentsPage:
    """`consents`: all consents of the resident, those in force first."""

    cards: tuple[ConsentCard, ...]

    @property
    def in_force(self) -> tuple[ConsentCard, ...]:
        """The consents that can still be used."""
        return tuple(card for card in self.cards if card.active)

    @property
    def ended(self) -> tuple[ConsentCard, ...]:
        """The consents that were withdrawn or ran out."""
        return tuple(card for card in self.cards if not card.active)


@dataclass(frozen=True)
class ConsentPage:
    """`consent`: one consent, and the way to its end."""

    card: ConsentCard


@dataclass(frozen=True)
class WithdrawPage:
    """`withdraw`: what ends and what does not, before the one button that withdraws."""

    card: ConsentCard


@dataclass(frozen=True)
class WithdrawnPage:
    """`withdrawn`: the consent after its end, with the log entry that proves it (may be absent)."""

    card: ConsentCard
    entry: str = ""


@dataclass(frozen=True)
class ReceiptLine:
    """One line of a receipt: what it is called, and what it says, a line each."""

    label: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class ReceiptPage:
    """`receipt`: a consent to print and keep, wholly in one language.

    `language` is that of its words: easy Japanese too, which the page around it does not speak.
    """

    consent: ConsentId
    language: Language
    title: str
    head: tuple[ReceiptLine, ...]
    terms: tuple[ReceiptLine, ...]
    foot: tuple[ReceiptLine, ...]


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

    `explicit` asks for special care by itself, once for each such category.
    """

    category: Text
    description: Text
    period: Period
    fields: tuple[AskedField, ...]
    special_care: bool = False
    explicit: AskedField | None = None

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
    last day the request can be answered.
    """

    request: str
    terms: Terms
    items: tuple[AskedItem, ...]
    open_until: date
    own_words: Text | None = None
    fault: RequestFault | None = None

    @property
    def missing(self) -> tuple[AskedField, ...]:
        """The fields that still need an answer."""
        return tuple(field for item in self.items for field in item.choices if field.missing)


@dataclass(frozen=True)
class WaitingRequest:
    """One request that waits for an answer."""

    request: str
    recipient: Recipient
    purpose: Text
    asked_at: datetime
    open_until: date


@dataclass(frozen=True)
class WaitingPage:
    """`waiting`: the requests that wait; `answered` greets who came for one that waits no more."""

    requests: tuple[WaitingRequest, ...]
    answered: bool = False
