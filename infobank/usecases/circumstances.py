"""Mark what bears on whose word counts, and believe only what carries its mark."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from infobank.accounts.circumstances import (
    Agreed,
    Home,
    KeptCircumstances,
    Member,
    agreement_bytes,
    homes_bytes,
    majority_bytes,
    roster_bytes,
)
from infobank.consent.question import ADULT_ALONE, UNKNOWN, Circumstances
from infobank.errors import ConflictError
from infobank.usecases.vault.keyservice import KeyService, Row
from infobank.vault.bankkeys import RowKind
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class MarkCircumstances:
    """Make the marks of residents' majorities and homes, and look for them.

    INVARIANT: what is marked anew was genuine before: nothing that was written past the bank
    gets a mark because something else changes.
    """

    keyservice: KeyService

    async def new(self, residents: Sequence[ResidentId]) -> list[tuple[bytes, bytes]]:
        """Return the two marks of each new resident: an adult who lives with nobody known."""
        made = await self.own([KeptCircumstances(each, None) for each in residents])
        return [(each.majority_mac, each.homes_mac) for each in made]

    async def own(self, kept: Sequence[KeptCircumstances]) -> list[KeptCircumstances]:
        """Return residents with the two marks over what stands in their own rows."""
        rows = [row for each in kept for row in (_majority(each), _homes(each))]
        macs = await self.keyservice.authenticate(rows)
        return [
            replace(each, majority_mac=majority, homes_mac=homes)
            for each, majority, homes in zip(kept, macs[::2], macs[1::2], strict=True)
        ]

    async def majority(self, resident: ResidentId, of_age_from: datetime) -> bytes:
        """Return the mark over until when a resident is a minor."""
        return await self._mark(RowKind.MAJORITY, majority_bytes(resident, of_age_from))

    async def roster(self, home: Home) -> Home:
        """Return a home with the mark over its members."""
        content = roster_bytes(home.household, home.members)
        return replace(home, mac=await self._mark(RowKind.ROSTER, content))

    async def changed(self, home: Home, members: Iterable[Member]) -> Home | None:
        """Return a home with other members, marked; None where it was not genuine before."""
        (genuine,) = await self.keyservice.check([_roster(home)])
        return await self.roster(replace(home, members=tuple(members))) if genuine else None

    async def moved_in(
        self, kept: Sequence[KeptCircumstances], household: UUID
    ) -> dict[ResidentId, bytes]:
        """Return the marks over where residents live who come to live in a household too.

        Raises:
            ConflictError: where one of them lives is not what the bank wrote.
        """
        if not all(await self.keyservice.check([_homes(each) for each in kept])):
            raise ConflictError("where one of them lives was written past the bank")
        rows = [
            Row(
                RowKind.HOMES,
                homes_bytes(each.resident, [household, *(home.household for home in each.homes)]),
            )
            for each in kept
        ]
        macs = await self.keyservice.authenticate(rows)
        return {each.resident: mac for each, mac in zip(kept, macs, strict=True)}

    async def agreement(self, household: UUID, said: Agreed) -> Agreed:
        """Return a member's agreement with its mark, ready to be kept."""
        mac = await self._mark(RowKind.AGREEMENT, agreement_bytes(household, said))
        return replace(said, mac=mac)

    async def genuine(
        self, kept: Mapping[ResidentId, KeptCircumstances]
    ) -> dict[ResidentId, Circumstances]:
        """Return what is believed of each resident."""
        checked = await self._checked(kept)
        return {resident: believed(kept[resident], marks) for resident, marks in checked.items()}

    async def forged(self, kept: Mapping[ResidentId, KeptCircumstances]) -> list[ResidentId]:
        """Return those of whom something is kept that is not genuine."""
        there = {resident: each for resident, each in kept.items() if each.there}
        checked = await self._checked(there)
        return [resident for resident, marks in checked.items() if not all(marks)]

    async def _checked(
        self, kept: Mapping[ResidentId, KeptCircumstances]
    ) -> dict[ResidentId, list[bool]]:
        """Tell of each resident which of her rows are genuine."""
        rows = {resident: rows_of(each) for resident, each in kept.items()}
        marks = iter(await self.keyservice.check([row for found in rows.values() for row in found]))
        return {resident: list(islice(marks, len(found))) for resident, found in rows.items()}

    async def _mark(self, kind: RowKind, content: bytes) -> bytes:
        (mac,) = await self.keyservice.authenticate([Row(kind, content)])
        return mac


def rows_of(kept: KeptCircumstances) -> list[Row]:
    """Return the rows whose marks tell what is believed of a resident, her own first."""
    rosters = [_roster(each) for each in kept.homes]
    agreements = [
        Row(RowKind.AGREEMENT, agreement_bytes(home.household, said), said.mac)
        for home in kept.homes
        for said in kept.said(home)
    ]
    return [_majority(kept), _homes(kept), *rosters, *agreements]


def believed(kept: KeptCircumstances, genuine: Sequence[bool]) -> Circumstances:
    """Return what is believed of a resident, given which of `rows_of` are genuine.

    A majority without its mark leaves nobody's word; a home without one agrees to nothing.
    """
    majority, homes, *rest = genuine
    if not majority:
        return UNKNOWN
    marks = iter(rest)
    rosters = list(islice(marks, len(kept.homes)))
    agrees = homes and all(rosters) and all(_agree(kept, marks))
    if kept.of_age_from is None and agrees:
        return ADULT_ALONE
    return Circumstances(kept.of_age_from, agrees)


def _agree(kept: KeptCircumstances, genuine: Iterator[bool]) -> Iterator[bool]:
    """Yield of each home whether everybody who is asked there agrees."""
    for home in kept.homes:
        said = {each.resident for each in kept.said(home) if next(genuine)}
        yield home.asked(kept.resident) <= said


def _majority(kept: KeptCircumstances) -> Row:
    content = majority_bytes(kept.resident, kept.of_age_from)
    return Row(RowKind.MAJORITY, content, kept.majority_mac)


def _homes(kept: KeptCircumstances) -> Row:
    content = homes_bytes(kept.resident, [each.household for each in kept.homes])
    return Row(RowKind.HOMES, content, kept.homes_mac)


def _roster(home: Home) -> Row:
    return Row(RowKind.ROSTER, roster_bytes(home.household, home.members), home.mac)
