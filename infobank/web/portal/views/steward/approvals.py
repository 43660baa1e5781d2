"""What takes two stewards."""

from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.approval import Act
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.terms import ChangedTerm, Terms
from infobank.web.portal.views.shared import ItemWords


@dataclass(frozen=True)
class ApprovalLine:
    """One thing that waits: `asked_by` is the asking account's number, `own` says it is hers.

    `first`: a provider asks, and two stewards are missing.
    """

    approval: str
    act: Act
    asked_by: str
    asked_at: datetime
    until: datetime
    own: bool
    first: bool = False


@dataclass(frozen=True)
class ApprovalsPage:
    """`approvals`: what waits for a second steward, oldest first."""

    waiting: tuple[ApprovalLine, ...]
    over: bool = False


@dataclass(frozen=True)
class ApprovalPage:
    """`approval`: what would be done, and the two answers.

    `facts` are labels and what they say; an assisted consent shows its `terms` and `items`,
    and `changes` where it changes one.  `impossible` says that it can be done no more.
    """

    line: ApprovalLine
    facts: tuple[tuple[Text, Text], ...]
    terms: Terms | None = None
    items: tuple[ItemWords, ...] = ()
    changes: tuple[ChangedTerm, ...] = ()
    impossible: bool = False


@dataclass(frozen=True)
class HalfPage:
    """`told_once`: what the approving steward alone is told, this once: half of a code."""

    code: str
