"""A legal hold: somebody's data must stay as it is while a matter is open."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.errors import ConflictError, InvalidInputError
from infobank.vocabulary.identifiers import AccountId, ResidentId

LONGEST_MATTER: Final = 80
"""Characters of a matter's reference."""

PEOPLE: Final = 2
"""How many different stewards it takes to release a hold."""


@dataclass(frozen=True)
class Release:
    """One steward's word that a hold may end."""

    by: AccountId
    at: datetime


@dataclass(frozen=True)
class Hold:
    """A hold on all of one resident's data; it ends by the word of two different stewards.

    `matter` is the reference of the case that asks for it, such as a court's file number.

    Raises:
        InvalidInputError: the matter is empty, too long, or not one line of print.
    """

    hold_id: UUID
    resident: ResidentId
    matter: str
    set_at: datetime
    set_by: AccountId
    releases: tuple[Release, ...] = ()

    def __post_init__(self) -> None:
        if not self.matter.strip() or not self.matter.isprintable():
            raise InvalidInputError("a hold needs the reference of its matter", field="matter")
        if len(self.matter) > LONGEST_MATTER:
            raise InvalidInputError(f"at most {LONGEST_MATTER} characters", field="matter")

    @property
    def standing(self) -> bool:
        """Tell whether the hold still stops erasure and retention."""
        return len(self.releases) < PEOPLE

    def released(self, by: AccountId, at: datetime) -> "Hold":
        """Return the hold with one more steward's word.

        Raises:
            ConflictError: it was released before, or this steward said so already.
        """
        if not self.standing:
            raise ConflictError("this hold was released before")
        # INVARIANT: two words of one person are one.
        if any(each.by == by for each in self.releases):
            raise ConflictError("a hold ends by the word of two different stewards")
        return replace(self, releases=(*self.releases, Release(by, at)))
