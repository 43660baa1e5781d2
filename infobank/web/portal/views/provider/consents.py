"""A provider's consents and requests, by names that mean nothing to anybody else."""

from dataclasses import dataclass
from datetime import date, datetime

from infobank.consent.consent import ConsentState
from infobank.db.consenting.requests import RequestState
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.shared import ItemWords


@dataclass(frozen=True)
class ProviderConsent:
    """One consent as its provider sees it: `subject` is the pairwise name, never the resident.

    `left` counts the uses that are left, None where there is no bound.  `next_at` is when the
    next reading is allowed: None where it is now, or never again.
    """

    consent: str
    subject: str
    purpose: Text
    items: tuple[ItemWords, ...]
    mode: OutputMode
    until: date
    state: ConsentState
    ended_at: datetime | None = None
    left: int | None = None
    next_at: datetime | None = None


@dataclass(frozen=True)
class ProviderConsentsPage:
    """`provider_consents`: a page of them, newest first, as the form asks for them.

    `pages` is None where there are more than are counted; `further` tells whether a page comes
    after this one.  `query` is what asks for this very list, to be followed by a page's number.
    """

    form: FilledForm
    states: tuple[Option, ...]
    purposes: tuple[Option, ...]
    consents: tuple[ProviderConsent, ...]
    page: int
    pages: int | None
    total: Counted
    further: bool
    query: str


@dataclass(frozen=True)
class ProviderRequest:
    """One request as its provider may know it: never why it stands so, or by whose word."""

    request: str
    purpose: Text
    items: tuple[ItemWords, ...]
    state: RequestState
    asked_at: datetime
    open_until: datetime
    offered: str = ""
    """What a resident would agree to instead, as the JSON to push."""

    @property
    def waits(self) -> bool:
        """Tell whether it can still be taken back."""
        return self.state in {RequestState.WAITING, RequestState.COUNTER_OFFERED}


@dataclass(frozen=True)
class ProviderRequestsPage:
    """`provider_requests`: the newest requests; `done` greets who took one back."""

    requests: tuple[ProviderRequest, ...]
    done: bool = False
