"""How residents are told of things outside the portal: the table and its statements."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    delete,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.contact import Channel, Contact, Matter
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId

contacts = Table(
    "contacts",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("channel", String(8), primary_key=True),
    Column("matters", ARRAY(String), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("tries", Integer, nullable=False),
    Column("known", ARRAY(Uuid), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    info=declare("resident", web="SELECT, INSERT, UPDATE, DELETE"),
)


async def of_resident(unit: Unit, resident: ResidentId) -> list[Contact]:
    """Return a resident's channels; nobody else changes them until the unit ends."""
    return await of_residents(unit, [resident])


async def of_residents(unit: Unit, wanted: Sequence[ResidentId]) -> list[Contact]:
    """Return the channels of residents; nobody else changes them until the unit ends."""
    found = await unit.connection.execute(
        select(contacts)
        .where(contacts.c.resident_id.in_(wanted))
        .order_by(contacts.c.resident_id, contacts.c.channel)
        .with_for_update()
    )
    return [_contact(row) for row in found]


async def keep(unit: Unit, contact: Contact) -> None:
    """Keep a channel as it is now, in place of what it was."""
    values = {
        "matters": sorted(contact.matters),
        "confirmed_at": contact.confirmed_at,
        "tries": contact.tries,
        "known": sorted(contact.known),
        "sealed": contact.sealed,
    }
    place = {"resident_id": contact.resident, "channel": contact.channel.value}
    written = upsert(contacts).values(**place, **values)
    await unit.connection.execute(
        written.on_conflict_do_update(index_elements=[*place], set_=values)
    )


async def remove(unit: Unit, resident: ResidentId, channel: Channel) -> bool:
    """Delete a channel; False when there is none."""
    gone = await unit.connection.execute(
        delete(contacts)
        .where(contacts.c.resident_id == resident, contacts.c.channel == channel.value)
        .returning(contacts.c.channel)
    )
    return gone.first() is not None


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        resident=ResidentId(row.resident_id),
        channel=Channel(row.channel),
        matters=frozenset(Matter(matter) for matter in row.matters),
        sealed=row.sealed,
        confirmed_at=row.confirmed_at,
        tries=row.tries,
        known=frozenset(row.known),
    )
