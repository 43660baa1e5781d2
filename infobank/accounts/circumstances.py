"""A resident's circumstances 境遇 as they are kept: her majority, her homes, who agrees there.

Each part carries the key service's mark.  That nothing is there says something as well: an
adult from the start has a marked majority of none, and who lives alone a marked list of none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.canonical import instant, joined


class Member(NamedTuple):
    """One of a household; nobody asks for the agreement of a minor or of who is left out."""

    resident: ResidentId
    adult: bool
    left_out: bool


@dataclass(frozen=True)
class Agreed:
    """That a member agrees, since an instant."""

    resident: ResidentId
    agreed_at: datetime
    mac: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True)
class Home:
    """A household: who lives there, and who agrees now."""

    household: UUID
    members: tuple[Member, ...]
    agreements: tuple[Agreed, ...] = ()
    mac: bytes = field(default=b"", compare=False, repr=False)

    def asked(self, resident: ResidentId) -> frozenset[ResidentId]:
        """Return whose agreement counts beside a resident's own word."""
        return frozenset(
            each.resident
            for each in self.members
            if each.adult and not each.left_out and each.resident != resident
        )


@dataclass(frozen=True)
class KeptCircumstances:
    """What is kept of one resident; `of_age_from` is None for an adult from the start.

    `there` tells whether she has a row at all.
    """

    resident: ResidentId
    of_age_from: datetime | None
    homes: tuple[Home, ...] = ()
    majority_mac: bytes = field(default=b"", compare=False, repr=False)
    homes_mac: bytes = field(default=b"", compare=False, repr=False)
    there: bool = True

    def said(self, home: Home) -> Sequence[Agreed]:
        """Return what those who are asked in a home have said."""
        asked = home.asked(self.resident)
        return [each for each in home.agreements if each.resident in asked]


def majority_bytes(resident: ResidentId, of_age_from: datetime | None) -> bytes:
    """Return what is marked of a resident's majority."""
    said = instant(of_age_from) if of_age_from else ""
    return joined(resident.bytes, said.encode())


def homes_bytes(resident: ResidentId, households: Iterable[UUID]) -> bytes:
    """Return what is marked of where a resident lives."""
    return joined(resident.bytes, *(each.bytes for each in sorted(households)))


def roster_bytes(household: UUID, members: Iterable[Member]) -> bytes:
    """Return what is marked of who lives in a household."""
    listed = (
        joined(each.resident.bytes, bytes([each.adult, each.left_out])) for each in sorted(members)
    )
    return joined(household.bytes, *listed)


def agreement_bytes(household: UUID, said: Agreed) -> bytes:
    """Return what is marked of a member's agreement."""
    return joined(household.bytes, said.resident.bytes, instant(said.agreed_at).encode())
