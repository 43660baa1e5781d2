"""Which backups were made, and until when each is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, DateTime, String, Table, select
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.metadata import declare, records
from infobank.db.unit import Unit

backups = Table(
    "backups",
    records,
    Column("which", String(8), primary_key=True),
    Column("made_at", DateTime(timezone=True), primary_key=True),
    Column("kept_until", DateTime(timezone=True), nullable=False),
    info=declare("reference", web="SELECT, INSERT"),
)
"""What the command that makes backups told: the archives themselves lie elsewhere."""

NEWEST = 20
"""Backups of one database that are looked at."""


@dataclass(frozen=True)
class Made:
    """One backup: of `which` database, when it was made and until when it is kept."""

    which: str
    made_at: datetime
    kept_until: datetime


async def add(unit: Unit, made: Made) -> None:
    """Note a backup; a second note of the same one changes nothing."""
    await unit.connection.execute(
        upsert(backups)
        .values(which=made.which, made_at=made.made_at, kept_until=made.kept_until)
        .on_conflict_do_nothing()
    )


async def newest(unit: Unit, which: str) -> Sequence[Made]:
    """Return the newest backups of a database, newest first."""
    found = await unit.connection.execute(
        select(backups)
        .where(backups.c.which == which)
        .order_by(backups.c.made_at.desc())
        .limit(NEWEST)
    )
    return [Made(row.which, row.made_at, row.kept_until) for row in found]
