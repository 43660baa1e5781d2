"""What a resident is told about her mandates, until she has seen it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Row, String, Table, Uuid, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ConsentId, MandateId, ProviderId, ResidentId


class ToldKind(StrEnum):
    """What a resident is told."""

    ANSWERED = "answered"
    """The bank said yes to a request for her: a consent was given under her mandate."""
    PROVIDER_INSIDE = "provider_inside"
    """A provider that was not there when she gave it falls inside her mandate."""


@dataclass(frozen=True)
class Told:
    """One thing a resident is told."""

    told_id: UUID
    resident: ResidentId
    kind: ToldKind
    mandate: MandateId
    provider: ProviderId
    made_at: datetime
    consent: ConsentId | None = None
    seen_at: datetime | None = None


told = Table(
    "told",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("told_id", Uuid, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("mandate_id", Uuid, nullable=False),
    Column("provider_id", Uuid, nullable=False),
    Column("consent_id", Uuid),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True)),
    Index(
        "ix_told_provider_inside",
        "resident_id",
        "mandate_id",
        "provider_id",
        unique=True,
        postgresql_where=text("kind = 'provider_inside'"),
    ),
    info=declare("resident", web="SELECT, INSERT, UPDATE, DELETE"),
)

UNTOLD = """
SELECT m.resident_id, m.mandate_id FROM mandates m
WHERE m.purpose_group = $1 AND m.mode = $2 AND m.stopped_at IS NULL
    AND m.valid_from <= $3::timestamptz AND m.valid_until > $3::timestamptz
    AND $4::text = ANY (m.classes) AND m.categories::text[] && $5::text[]
    AND $6::uuid <> ALL (m.inside)
    AND NOT EXISTS (
        SELECT FROM told t
        WHERE t.resident_id = m.resident_id AND t.mandate_id = m.mandate_id
            AND t.provider_id = $6 AND t.kind = 'provider_inside'
    )
ORDER BY m.resident_id, m.mandate_id
LIMIT $7
"""


async def add(unit: Unit, made: Sequence[Told]) -> list[Told]:
    """Tell residents something, and return what is new to them.

    Nobody is told twice that a provider fell inside a mandate.
    """
    if not made:
        return []
    kept = upsert(told).on_conflict_do_nothing().returning(told.c.told_id)
    found = await unit.connection.execute(kept, [_row(each) for each in made])
    new = set(found.scalars())
    return [each for each in made if each.told_id in new]


async def of_resident(unit: Unit, resident: ResidentId, limit: int | None = None) -> list[Told]:
    """Return what a resident was told, newest first."""
    found = await unit.connection.execute(
        select(told)
        .where(told.c.resident_id == resident)
        .order_by(told.c.made_at.desc(), told.c.told_id)
        .limit(limit)
    )
    return [_told(row) for row in found]


async def see(unit: Unit, resident: ResidentId, told_id: UUID, now: datetime) -> bool:
    """Note that a resident saw something; False when it was not said to her."""
    query = (told.c.resident_id == resident) & (told.c.told_id == told_id)
    found = await unit.connection.execute(select(told.c.told_id).where(query))
    await unit.connection.execute(
        update(told).where(query, told.c.seen_at.is_(None)).values(seen_at=now)
    )
    return found.first() is not None


async def untold(
    unit: Unit,
    conditions: tuple[str, str, str, Sequence[str]],
    provider: ProviderId,
    now: datetime,
    limit: int,
) -> list[tuple[ResidentId, MandateId]]:
    """Return live mandates that a provider fell inside after they were given, untold as yet.

    `conditions` are a class of purposes, a mode, the provider's class, and the categories of
    which a mandate must hold one.
    """
    group, mode, recipient_class, categories = conditions
    rows = await unit.fetch(
        UNTOLD, group, mode, now, recipient_class, list(categories), provider, limit
    )
    return [(ResidentId(row.resident_id), MandateId(row.mandate_id)) for row in rows]


def _row(each: Told) -> dict[str, object]:
    return {
        "resident_id": each.resident,
        "told_id": each.told_id,
        "kind": each.kind.value,
        "mandate_id": each.mandate,
        "provider_id": each.provider,
        "consent_id": each.consent,
        "made_at": each.made_at,
        "seen_at": each.seen_at,
    }


def _told(row: Row[Any]) -> Told:
    return Told(
        told_id=row.told_id,
        resident=ResidentId(row.resident_id),
        kind=ToldKind(row.kind),
        mandate=MandateId(row.mandate_id),
        provider=ProviderId(row.provider_id),
        made_at=row.made_at,
        consent=ConsentId(row.consent_id) if row.consent_id else None,
        seen_at=row.seen_at,
    )
