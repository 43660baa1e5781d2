"""Links to the city's own sign-in: the table and its statements."""

from typing import Any

from sqlalchemy import Column, DateTime, LargeBinary, Row, Table, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.account import Account
from infobank.accounts.entrance.link import CityLink
from infobank.db.accounts import with_account
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId

city_links = Table(
    "city_links",
    records,
    Column("subject_index", LargeBinary(32), primary_key=True),
    Column("account_id", Uuid, nullable=False, unique=True),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    info=declare("secret", web="SELECT, INSERT, DELETE"),
)
"""From the keyed index of issuer and subject to the account; never the subject."""


async def add(unit: Unit, link: CityLink) -> bool:
    """Keep a link; False when that person, or that account, is linked already."""
    added = await unit.connection.execute(
        upsert(city_links)
        .values(
            subject_index=link.subject_index,
            account_id=link.account.account_id,
            made_at=link.made_at,
            mac=link.mac,
        )
        .on_conflict_do_nothing()
        .returning(city_links.c.account_id)
    )
    return added.first() is not None


async def one(unit: Unit, subject_index: bytes) -> CityLink | None:
    """Return the link of a person at the city, with its account as it stands now."""
    found = await with_account(unit, city_links, city_links.c.subject_index == subject_index)
    return _link(*found) if found else None


async def of_account(unit: Unit, account: Account) -> CityLink | None:
    """Return the link of an account."""
    found = await unit.connection.execute(
        select(city_links).where(city_links.c.account_id == account.account_id)
    )
    row = found.first()
    return _link(row, account) if row else None


async def remove(unit: Unit, account: AccountId) -> bool:
    """Delete an account's link; False when it has none."""
    removed = await unit.connection.execute(
        delete(city_links)
        .where(city_links.c.account_id == account)
        .returning(city_links.c.account_id)
    )
    return removed.first() is not None


def _link(row: Row[Any], account: Account) -> CityLink:
    return CityLink(row.subject_index, account, row.made_at, row.mac)
