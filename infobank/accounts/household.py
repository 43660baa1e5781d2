"""A household: who lives together, and so shares some of its data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.errors import InvalidInputError

LONGEST_REASON: Final = 80
"""Characters of the reason for which somebody is left out."""


@dataclass(frozen=True)
class Membership:
    """One adult's place in a household; `agreed_at` is None while she does not agree.

    It says nothing of the others: who lives there, who agrees, or who is left out.
    """

    household: UUID
    agreed_at: datetime | None


def check_reason(reason: str) -> str:
    """Return the reason for which a member's agreement is not asked for.

    Raises:
        InvalidInputError: it is empty, too long, or not one line of print.
    """
    if not reason.strip() or not reason.isprintable():
        raise InvalidInputError("a reason is needed, in one line", field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError(f"at most {LONGEST_REASON} characters", field="reason")
    return reason
