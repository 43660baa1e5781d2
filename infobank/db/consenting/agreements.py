"""Register households, and keep which of their adults agree."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, insert, select, update

from infobank.accounts.circumstances import Agreed, Home, Member
from infobank.accounts.household import Membership
from infobank.db.accounts import residents
from infobank.db.consenting.households import household_agreements, household_members
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId


async def register(unit: Unit, home: Home) -> None:
    """Keep who lives together, with the mark over them all."""
    rows = [{**_place(home, each), **_said(home, each)} for each in sorted(home.members)]
    await unit.connection.execute(insert(household_members), rows)


async def keep_roster(unit: Unit, home: Home) -> None:
    """Keep who of a household is asked, with the mark over them all."""
    for each in home.members:
        await unit.connection.execute(
            update(household_members).filter_by(**_place(home, each)).values(**_said(home, each))
        )


async def home(unit: Unit, household: UUID) -> Home | None:
    """Return a household that nobody else changes until the unit ends."""
    found = await unit.connection.execute(
        select(household_members)
        .where(household_members.c.household_id == household)
        .order_by(household_members.c.resident_id)
        .with_for_update()
    )
    rows = found.all()
    members = [Member(ResidentId(row.resident_id), row.adult, row.left_out) for row in rows]
    return Home(household, tuple(members), mac=rows[0].roster_mac or b"") if rows else None


async def households_of(unit: Unit, resident: ResidentId) -> list[UUID]:
    """Return the households in which a resident lives."""
    found = await unit.connection.execute(
        select(household_members.c.household_id)
        .where(household_members.c.resident_id == resident)
        .order_by(household_members.c.household_id)
    )
    return list(found.scalars())


async def grown_up(unit: Unit, now: datetime) -> dict[UUID, frozenset[ResidentId]]:
    """Return the members who have come of age and are not asked yet, by household."""
    found = await unit.connection.execute(
        select(household_members.c.household_id, household_members.c.resident_id)
        .join(residents, residents.c.resident_id == household_members.c.resident_id)
        .where(household_members.c.adult.is_(False), residents.c.of_age_from <= now)
        .order_by(household_members.c.household_id)
    )
    grown: defaultdict[UUID, set[ResidentId]] = defaultdict(set)
    for household, resident in found:
        grown[household].add(ResidentId(resident))
    return {household: frozenset(members) for household, members in grown.items()}


async def memberships(unit: Unit, resident: ResidentId) -> list[Membership]:
    """Return where a resident is one of the adults, and since when she agrees; locked."""
    said = household_agreements
    found = await unit.connection.execute(
        select(household_members.c.household_id, said.c.agreed_at)
        .outerjoin(
            said,
            and_(
                said.c.resident_id == household_members.c.resident_id,
                said.c.household_id == household_members.c.household_id,
                said.c.ended_at.is_(None),
            ),
        )
        .where(household_members.c.resident_id == resident, household_members.c.adult)
        .order_by(household_members.c.household_id)
        .with_for_update(of=household_members)
    )
    return [Membership(row.household_id, row.agreed_at) for row in found]


async def agree(unit: Unit, household: UUID, said: Agreed) -> None:
    """Keep that a member agrees, with its mark."""
    await unit.connection.execute(
        insert(household_agreements).values(
            resident_id=said.resident,
            household_id=household,
            agreed_at=said.agreed_at,
            mac=said.mac,
        )
    )


async def keep_mark(unit: Unit, household: UUID, said: Agreed) -> None:
    """Keep the mark of a member's agreement."""
    await unit.connection.execute(
        update(household_agreements)
        .filter_by(resident_id=said.resident, household_id=household, agreed_at=said.agreed_at)
        .values(mac=said.mac)
    )


async def end_agreement(unit: Unit, resident: ResidentId, household: UUID, now: datetime) -> None:
    """Keep that a member agrees no more; what she said loses its mark."""
    await unit.connection.execute(
        update(household_agreements)
        .where(
            household_agreements.c.resident_id == resident,
            household_agreements.c.household_id == household,
            household_agreements.c.ended_at.is_(None),
        )
        .values(ended_at=now, mac=None)
    )


def _place(home: Home, member: Member) -> dict[str, UUID]:
    return {"resident_id": member.resident, "household_id": home.household}


def _said(home: Home, member: Member) -> dict[str, object]:
    return {"adult": member.adult, "left_out": member.left_out, "roster_mac": home.mac}
