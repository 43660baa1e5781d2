"""Letters on their way: the table and its statements."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Row,
    String,
    Table,
    Uuid,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.contact import Channel, Letter, LetterKind
from infobank.db.letters.contacts import contacts
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId

letters = Table(
    "letters",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("letter_id", Uuid, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("month", Date),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False),
    Column("printed_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Index("ix_letters_letter_id", "letter_id"),
    Index(
        "ix_letters_next_attempt_at", "next_attempt_at", postgresql_where=text("sent_at IS NULL")
    ),
    Index(
        "ix_letters_changed",
        "resident_id",
        unique=True,
        postgresql_where=text("kind = 'changed' AND sent_at IS NULL"),
    ),
    Index(
        "ix_letters_month",
        "resident_id",
        "month",
        unique=True,
        postgresql_where=text("month IS NOT NULL"),
    ),
    info=declare("resident", web="SELECT, INSERT, UPDATE, DELETE"),
)
"""A row holds no word of what a letter says: that is written, from what is sealed, as it goes."""

BY_MAIL = (LetterKind.CODE.value, LetterKind.CHANGED.value)

MONTHLY = """
INSERT INTO letters (resident_id, letter_id, kind, month, made_at, next_attempt_at)
SELECT c.resident_id, gen_random_uuid(), 'summary', $1::date, $2::timestamptz, $2::timestamptz
FROM contacts c WHERE c.channel = 'paper'
ON CONFLICT DO NOTHING
RETURNING 1
"""


async def add(unit: Unit, made: Sequence[Letter]) -> None:
    """Put letters on their way; who is to be told that something changed waits for one letter."""
    if made:
        rows = [_row(each) for each in made]
        await unit.connection.execute(upsert(letters).on_conflict_do_nothing(), rows)


async def add_monthly(unit: Unit, month: date, now: datetime) -> int:
    """Queue a month's summary for everybody who has one on paper; return how many are new."""
    return len(await unit.fetch(MONTHLY, month, now))


async def due(unit: Unit, now: datetime, limit: int) -> list[Letter]:
    """Return e-mails to be sent now; locked, and without those another process is at."""
    found = await unit.connection.execute(
        select(letters)
        .where(
            letters.c.sent_at.is_(None),
            letters.c.kind.in_(BY_MAIL),
            letters.c.next_attempt_at <= now,
        )
        .order_by(letters.c.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [to_letter(row) for row in found]


async def codes_since(unit: Unit, resident: ResidentId, since: datetime) -> int:
    """Return how many codes a resident was sent since an instant."""
    found = await unit.connection.execute(
        select(func.count()).where(
            letters.c.resident_id == resident,
            letters.c.kind == LetterKind.CODE.value,
            letters.c.made_at > since,
        )
    )
    return found.scalar_one()


async def waiting_on_paper(unit: Unit, limit: int) -> list[Letter]:
    """Return the letters that the desk has to print and post, oldest first."""
    found = await unit.connection.execute(
        select(letters)
        .where(letters.c.sent_at.is_(None), letters.c.kind == LetterKind.SUMMARY.value)
        .order_by(letters.c.made_at, letters.c.letter_id)
        .limit(limit)
    )
    return [to_letter(row) for row in found]


async def locked(unit: Unit, letter_id: UUID) -> Letter | None:
    """Return a letter on paper that was not posted; nobody else changes it meanwhile."""
    found = await unit.connection.execute(
        select(letters)
        .where(
            letters.c.letter_id == letter_id,
            letters.c.sent_at.is_(None),
            letters.c.kind == LetterKind.SUMMARY.value,
        )
        .with_for_update()
    )
    row = found.first()
    return to_letter(row) if row else None


async def change(unit: Unit, letter: Letter, **values: object) -> None:
    """Note how far a letter has come."""
    await unit.connection.execute(
        update(letters)
        .where(
            letters.c.resident_id == letter.resident,
            letters.c.letter_id == letter.letter_id,
        )
        .values(**values)
    )


async def give_up(unit: Unit, resident: ResidentId, channel: Channel) -> None:
    """Delete the letters of a channel that were not sent."""
    kinds = BY_MAIL if channel is Channel.EMAIL else (LetterKind.SUMMARY.value,)
    await unit.connection.execute(
        delete(letters).where(
            letters.c.resident_id == resident,
            letters.c.kind.in_(kinds),
            letters.c.sent_at.is_(None),
        )
    )


async def forget(unit: Unit, before: datetime) -> None:
    """Delete letters that were sent, or can go nowhere, since before an instant."""
    reached = select(contacts.c.resident_id).where(contacts.c.resident_id == letters.c.resident_id)
    await unit.connection.execute(
        delete(letters).where(
            letters.c.made_at < before, letters.c.sent_at.is_not(None) | ~reached.exists()
        )
    )


def _row(letter: Letter) -> dict[str, object]:
    return {
        "resident_id": letter.resident,
        "letter_id": letter.letter_id,
        "kind": letter.kind.value,
        "month": letter.month,
        "made_at": letter.made_at,
        "next_attempt_at": letter.made_at,
    }


def to_letter(row: Row[Any]) -> Letter:
    """Build the letter a row holds."""
    return Letter(
        letter_id=row.letter_id,
        resident=ResidentId(row.resident_id),
        kind=LetterKind(row.kind),
        made_at=row.made_at,
        month=row.month,
        attempts=row.attempts,
        printed_at=row.printed_at,
        sent_at=row.sent_at,
    )
