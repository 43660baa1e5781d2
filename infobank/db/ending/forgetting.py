"""What is remembered beside consents, and forgotten once it has been over for long enough."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Table, delete, exists, func, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from infobank.consent.mandate import Mandate
from infobank.db.consent import consents
from infobank.db.consenting.answers import answers_given
from infobank.db.consenting.mandates import mandate_versions, mandates, to_mandate
from infobank.db.consenting.told import ToldKind, told
from infobank.db.ending.erasures import erasures
from infobank.db.ending.holds import holds
from infobank.db.unit import Unit


async def forget_mandates(unit: Unit, ended_before: datetime, limit: int) -> list[Mandate]:
    """Delete mandates that ended before an instant and that no remembered consent names."""
    named = (consents.c.resident_id == mandates.c.resident_id) & (
        consents.c.mandate_id == mandates.c.mandate_id
    )
    rows = await unit.connection.execute(
        select(mandates)
        .where(
            func.least(mandates.c.stopped_at, mandates.c.valid_until) < ended_before,
            ~exists().where(named),
            free(mandates),
        )
        .order_by(mandates.c.resident_id, mandates.c.mandate_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [to_mandate(row) for row in rows]
    names = [(each.resident, each.mandate_id) for each in found]
    for table in (mandates, mandate_versions):
        await _delete(unit, table, "mandate_id", names)
    return found


async def forget_told(unit: Unit, told_before: datetime, now: datetime, limit: int) -> int:
    """Delete what residents were told before an instant; return how much it was.

    INVARIANT: that a provider fell inside a mandate stays while the mandate lives, so that
    nobody is told it twice.
    """
    lives = exists().where(
        mandates.c.resident_id == told.c.resident_id,
        mandates.c.mandate_id == told.c.mandate_id,
        mandates.c.stopped_at.is_(None),
        mandates.c.valid_until > now,
    )
    rows = await unit.connection.execute(
        select(told.c.resident_id, told.c.told_id)
        .where(
            told.c.made_at < told_before,
            or_(told.c.kind != ToldKind.PROVIDER_INSIDE.value, ~lives),
            free(told),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await _delete(unit, told, "told_id", [tuple(row) for row in rows])


async def forget_answers(unit: Unit, given_before: date, limit: int) -> int:
    """Delete that answers were given before a day; return how many they were."""
    rows = await unit.connection.execute(
        select(answers_given.c.resident_id, answers_given.c.answer_id)
        .where(answers_given.c.day < given_before, free(answers_given))
        .limit(limit)
    )
    return await _delete(unit, answers_given, "answer_id", [tuple(row) for row in rows])


def free(table: Table) -> ColumnElement[bool]:
    """Return that no legal hold keeps a row's resident, and no erasure deletes her rows anyway."""
    held = (holds.c.resident_id == table.c.resident_id) & holds.c.released_by_2.is_(None)
    erased = erasures.c.resident_id == table.c.resident_id
    return ~exists().where(held) & ~exists().where(erased)


async def _delete(unit: Unit, table: Table, name: str, found: Sequence[tuple[object, ...]]) -> int:
    if found:
        place = tuple_(table.c.resident_id, table.c[name])
        await unit.connection.execute(delete(table).where(place.in_(found)))
    return len(found)
