"""Notices: the table and its statements.  A row is written with the act that it tells of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    Uuid,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from infobank.consent.ending.notice import Afterwards, Followed, Notice, NoticeKind
from infobank.db.consenting.terms import from_item, to_items
from infobank.db.ending.erasures import erasures
from infobank.db.metadata import declare, records
from infobank.db.notices.endpoints import endpoints
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ConsentId, NoticeId, ProviderId, ResidentId

notices = Table(
    "notices",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("notice_id", Uuid, primary_key=True),
    Column("provider_id", Uuid, nullable=False),
    Column("consent_id", Uuid, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("items", JSONB, nullable=False),
    Column("afterwards", String(8), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("deadline", DateTime(timezone=True), nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False),
    Column("delivered_at", DateTime(timezone=True)),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("error", String(32), nullable=False, server_default=""),
    Column("deleted_at", DateTime(timezone=True)),
    Column("stated_at", DateTime(timezone=True)),
    Column("statement", Text),
    Column("escalated_at", DateTime(timezone=True)),
    Index("ix_notices_provider_id_made_at", "provider_id", "made_at"),
    Index("ix_notices_notice_id", "notice_id"),
    Index(
        "ix_notices_next_attempt_at",
        "next_attempt_at",
        postgresql_where=text("acknowledged_at IS NULL"),
    ),
    Index("ix_notices_deadline", "deadline", postgresql_where=text("stated_at IS NULL")),
    info=declare("resident", web="SELECT, INSERT, UPDATE, DELETE"),
)
"""What the act says is sealed by `mac`; the columns after it are how far the notice has come."""

_UNSETTLED: ColumnElement[bool] = notices.c.stated_at.is_(None) & or_(
    notices.c.afterwards == Afterwards.DELETE.value, notices.c.acknowledged_at.is_(None)
)


async def add(unit: Unit, made: Sequence[Notice]) -> None:
    """Keep notices that wait to be delivered from the instant they were made."""
    if made:
        await unit.connection.execute(insert(notices), [_row(notice) for notice in made])


async def waiting(unit: Unit, provider: ProviderId, limit: int) -> list[Notice]:
    """Return a provider's notices that it has not acknowledged, oldest first.

    Those that it refused come last: they keep none that it never saw from it.
    """
    condition = (notices.c.provider_id == provider) & notices.c.acknowledged_at.is_(None)
    found = await unit.connection.execute(
        select(notices)
        .where(condition)
        .order_by(notices.c.error != "", notices.c.made_at, notices.c.notice_id)
        .limit(limit)
    )
    return [to_notice(row) for row in found]


async def locked(unit: Unit, provider: ProviderId, wanted: Sequence[NoticeId]) -> list[Followed]:
    """Return those of the notices that are this provider's; nobody else changes them meanwhile."""
    found = await unit.connection.execute(
        select(notices)
        .where(notices.c.notice_id.in_(wanted), notices.c.provider_id == provider)
        .order_by(notices.c.notice_id)
        .with_for_update()
    )
    return [to_followed(row) for row in found]


async def due(unit: Unit, now: datetime, limit: int) -> list[tuple[Followed, str, bytes]]:
    """Return notices to be pushed now, each with its endpoint and that one's mark; locked.

    Those that another process is at are left out.
    """
    found = await unit.connection.execute(
        select(notices, endpoints.c.url, endpoints.c.mac.label("endpoint_mac"))
        .join(endpoints, endpoints.c.provider_id == notices.c.provider_id)
        .where(notices.c.acknowledged_at.is_(None), notices.c.next_attempt_at <= now)
        .order_by(notices.c.next_attempt_at)
        .limit(limit)
        .with_for_update(of=notices, skip_locked=True)
    )
    return [(to_followed(row), row.url, row.endpoint_mac) for row in found]


async def postpone(unit: Unit, notice: Notice, until: datetime) -> None:
    """Count an attempt, and make none again before an instant."""
    await _change(unit, notice, attempts=notices.c.attempts + 1, next_attempt_at=until)


async def delivered(unit: Unit, sent: Sequence[Notice], now: datetime) -> None:
    """Note that notices went out, unless that was noted before."""
    for notice in sent:
        await _change(unit, notice, notices.c.delivered_at.is_(None), delivered_at=now)


async def acknowledge(unit: Unit, notice: Notice, now: datetime) -> bool:
    """Note that the recipient knows; False when that was noted before."""
    unknown = notices.c.acknowledged_at.is_(None)
    return await _change(unit, notice, unknown, acknowledged_at=now, error="")


async def refuse(unit: Unit, notice: Notice, error: str) -> None:
    """Note with which code the recipient refused a notice it has not acknowledged."""
    await _change(unit, notice, notices.c.acknowledged_at.is_(None), error=error)


async def state(
    unit: Unit, notice: Notice, deleted_at: datetime, statement: str, now: datetime
) -> bool:
    """Keep the recipient's statement that it deleted; False when one was kept before."""
    unknown = notices.c.stated_at.is_(None)
    return await _change(
        unit, notice, unknown, deleted_at=deleted_at, stated_at=now, statement=statement
    )


async def of_consent(unit: Unit, resident: ResidentId, consent: ConsentId) -> list[Followed]:
    """Return what was told about one consent of a resident, newest first."""
    return await _all(unit, (notices.c.resident_id == resident) & (notices.c.consent_id == consent))


async def of_provider(
    unit: Unit, provider: ProviderId, skip: int, limit: int
) -> tuple[list[Followed], int]:
    """Return what a provider was told, newest first, and how much there is in all."""
    mine = notices.c.provider_id == provider
    counted = await unit.connection.execute(select(func.count()).where(mine))
    found = await unit.connection.execute(
        select(notices)
        .where(mine)
        .order_by(notices.c.made_at.desc(), notices.c.notice_id)
        .offset(skip)
        .limit(limit)
    )
    return [to_followed(row) for row in found], counted.scalar_one()


async def of_resident(unit: Unit, resident: ResidentId) -> list[Followed]:
    """Return everything recipients were told about a resident's consents, newest first."""
    return await _all(unit, notices.c.resident_id == resident)


async def overdue(unit: Unit, now: datetime, limit: int) -> list[Followed]:
    """Return notices whose deadline is over and of which something is still due, newest first."""
    return await _all(unit, _UNSETTLED & (notices.c.deadline <= now), limit)


async def escalate(unit: Unit, now: datetime, limit: int) -> list[Followed]:
    """Note of overdue deletions that they are; return those of which it was not noted before."""
    late = and_(
        _UNSETTLED,
        notices.c.afterwards == Afterwards.DELETE.value,
        notices.c.deadline <= now,
        notices.c.escalated_at.is_(None),
    )
    chosen = (
        select(notices.c.resident_id, notices.c.notice_id)
        .where(late)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    found = await unit.connection.execute(
        update(notices)
        .where(
            notices.c.resident_id == chosen.c.resident_id,
            notices.c.notice_id == chosen.c.notice_id,
        )
        .values(escalated_at=now)
        .returning(*notices.c)
    )
    return [to_followed(row) for row in found]


async def forget_erased(unit: Unit, limit: int) -> int:
    """Delete what is settled about residents who were erased; return how many."""
    over = (
        select(notices.c.resident_id, notices.c.notice_id)
        .join(erasures, erasures.c.resident_id == notices.c.resident_id)
        .where(erasures.c.done_at.is_not(None), ~_UNSETTLED)
        .limit(limit)
        .cte("over")
    )
    gone = await unit.connection.execute(
        delete(notices)
        .where(notices.c.resident_id == over.c.resident_id, notices.c.notice_id == over.c.notice_id)
        .returning(notices.c.notice_id)
    )
    return len(gone.all())


async def _all(
    unit: Unit, condition: ColumnElement[bool], limit: int | None = None
) -> list[Followed]:
    found = await unit.connection.execute(
        select(notices)
        .where(condition)
        .order_by(notices.c.made_at.desc(), notices.c.notice_id)
        .limit(limit)
    )
    return [to_followed(row) for row in found]


async def _change(
    unit: Unit, notice: Notice, *conditions: ColumnElement[bool], **values: object
) -> bool:
    found = await unit.connection.execute(
        update(notices)
        .where(
            notices.c.resident_id == notice.resident,
            notices.c.notice_id == notice.notice_id,
            *conditions,
        )
        .values(**values)
        .returning(notices.c.notice_id)
    )
    return found.first() is not None


def _row(notice: Notice) -> dict[str, object]:
    return {
        "resident_id": notice.resident,
        "notice_id": notice.notice_id,
        "provider_id": notice.provider,
        "consent_id": notice.consent,
        "kind": notice.kind.value,
        "items": [from_item(item) for item in notice.items],
        "afterwards": notice.afterwards.value,
        "made_at": notice.made_at,
        "deadline": notice.deadline,
        "mac": notice.mac,
        "next_attempt_at": notice.made_at,
    }


def to_notice(row: Row[Any]) -> Notice:
    """Build the notice a row of the table holds."""
    return Notice(
        notice_id=NoticeId(row.notice_id),
        resident=ResidentId(row.resident_id),
        provider=ProviderId(row.provider_id),
        consent=ConsentId(row.consent_id),
        kind=NoticeKind(row.kind),
        items=to_items(row.items),
        afterwards=Afterwards(row.afterwards),
        made_at=row.made_at,
        deadline=row.deadline,
        mac=row.mac,
    )


def to_followed(row: Row[Any]) -> Followed:
    """Build the notice a row holds, with what came of it."""
    return Followed(
        notice=to_notice(row),
        attempts=row.attempts,
        delivered_at=row.delivered_at,
        acknowledged_at=row.acknowledged_at,
        error=row.error,
        deleted_at=row.deleted_at,
        stated_at=row.stated_at,
    )
