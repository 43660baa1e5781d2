"""The counter: codes, visits, a consent taken down, a withdrawal on paper."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from infobank.consent.consent import ConsentState
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import EMPTY, FilledForm, Option
from infobank.web.portal.views.resident.terms import ChangedTerm, Terms
from infobank.web.portal.views.shared import ItemWords

VISIT_FIELDS = ("number", "code")
PAPER_FIELDS = ("number", "reference", "signed_on", "reason", "scope", "afterwards")
"""What the form of a withdrawal on paper posts; `scope` is a provider, or everything."""

EVERYTHING = "everything"


@dataclass(frozen=True)
class BeginPage:
    """`counter`: begin a visit by number and code."""

    form: FilledForm = EMPTY
    ended: bool = False


@dataclass(frozen=True)
class CardPage:
    """`counter_card`: make a card of codes; once made, `codes` are shown this once."""

    form: FilledForm = EMPTY
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodePage:
    """`counter_code`: the resident's own code; once made, it is shown this once."""

    code: str = ""


@dataclass(frozen=True)
class PaperPage:
    """`counter_paper`: a withdrawal by a signed form; `ended` tells how many consents it ended."""

    form: FilledForm
    recipients: tuple[Option, ...]
    ended: int | None = None


@dataclass(frozen=True)
class AskedHere:
    """A request that waits; `taken` says that her yes waits for another steward."""

    request: str
    recipient: Text
    purpose: Text
    open_until: date
    taken: bool
    amends: bool


@dataclass(frozen=True)
class HeldHere:
    """A consent in short."""

    consent: str
    recipient: Text
    purpose: Text
    state: ConsentState
    until: date


@dataclass(frozen=True)
class VisitPage:
    """`counter_visit`: what waits for who stands at the counter, and what she agreed to."""

    visit: str
    ends_at: datetime
    requests: tuple[AskedHere, ...]
    consents: tuple[HeldHere, ...]
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Something to answer: `chosen` is her answer in a form that came back, None at first."""

    chosen: bool | None = None
    missing: bool = False


@dataclass(frozen=True)
class AskedItem(Asked):
    """One item of a request, by its place in it, from 0."""

    place: int
    words: ItemWords

    @property
    def name(self) -> str:
        """What the form calls it."""
        return f"item.{self.place}"


@dataclass(frozen=True)
class AskedBounds(Asked):
    """What would change besides the items: how long, how often, and the like."""

    name: ClassVar[str] = "bounds"


@dataclass(frozen=True)
class CounterRequestPage:
    """`counter_request`: the terms, to be read with her; nothing is chosen beforehand.

    Where it would change a consent, `changes` says all that would, `items` are those of them
    that she is asked about, `kept` stay as they are, and `bounds` asks about the rest.
    """

    visit: str
    request: str
    terms: Terms
    items: tuple[AskedItem, ...]
    fault: str = ""
    changes: tuple[ChangedTerm, ...] | None = None
    kept: tuple[ItemWords, ...] = ()
    bounds: AskedBounds | None = None
    widening: Text | None = None


@dataclass(frozen=True)
class CounterConsentPage:
    """`counter_consent`: one consent, and its end; `missing` says that the choice was left out."""

    visit: str
    consent: str
    terms: Terms
    items: tuple[ItemWords, ...]
    active: bool
    missing: bool = False
