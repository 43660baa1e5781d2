"""Which answers were given: a provider's later askings are judged by them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    delete,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from infobank.consent.answers.budget import Given
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ProviderId, ResidentId

answers_given = Table(
    "answers_given",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("answer_id", Uuid, primary_key=True),
    Column("provider_id", Uuid, nullable=False),
    Column("category", String(64), nullable=False),
    Column("inquiry", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("cuts", ARRAY(Integer), nullable=False),
    Column("apart", Integer, nullable=False),
    Index("ix_answers_given_provider_id", "resident_id", "provider_id", "category"),
    info=declare("resident", web="SELECT, INSERT, DELETE"),
)

TURN = text(
    "SELECT pg_advisory_xact_lock("
    "hashtextextended('infobank/answers/' || :resident || '/' || :provider, 0))"
)
"""One asking at a time of a provider about a resident, over all its consents and tokens."""


async def earlier(
    unit: Unit, resident: ResidentId, provider: ProviderId, category: str, since: date
) -> Sequence[Given]:
    """Return what a provider was answered about a category; nobody adds to it until the unit ends.

    INVARIANT: whoever adds has looked under the same lock, so that two askings at once cannot
    both fit where only one does.
    """
    parties = {"resident": str(resident), "provider": str(provider)}
    await unit.connection.execute(TURN, parties)
    found = await unit.connection.execute(
        select(answers_given).where(
            answers_given.c.resident_id == resident,
            answers_given.c.provider_id == provider,
            answers_given.c.category == category,
            answers_given.c.day >= since,
        )
    )
    return [Given(row.inquiry, row.category, row.day, tuple(row.cuts), row.apart) for row in found]


async def add(
    unit: Unit, resident: ResidentId, provider: ProviderId, answer_id: UUID, given: Given
) -> None:
    """Count an answer as given, before anything is opened for it."""
    await unit.connection.execute(
        insert(answers_given).values(
            resident_id=resident,
            answer_id=answer_id,
            provider_id=provider,
            category=given.category,
            inquiry=given.inquiry,
            day=given.day,
            cuts=list(given.cuts),
            apart=given.apart,
        )
    )


async def take_back(unit: Unit, resident: ResidentId, answer_id: UUID) -> None:
    """Count an answer as not given: its request was refused, and nothing was opened."""
    await unit.connection.execute(
        delete(answers_given).where(
            answers_given.c.resident_id == resident, answers_given.c.answer_id == answer_id
        )
    )
