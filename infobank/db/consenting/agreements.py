"""Register households, and keep which of their adults agree."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, insert, select, update

from infobank.accounts.household import Membership
from infobank.db.accounts import residents
from infobank.db.consenting.households import household_agreements, household_members
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId


async def register(
    unit: Unit, household: UUID, adults: frozenset[ResidentId], minors: frozenset[ResidentId]
) -> None:
    """Keep who lives together."""
    await unit.connection.execute(
        insert(household_members),
        [
            {
                "resident_id": resident,
                "household_id": household,
                "adult": resident in adults,
            }
            for resident in sorted(adults | minors)
        ],
    )


async def leave_out(unit: Unit, household: UUID, resident: ResidentId) -> bool:
    """Ask for a member's agreement no more; False when she is none, or was left out before."""
    changed = await unit.connection.execute(
        update(household_members)
        .where(
            household_members.c.household_id == household,
            household_members.c.resident_id == resident,
            household_members.c.left_out.is_(False),
        )
        .values(left_out=True)
        .returning(household_members.c.resident_id)
    )
    return changed.first() is not None


async def grow_up(unit: Unit, now: datetime) -> None:
    """Count as adults the members who have come of age."""
    came = select(residents.c.resident_id).where(residents.c.of_age_from <= now)
    await unit.connection.execute(
        update(household_members)
        .where(household_members.c.adult.is_(False), household_members.c.resident_id.in_(came))
        .values(adult=True)
    )


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


async def agree(unit: Unit, resident: ResidentId, household: UUID, now: datetime) -> None:
    """Keep that a member agrees from now on."""
    await unit.connection.execute(
        insert(household_agreements).values(
            resident_id=resident, household_id=household, agreed_at=now
        )
    )


async def end_agreement(unit: Unit, resident: ResidentId, household: UUID, now: datetime) -> None:
    """Keep that a member agrees no more."""
    await unit.connection.execute(
        update(household_agreements)
        .where(
            household_agreements.c.resident_id == resident,
            household_agreements.c.household_id == household,
            household_agreements.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
