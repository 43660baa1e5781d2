"""A resident's consents: in force or over, how they came to be, and what ends them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from infobank.consent.consent import ConsentState
from infobank.consent.ending.notice import NoticeState
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.text.language import Language, Text
from infobank.web.portal.views.resident.narrowing import NarrowingForm
from infobank.web.portal.views.resident.terms import ChangedTerm, Terms
from infobank.web.portal.views.shared import ItemWords, Paging


@dataclass(frozen=True)
class ConsentCard:
    """One consent with every term; `reads` counts disclosures, `last_read` is the newest.

    Both come from the newest entries of the resident's own history; `within` says how many
    were looked at when there are more, and is None when the count is over all of them.
    `given_by` is whose word it was; `mandate` names the one that answered for her.  `starts_at`
    is told only of one that has not begun.
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
    given_by: GivenBy = GivenBy.SELF
    mandate: str = ""
    version: int = 1
    starts_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Tell whether it can still be withdrawn."""
        return self.state in {ConsentState.WAITING, ConsentState.LIVE}


class Order(StrEnum):
    """In which order consents are listed."""

    NEWEST = "newest"
    ENDING = "ending"
    NAME = "name"
    USED = "used"


@dataclass(frozen=True)
class Sought:
    """What a list of consents was asked for; `state` left empty means any."""

    words: str = ""
    state: str = ""
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class ConsentsPage:
    """`consents`: a page of the resident's consents, those in force first.

    `others` are on other pages, and named here.  `known` counts all she has, `in_force` those
    that can still be used.  `withdrawn` greets who has just withdrawn some.
    """

    cards: tuple[ConsentCard, ...]
    paging: Paging
    known: int
    in_force: int
    sought: Sought = Sought()
    withdrawn: bool = False
    others: tuple[ConsentCard, ...] = ()

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders to choose from."""
        return tuple(Order)

    @property
    def states(self) -> tuple[ConsentState, ...]:
        """The states to choose from."""
        return tuple(ConsentState)


@dataclass(frozen=True)
class Way:
    """What became of one notice: told, acknowledged, and, where she asked for it, deleted.

    `kept_until` is by when the recipient promised to delete at the latest, where it may keep
    what it has.
    """

    state: NoticeState
    deletes: bool
    made_at: datetime
    deadline: datetime
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    stated_at: datetime | None = None
    deleted_at: datetime | None = None
    kept_until: date | None = None
    items: tuple[ItemWords, ...] = ()


@dataclass(frozen=True)
class ConsentPage:
    """`consent`: one consent, why it is here, and the ways to its end.

    `ways` are what became of what was given no more.
    """

    card: ConsentCard
    ways: tuple[Way, ...] = ()
    narrowed: bool = False


@dataclass(frozen=True)
class NarrowPage:
    """`narrow`: a narrower choice of everything, before it takes effect at once.

    `afterwards` is what was chosen for what was received already, empty at first.
    """

    card: ConsentCard
    form: NarrowingForm
    then: Text
    afterwards: str = ""


@dataclass(frozen=True)
class VersionLine:
    """One version: what happened, when, on whose word, and what it changed."""

    version: int
    at: datetime
    what: Text
    by: Text
    changes: tuple[ChangedTerm, ...] = ()


@dataclass(frozen=True)
class VersionsPage:
    """`versions`: how a consent came to say what it says, the newest version first."""

    card: ConsentCard
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True)
class Stopping:
    """An item that its recipient would see no more; `still`: another consent shows it."""

    item: ItemWords
    still: bool


@dataclass(frozen=True)
class Ending:
    """What becomes of what was received: the two choices with what each leads to."""

    keep: Text
    delete: Text
    fault: bool = False


@dataclass(frozen=True)
class WithdrawPage:
    """`withdraw`: what ends and what does not, before the one button that withdraws.

    The form posts `afterwards` as `keep` or `delete`; nothing is chosen beforehand.
    """

    card: ConsentCard
    stops: tuple[Stopping, ...]
    ending: Ending


@dataclass(frozen=True)
class Meant:
    """Something to withdraw: a recipient, a purpose or a kind of data, and how many consents."""

    href: str
    label: Text
    consents: int


@dataclass(frozen=True)
class WithdrawalsPage:
    """`withdraw_many`: first what is meant, by links; then what would end, and one button.

    `scope` are the fields that name it in the form, empty as long as nothing is named.
    `what` says it in words.  `some` says that only a part of each consent ends.
    """

    recipients: tuple[Meant, ...] = ()
    purposes: tuple[Meant, ...] = ()
    categories: tuple[Meant, ...] = ()
    everything: int = 0
    scope: tuple[tuple[str, str], ...] = ()
    what: Text | None = None
    cards: tuple[ConsentCard, ...] = ()
    some: bool = False
    ending: Ending | None = None


@dataclass(frozen=True)
class WithdrawnPage:
    """`withdrawn`: the way of a consent to its end; `entry` proves it, as soon as there is one."""

    card: ConsentCard
    entry: str = ""
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class ReceiptLine:
    """One line of a receipt: what it is called, and what it says, a line each."""

    label: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class ReceiptPage:
    """`receipt`: a consent to print and keep, wholly in one language.

    `language` is that of its words: easy Japanese too, which the page around it may not speak.
    """

    consent: ConsentId
    language: Language
    title: str
    head: tuple[ReceiptLine, ...]
    terms: tuple[ReceiptLine, ...]
    foot: tuple[ReceiptLine, ...]
