"""What a provider is told, and what it owes an answer to."""

from dataclasses import dataclass
from datetime import datetime

from infobank.consent.ending.notice import NoticeKind, NoticeState
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.shared import ItemWords, Paging


@dataclass(frozen=True)
class ProviderNotice:
    """One notice and how far it has come; `claims` are what a deletion statement must say."""

    notice: str
    consent: str
    subject: str
    kind: NoticeKind
    items: tuple[ItemWords, ...]
    made_at: datetime
    deadline: datetime
    state: NoticeState
    deletes: bool
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    stated_at: datetime | None
    attempts: int
    claims: str

    @property
    def owed(self) -> bool:
        """Tell whether a deletion must still be stated."""
        return self.deletes and self.stated_at is None


@dataclass(frozen=True)
class ProviderNoticesPage:
    """`provider_notices`: newest first; they are pushed to `endpoint`, empty where there is none.

    `faulty` names the notice to which the form that came back belongs.
    """

    notices: tuple[ProviderNotice, ...]
    paging: Paging
    endpoint: str
    poll: str
    form: FilledForm
    faulty: str = ""
    done: Text | None = None
