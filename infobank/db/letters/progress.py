"""How far the writing of letters has come: one row for the log, one for the months."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, String, Table, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.accesslog import STORED, KeptEntry, log_entries, to_entry
from infobank.db.letters.contacts import contacts
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit

progress = Table(
    "letter_progress",
    records,
    Column("name", String(8), primary_key=True),
    Column("place", BigInteger, nullable=False),
    info=declare("reference", web="SELECT, INSERT, UPDATE"),
)

LOG = "log"
"""The index of the first entry that was not looked at."""
MONTH = "month"
"""The month, as 12 * year + month - 1, of which no summary was queued yet."""


async def begin(unit: Unit, name: str, place: int) -> None:
    """Begin to count at a place, unless that was begun before."""
    written = upsert(progress).values(name=name, place=place)
    await unit.connection.execute(written.on_conflict_do_nothing())


async def place_of(unit: Unit, name: str) -> int | None:
    """Return a place, locked; None while another process holds it."""
    found = await unit.connection.execute(
        select(progress.c.place).where(progress.c.name == name).with_for_update(skip_locked=True)
    )
    return found.scalar_one_or_none()


async def move(unit: Unit, name: str, place: int) -> None:
    """Note how far it has come."""
    await unit.connection.execute(
        update(progress).where(progress.c.name == name).values(place=place)
    )


async def end_of_log(unit: Unit, first: int, limit: int) -> int:
    """Return the place after at most `limit` entries from `first` on."""
    found = await unit.connection.execute(select(func.max(log_entries.c.log_index)))
    newest = found.scalar_one_or_none()
    return first if newest is None else max(first, min(newest + 1, first + limit))


async def told_of(unit: Unit, first: int, end: int) -> Sequence[KeptEntry]:
    """Return the entries in a stretch of the log about residents who have letters sent to them."""
    found = await unit.connection.execute(
        select(*STORED)
        .where(
            log_entries.c.log_index >= first,
            log_entries.c.log_index < end,
            log_entries.c.resident_id.in_(select(contacts.c.resident_id)),
        )
        .order_by(log_entries.c.log_index)
    )
    return [to_entry(row) for row in found]
