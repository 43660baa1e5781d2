"""A notice 通知: what a recipient is told when a consent ends or narrows, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from infobank.consent.consent import item_document
from infobank.vocabulary.identifiers import ConsentId, NoticeId, ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.text.canonical import canonical_json, instant


class NoticeKind(StrEnum):
    """What happened; the last part of the event's name."""

    WITHDRAWN = "consent-withdrawn"
    NARROWED = "consent-narrowed"
    ERASURE = "erasure"
    """The resident is with the bank no more."""


class Afterwards(StrEnum):
    """What becomes of what the recipient already has; the resident says so before she acts."""

    KEEP = "keep"
    """It may keep it as long as it promised to, and gets nothing more."""
    DELETE = "delete"


class NoticeState(StrEnum):
    """How far a notice has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    DELETED = "deleted"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Notice:
    """One act, told to one recipient; it names the resident to nobody else.

    `items` are what is given no more; `deadline` is by when it must be acknowledged, and with
    `Afterwards.DELETE` by when the deletion must be stated.  `mac` is the key service's mark.
    """

    notice_id: NoticeId
    resident: ResidentId
    provider: ProviderId
    consent: ConsentId
    kind: NoticeKind
    items: tuple[Item, ...]
    afterwards: Afterwards
    made_at: datetime
    deadline: datetime
    mac: bytes = field(default=b"", compare=False, repr=False)

    @property
    def deletes(self) -> bool:
        """Tell whether the recipient must delete what it has."""
        return self.afterwards is Afterwards.DELETE


@dataclass(frozen=True)
class Followed:
    """A notice and what came of it.

    `error` is the code with which the recipient last refused it (RFC 8935 section 2.4), else
    empty.  `deleted_at` is what the recipient says, `stated_at` when it said so.
    """

    notice: Notice
    attempts: int = 0
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    error: str = ""
    deleted_at: datetime | None = None
    stated_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Tell whether the recipient has done all it must."""
        if self.notice.deletes:
            return self.stated_at is not None
        return self.acknowledged_at is not None

    def state(self, now: datetime) -> NoticeState:
        """Return how far the notice has come at an instant."""
        if self.stated_at is not None:
            return NoticeState.DELETED
        if not self.settled and self.notice.deadline <= now:
            return NoticeState.OVERDUE
        if self.acknowledged_at is not None:
            return NoticeState.ACKNOWLEDGED
        return NoticeState.WAITING if self.delivered_at is None else NoticeState.DELIVERED


def notice_bytes(notice: Notice) -> bytes:
    """Return everything a notice says, as the bytes that the key service marks."""
    return canonical_json(
        {
            "notice": str(notice.notice_id),
            "resident": str(notice.resident),
            "provider": str(notice.provider),
            "consent": str(notice.consent),
            "kind": notice.kind.value,
            "items": [item_document(item) for item in notice.items],
            "afterwards": notice.afterwards.value,
            "made_at": instant(notice.made_at),
            "deadline": instant(notice.deadline),
        }
    )
