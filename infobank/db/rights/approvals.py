"""What waits for a second steward's word: the table and its statements."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    delete,
    insert,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from infobank.accounts.approval import WAITS, Act, Approval
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId, ResidentId

approvals = Table(
    "approvals",
    records,
    Column("approval_id", Uuid, primary_key=True),
    Column("act", String(16), nullable=False),
    Column("document", JSONB, nullable=False),
    Column("sealed", JSONB, nullable=False),
    Column("asked_by", Uuid, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    info=declare("reference", web="SELECT, INSERT, UPDATE, DELETE"),
)
"""A row goes when it is decided or has lapsed, so there are few; the access log keeps the story."""


async def add(unit: Unit, approval: Approval) -> None:
    """Keep what a steward asked for."""
    await unit.connection.execute(
        insert(approvals).values(
            approval_id=approval.approval_id,
            act=approval.act.value,
            document=dict(approval.document),
            sealed=dict(approval.sealed),
            asked_by=approval.asked_by,
            asked_at=approval.asked_at,
            mac=approval.mac,
        )
    )


async def asked_before(unit: Unit, approval: Approval) -> bool:
    """Tell whether exactly this waits; nobody else asks for anything until the unit ends."""
    await unit.connection.execute(text("LOCK TABLE approvals IN SHARE ROW EXCLUSIVE MODE"))
    return any(
        (each.act, each.wish, each.sealed) == (approval.act, approval.wish, approval.sealed)
        for each in await waiting(unit, approval.asked_at)
    )


async def one(unit: Unit, approval_id: UUID) -> Approval | None:
    """Return what waits under a name, or has lapsed."""
    found = await unit.connection.execute(
        select(approvals).where(approvals.c.approval_id == approval_id)
    )
    row = found.first()
    return _approval(row) if row else None


async def waiting(unit: Unit, now: datetime) -> list[Approval]:
    """Return what waits and has not lapsed, oldest first."""
    found = await unit.connection.execute(
        select(approvals)
        .where(approvals.c.asked_at > now - WAITS)
        .order_by(approvals.c.asked_at, approvals.c.approval_id)
    )
    return [_approval(row) for row in found]


async def locked(unit: Unit, approval_id: UUID) -> Approval | None:
    """Return what waits under a name; nobody else decides it until the unit ends."""
    found = await unit.connection.execute(
        select(approvals).where(approvals.c.approval_id == approval_id).with_for_update()
    )
    row = found.first()
    return _approval(row) if row else None


async def remove(unit: Unit, approval_id: UUID) -> None:
    """Delete what was decided."""
    await unit.connection.execute(delete(approvals).where(approvals.c.approval_id == approval_id))


async def forget(unit: Unit, now: datetime) -> None:
    """Delete what has lapsed."""
    await unit.connection.execute(delete(approvals).where(approvals.c.asked_at <= now - WAITS))


async def forget_resident(unit: Unit, resident: ResidentId) -> None:
    """Delete what waits about a resident, or to let her act for somebody."""
    named = (
        approvals.c.document[role].astext == str(resident) for role in ("resident", "guardian")
    )
    await unit.connection.execute(delete(approvals).where(or_(*named)))


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        approval_id=row.approval_id,
        act=Act(row.act),
        document=row.document,
        sealed=row.sealed,
        asked_by=AccountId(row.asked_by),
        asked_at=row.asked_at,
        mac=row.mac,
    )
