"""Retention: how far a day's run has come, and the consents whose time is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Table,
    Uuid,
    delete,
    exists,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.consent.consent import Consent
from infobank.db.accounts import residents
from infobank.db.consent import consent_uses, consent_versions, consents, to_consent
from infobank.db.ending.erasures import erasures
from infobank.db.ending.forgetting import free
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.db.vault import blocks
from infobank.vocabulary.identifiers import ResidentId

retention_runs = Table(
    "retention_runs",
    records,
    Column("day", Date, primary_key=True),
    Column("reached", Uuid),
    Column("finished_at", DateTime(timezone=True)),
    info=declare("reference", web="SELECT, INSERT, UPDATE"),
)
"""One row a day; `reached` is the last resident whose records were looked through."""

_ENDED = text(
    "least(withdrawn_at, valid_until) "
    "+ (retention_days + CAST(:days AS int)) * interval '1 day' < :now"
)
# PostgreSQL's LEAST passes NULL over: a consent that was not withdrawn ended at its own end.


@dataclass(frozen=True)
class Run:
    """How far one day's retention has come."""

    day: date
    reached: ResidentId | None = None
    finished_at: datetime | None = None


async def run_of(unit: Unit, day: date) -> Run:
    """Return a day's run, begun now when there was none."""
    await unit.connection.execute(upsert(retention_runs).values(day=day).on_conflict_do_nothing())
    found = await unit.connection.execute(select(retention_runs).where(retention_runs.c.day == day))
    row = found.one()
    return Run(row.day, ResidentId(row.reached) if row.reached else None, row.finished_at)


async def reach(unit: Unit, day: date, resident: ResidentId) -> None:
    """Keep how far a run has come."""
    await unit.connection.execute(
        update(retention_runs).where(retention_runs.c.day == day).values(reached=resident)
    )


async def finish(unit: Unit, day: date, now: datetime) -> None:
    """Note that a day's run is done."""
    await unit.connection.execute(
        update(retention_runs).where(retention_runs.c.day == day).values(finished_at=now)
    )


async def residents_after(unit: Unit, reached: ResidentId | None, limit: int) -> list[ResidentId]:
    """Return the next residents in the order of their numbers, but for those being erased."""
    query = (
        select(residents.c.resident_id)
        .where(~exists().where(erasures.c.resident_id == residents.c.resident_id))
        .order_by(residents.c.resident_id)
        .limit(limit)
    )
    if reached is not None:
        query = query.where(residents.c.resident_id > reached)
    found = await unit.connection.execute(query)
    return [ResidentId(resident) for resident in found.scalars()]


async def delete_blocks(unit: Unit, places: Sequence[tuple[ResidentId, bytes]]) -> None:
    """Delete blocks (resident, tag) that no manifest lists any more."""
    await unit.connection.execute(
        delete(blocks).where(tuple_(blocks.c.resident_id, blocks.c.tag).in_(list(places)))
    )


async def end_consents(unit: Unit, now: datetime, limit: int) -> list[Consent]:
    """Note of consents whose time ran out that it did; return those that were not noted before.

    Neither version nor mark changes: a consent that is over permits nothing anyway.
    """
    over = (
        select(consents.c.resident_id, consents.c.consent_id)
        .where(
            consents.c.withdrawn_at.is_(None),
            consents.c.over_at.is_(None),
            consents.c.valid_until <= now,
        )
        .order_by(consents.c.resident_id, consents.c.consent_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("over")
    )
    found = await unit.connection.execute(
        update(consents)
        .where(
            consents.c.resident_id == over.c.resident_id,
            consents.c.consent_id == over.c.consent_id,
        )
        .values(over_at=now)
        .returning(*consents.c)
    )
    return [to_consent(row) for row in found]


async def forget_consents(unit: Unit, now: datetime, days: int, limit: int) -> list[Consent]:
    """Delete consents that ended, whose retention ran out, and so many days more have passed.

    Those of residents under a legal hold stay, and those of whom an erasure deletes anyway.
    """
    rows = await unit.connection.execute(
        select(consents)
        .where(
            _ENDED.bindparams(days=days, now=now),
            free(consents),
        )
        .order_by(consents.c.resident_id, consents.c.consent_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [to_consent(row) for row in rows]
    if found:
        names = [(each.resident, each.consent_id) for each in found]
        for table in (consents, consent_versions, consent_uses):
            place = tuple_(table.c.resident_id, table.c.consent_id)
            await unit.connection.execute(delete(table).where(place.in_(names)))
    return found
