"""Legal holds: while one stands, nothing of the resident is erased or retired."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Row,
    String,
    Table,
    Uuid,
    insert,
    select,
    update,
)

from infobank.accounts.hold import Hold, Release
from infobank.db.direct import Reader
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId, ResidentId

holds = Table(
    "holds",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("hold_id", Uuid, primary_key=True, index=True),
    Column("matter", String(80), nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Column("set_by", Uuid, nullable=False),
    Column("released_by_1", Uuid),
    Column("released_at_1", DateTime(timezone=True)),
    Column("released_by_2", Uuid),
    Column("released_at_2", DateTime(timezone=True)),
    CheckConstraint("released_by_2 IS NULL OR released_by_1 <> released_by_2", name="two_people"),
    info=declare("resident", web="SELECT, INSERT, UPDATE", keyservice="SELECT"),
)
"""`matter` is the case's own reference, such as a court's file number; never a name."""

HELD = """
SELECT DISTINCT resident_id FROM holds
WHERE resident_id = ANY($1::uuid[]) AND released_by_2 IS NULL
"""


async def held(reader: Reader, residents: Sequence[ResidentId]) -> set[ResidentId]:
    """Return those of the residents for whom a hold stands."""
    return {ResidentId(row[0]) for row in await reader.fetch(HELD, list(residents))}


async def add(unit: Unit, hold: Hold) -> None:
    """Keep a new hold."""
    await unit.connection.execute(
        insert(holds).values(
            resident_id=hold.resident,
            hold_id=hold.hold_id,
            matter=hold.matter,
            set_at=hold.set_at,
            set_by=hold.set_by,
        )
    )


async def locked(unit: Unit, hold_id: UUID) -> Hold | None:
    """Return a hold that nobody else releases until the unit ends."""
    found = await unit.connection.execute(
        select(holds).where(holds.c.hold_id == hold_id).with_for_update()
    )
    row = found.first()
    return _hold(row) if row else None


async def keep(unit: Unit, hold: Hold) -> None:
    """Keep the releases of a hold that `locked` returned."""
    by: list[AccountId | None] = [each.by for each in hold.releases]
    at: list[datetime | None] = [each.at for each in hold.releases]
    by, at = [*by, None, None], [*at, None, None]
    await unit.connection.execute(
        update(holds)
        .where(holds.c.resident_id == hold.resident, holds.c.hold_id == hold.hold_id)
        .values(released_by_1=by[0], released_at_1=at[0], released_by_2=by[1], released_at_2=at[1])
    )


async def all_standing(unit: Unit) -> list[Hold]:
    """Return every hold that stands, oldest first."""
    found = await unit.connection.execute(
        select(holds).where(holds.c.released_by_2.is_(None)).order_by(holds.c.set_at)
    )
    return [_hold(row) for row in found]


def _hold(row: Row[Any]) -> Hold:
    releases = ((row.released_by_1, row.released_at_1), (row.released_by_2, row.released_at_2))
    return Hold(
        hold_id=row.hold_id,
        resident=ResidentId(row.resident_id),
        matter=row.matter,
        set_at=row.set_at,
        set_by=AccountId(row.set_by),
        releases=tuple(Release(AccountId(by), at) for by, at in releases if by is not None),
    )
