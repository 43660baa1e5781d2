"""The counter's codes, wrong tries and visits: tables and statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.counter import LIFE, LOCKED, VISIT, Origin, Tries, Visit
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId, ResidentId

counter_codes = Table(
    "counter_codes",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("code_index", LargeBinary(32), primary_key=True),
    Column("origin", String(8), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    info=declare("resident", web="SELECT, INSERT, DELETE"),
)
"""A code's keyed index, over the resident and the code; never the code.  Used, a row is gone."""

counter_tries = Table(
    "counter_tries",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("wrong", SmallInteger, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    info=declare("resident", web="SELECT, INSERT, UPDATE, DELETE"),
)

counter_visits = Table(
    "counter_visits",
    records,
    Column("visit_id", Uuid, primary_key=True),
    Column("resident_id", Uuid, nullable=False, index=True),
    Column("steward_id", Uuid, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    info=declare("secret", web="SELECT, INSERT, DELETE"),
)
"""Found by a name of 122 unpredictable bits, which only the steward's browser learns."""


async def replace_codes(
    unit: Unit, resident: ResidentId, origin: Origin, indexes: Sequence[bytes], now: datetime
) -> None:
    """Keep new codes of one origin; those before them count no more."""
    await unit.connection.execute(
        delete(counter_codes).where(
            counter_codes.c.resident_id == resident, counter_codes.c.origin == origin.value
        )
    )
    shared = {"resident_id": resident, "origin": origin.value, "made_at": now}
    await unit.connection.execute(
        insert(counter_codes), [{**shared, "code_index": index} for index in set(indexes)]
    )


async def use_code(unit: Unit, resident: ResidentId, index: bytes, now: datetime) -> Origin | None:
    """Take a code away, for ever; None when there is none, or it is over."""
    found = await unit.connection.execute(
        delete(counter_codes)
        .where(counter_codes.c.resident_id == resident, counter_codes.c.code_index == index)
        .returning(counter_codes.c.origin, counter_codes.c.made_at)
    )
    row = found.first()
    if row is None or now >= row.made_at + LIFE[Origin(row.origin)]:
        return None
    return Origin(row.origin)


async def tries_of(unit: Unit, resident: ResidentId) -> Tries | None:
    """Return the wrong tries of late."""
    found = await unit.connection.execute(
        select(counter_tries).where(counter_tries.c.resident_id == resident)
    )
    row = found.first()
    return Tries(row.wrong, row.last_at) if row else None


async def keep_tries(unit: Unit, resident: ResidentId, tries: Tries | None) -> None:
    """Keep the wrong tries; None forgets them."""
    if tries is None:
        await unit.connection.execute(
            delete(counter_tries).where(counter_tries.c.resident_id == resident)
        )
        return
    counted = {"wrong": tries.wrong, "last_at": tries.last_at}
    await unit.connection.execute(
        upsert(counter_tries)
        .values(resident_id=resident, **counted)
        .on_conflict_do_update(index_elements=["resident_id"], set_=counted)
    )


async def begin_visit(unit: Unit, visit: Visit) -> None:
    """Keep a visit."""
    await unit.connection.execute(
        insert(counter_visits).values(
            visit_id=visit.visit_id,
            resident_id=visit.resident,
            steward_id=visit.steward,
            begun_at=visit.begun_at,
        )
    )


async def visit_of(unit: Unit, visit_id: UUID) -> Visit | None:
    """Return a visit, over or not."""
    found = await unit.connection.execute(
        select(counter_visits).where(counter_visits.c.visit_id == visit_id)
    )
    row = found.first()
    if row is None:
        return None
    resident, steward = ResidentId(row.resident_id), AccountId(row.steward_id)
    return Visit(row.visit_id, resident, steward, row.begun_at)


async def end_visit(unit: Unit, visit_id: UUID) -> None:
    """Let a visit be over."""
    await unit.connection.execute(
        delete(counter_visits).where(counter_visits.c.visit_id == visit_id)
    )


async def forget(unit: Unit, now: datetime) -> None:
    """Delete codes, tries and visits that can never count again."""
    for origin, life in LIFE.items():
        await unit.connection.execute(
            delete(counter_codes).where(
                counter_codes.c.origin == origin.value, counter_codes.c.made_at <= now - life
            )
        )
    await unit.connection.execute(
        delete(counter_tries).where(counter_tries.c.last_at <= now - LOCKED)
    )
    await unit.connection.execute(
        delete(counter_visits).where(counter_visits.c.begun_at <= now - VISIT)
    )


async def forget_resident(unit: Unit, resident: ResidentId) -> None:
    """Delete what the counter holds of a resident."""
    for table in (counter_codes, counter_tries, counter_visits):
        await unit.connection.execute(delete(table).where(table.c.resident_id == resident))
