"""Proxies: who may act for a resident; the table and its statements."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from infobank.accounts.proxy import Proxy, Scope
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId, ResidentId

proxies = Table(
    "proxies",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("proxy_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    Column("scopes", ARRAY(String), nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
    Column("valid_until", DateTime(timezone=True), nullable=False),
    Column("given_by", String(16), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("sealed_label", LargeBinary, nullable=False),
    info=declare(
        "resident", web="SELECT, INSERT, UPDATE (ended_at), UPDATE (sealed_label), DELETE"
    ),
)
"""`resident_id` is who is acted for; `account_id` is how the proxy signs in."""

_MAJORITY: ColumnElement[datetime | None] = literal_column(
    "(SELECT r.of_age_from FROM residents r WHERE r.resident_id = proxies.resident_id)"
).label("of_age_from")
_COLUMNS = (*proxies.c, _MAJORITY)


async def add(unit: Unit, proxy: Proxy, sealed_label: bytes) -> None:
    """Keep a proxy; its label is stored sealed."""
    await unit.connection.execute(
        insert(proxies).values(
            resident_id=proxy.resident,
            proxy_id=proxy.proxy_id,
            account_id=proxy.account,
            scopes=sorted(scope.value for scope in proxy.scopes),
            given_at=proxy.given_at,
            valid_until=proxy.valid_until,
            given_by=proxy.given_by,
            sealed_label=sealed_label,
        )
    )


async def of_account(unit: Unit, account: AccountId) -> list[tuple[Proxy, bytes]]:
    """Return every proxy an account holds or held, newest first, each with its sealed label."""
    found = await unit.connection.execute(
        select(*_COLUMNS)
        .where(proxies.c.account_id == account)
        .order_by(proxies.c.given_at.desc(), proxies.c.proxy_id)
    )
    return [(to_proxy(row), row.sealed_label) for row in found]


async def held_by(unit: Unit, resident: ResidentId) -> list[tuple[Proxy, bytes]]:
    """Return every proxy that a resident's accounts hold or held, each with its sealed label."""
    own = text("account_id IN (SELECT account_id FROM accounts WHERE resident_id = :resident)")
    found = await unit.connection.execute(select(*_COLUMNS).where(own), {"resident": resident})
    return [(to_proxy(row), row.sealed_label) for row in found]


async def relabel(unit: Unit, proxy: Proxy, sealed_label: bytes) -> None:
    """Keep a proxy's label as it was sealed anew."""
    await unit.connection.execute(
        update(proxies)
        .where(proxies.c.resident_id == proxy.resident, proxies.c.proxy_id == proxy.proxy_id)
        .values(sealed_label=sealed_label)
    )


async def one(unit: Unit, resident: ResidentId, proxy_id: UUID, account: AccountId) -> Proxy | None:
    """Return the proxy an account holds for a resident, whether it still counts or not."""
    found = await unit.connection.execute(
        select(*_COLUMNS).where(
            proxies.c.resident_id == resident,
            proxies.c.proxy_id == proxy_id,
            proxies.c.account_id == account,
        )
    )
    row = found.first()
    return to_proxy(row) if row else None


async def end_all(unit: Unit, resident: ResidentId, now: datetime) -> None:
    """End every proxy for a resident."""
    await unit.connection.execute(
        update(proxies)
        .where(proxies.c.resident_id == resident, proxies.c.ended_at.is_(None))
        .values(ended_at=now)
    )


async def end(unit: Unit, proxy_id: UUID, now: datetime) -> Proxy | None:
    """End a proxy; None when there is none or it has ended."""
    found = await unit.connection.execute(
        update(proxies)
        .where(proxies.c.proxy_id == proxy_id, proxies.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(*_COLUMNS)
    )
    row = found.first()
    return to_proxy(row) if row else None


async def acting_for(unit: Unit, resident: ResidentId) -> list[Proxy]:
    """Return every proxy for a resident, newest first; nobody else ends one meanwhile."""
    found = await unit.connection.execute(
        select(*_COLUMNS)
        .where(proxies.c.resident_id == resident)
        .order_by(proxies.c.given_at.desc(), proxies.c.proxy_id)
        .with_for_update()
    )
    return [to_proxy(row) for row in found]


async def hand_over(unit: Unit, now: datetime) -> list[Proxy]:
    """End each proxy whose resident came of age after it was given; return those it ended."""
    came = text(
        "EXISTS (SELECT FROM residents r WHERE r.resident_id = proxies.resident_id"
        " AND r.of_age_from > proxies.given_at AND r.of_age_from <= :now)"
    ).bindparams(now=now)
    ended = await unit.connection.execute(
        update(proxies)
        .where(came, proxies.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(*_COLUMNS)
    )
    return [to_proxy(row) for row in ended]


def to_proxy(row: Row[Any]) -> Proxy:
    """Build the proxy a row holds, without its label."""
    return Proxy(
        proxy_id=row.proxy_id,
        resident=ResidentId(row.resident_id),
        account=AccountId(row.account_id),
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        given_at=row.given_at,
        valid_until=row.valid_until,
        given_by=row.given_by,
        ended_at=row.ended_at,
        majority=row.of_age_from,
    )
