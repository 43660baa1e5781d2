"""Sessions: the table and its statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    delete,
    insert,
    select,
    update,
)

from infobank.accounts.entrance.device import Browser, Device, Machine
from infobank.accounts.entrance.session import Arrival, Session, Way
from infobank.db.accounts import with_account
from infobank.db.metadata import declare, records
from infobank.db.rights import proxies
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId, ResidentId

sessions = Table(
    "sessions",
    records,
    Column("session_hash", LargeBinary(32), primary_key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("ended_at", DateTime(timezone=True)),
    Column("ward_id", Uuid),
    Column("proxy_id", Uuid),
    Column("session_id", Uuid, nullable=False, unique=True),
    Column("way", String(16), nullable=False),
    Column("browser", String(16), nullable=False),
    Column("machine", String(16), nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("proven_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    info=declare("secret", web="SELECT, INSERT, UPDATE, DELETE"),
)
"""`ward_id` and `proxy_id` say for whom the person acts in this session, when not for herself."""


MOST_LISTED = 50
"""Sessions of one account that are listed, those used last; all others end with one button."""


async def add(unit: Unit, session_hash: bytes, session: Session, mac: bytes) -> None:
    """Begin a session, known by the hash of its cookie."""
    arrival = session.arrival
    await unit.connection.execute(
        insert(sessions).values(
            session_hash=session_hash,
            session_id=arrival.session_id,
            account_id=session.account.account_id,
            csrf=session.csrf,
            way=arrival.way.value,
            browser=arrival.device.browser.value,
            machine=arrival.device.machine.value,
            begun_at=arrival.begun_at,
            proven_at=arrival.proven_at,
            used_at=arrival.used_at,
            expires_at=session.expires_at,
            mac=mac,
        )
    )


async def one(unit: Unit, session_hash: bytes) -> tuple[Session, bytes] | None:
    """Return a session that was not ended, with its mark; whether it counts is not asked here."""
    found = await with_account(
        unit, sessions, sessions.c.session_hash == session_hash, sessions.c.ended_at.is_(None)
    )
    if found is None:
        return None
    row, account = found
    session = Session(account, row.csrf, row.expires_at, _arrival(row))
    if row.ward_id is None:
        return session, row.mac
    proxy = await proxies.one(
        unit, ResidentId(row.ward_id), row.proxy_id, AccountId(row.account_id)
    )
    if proxy is None:  # INVARIANT: who acted for another never acts as herself by losing that.
        return None
    return Session(account, row.csrf, row.expires_at, _arrival(row), proxy), row.mac


async def change(unit: Unit, session_hash: bytes, session: Session, mac: bytes) -> None:
    """Keep when a session was proven last, and for whom its person acts from now on."""
    proxy = session.proxy
    await unit.connection.execute(
        update(sessions)
        .where(sessions.c.session_hash == session_hash)
        .values(
            proven_at=session.arrival.proven_at,
            ward_id=proxy.resident if proxy else None,
            proxy_id=proxy.proxy_id if proxy else None,
            mac=mac,
        )
    )


async def touch(unit: Unit, session_hash: bytes, now: datetime) -> None:
    """Note that a session is in use."""
    await unit.connection.execute(
        update(sessions).where(sessions.c.session_hash == session_hash).values(used_at=now)
    )


async def of_account(unit: Unit, account: AccountId, now: datetime) -> Sequence[Arrival]:
    """Return how sessions of an account began that were not ended and are not over."""
    found = await unit.connection.execute(
        select(sessions)
        .where(
            sessions.c.account_id == account,
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > now,
        )
        .order_by(sessions.c.used_at.desc(), sessions.c.session_id)
        .limit(MOST_LISTED)
    )
    return [_arrival(row) for row in found]


async def end(unit: Unit, session_hash: bytes, now: datetime) -> None:
    """End the session of a cookie."""
    await unit.connection.execute(
        update(sessions).where(sessions.c.session_hash == session_hash).values(ended_at=now)
    )


async def end_one(unit: Unit, account: AccountId, session_id: UUID, now: datetime) -> bool:
    """End one session of an account; False when it has none of that name."""
    ended = await unit.connection.execute(
        update(sessions)
        .where(
            sessions.c.account_id == account,
            sessions.c.session_id == session_id,
            sessions.c.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(sessions.c.session_id)
    )
    return ended.first() is not None


async def end_all(unit: Unit, account: AccountId, now: datetime, *, but: UUID | None = None) -> int:
    """End every session of an account, but for one; return how many ended."""
    ended = await unit.connection.execute(
        update(sessions)
        .where(
            sessions.c.account_id == account,
            sessions.c.ended_at.is_(None),
            sessions.c.session_id.is_distinct_from(but),
        )
        .values(ended_at=now)
        .returning(sessions.c.session_id)
    )
    return len(ended.all())


async def forget(unit: Unit, now: datetime) -> None:
    """Delete sessions that are over."""
    await unit.connection.execute(delete(sessions).where(sessions.c.expires_at < now))


def _arrival(row: Row[Any]) -> Arrival:
    return Arrival(
        session_id=row.session_id,
        way=Way(row.way),
        device=Device(Browser(row.browser), Machine(row.machine)),
        begun_at=row.begun_at,
        proven_at=row.proven_at,
        used_at=row.used_at,
    )
