"""Enrolments: codes on paper that begin a way into an account; the table and its statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Exists,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    delete,
    exists,
    insert,
    select,
    update,
)

from infobank.accounts.account import Account
from infobank.accounts.entrance.enrolment import Enrolment, Opening
from infobank.db.accounts import with_account
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId

enrolments = Table(
    "enrolments",
    records,
    Column("first_index", LargeBinary(32), primary_key=True),
    Column("second_index", LargeBinary(32), primary_key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    Column("opening", String(16), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("usable_from", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
    Column("stopped_at", DateTime(timezone=True)),
    Column("mac", LargeBinary(32), nullable=False),
    info=declare("secret", web="SELECT, INSERT, UPDATE (used_at), UPDATE (stopped_at), DELETE"),
)
"""Found by the keyed indexes of the code's halves; never the code."""

_OPEN = (enrolments.c.used_at.is_(None), enrolments.c.stopped_at.is_(None))


async def add(unit: Unit, enrolment: Enrolment) -> None:
    """Keep an enrolment."""
    first, second = enrolment.halves
    await unit.connection.execute(
        insert(enrolments).values(
            first_index=first,
            second_index=second,
            account_id=enrolment.account.account_id,
            opening=enrolment.opening.value,
            made_at=enrolment.made_at,
            usable_from=enrolment.usable_from,
            expires_at=enrolment.expires_at,
            mac=enrolment.mac,
        )
    )


async def one(unit: Unit, halves: tuple[bytes, bytes]) -> Enrolment | None:
    """Return the enrolment of a code that was neither used nor stopped."""
    first, second = halves
    wanted = (enrolments.c.first_index == first, enrolments.c.second_index == second)
    found = await with_account(unit, enrolments, *wanted, *_OPEN)
    return _enrolment(*found) if found else None


async def use(unit: Unit, halves: tuple[bytes, bytes], now: datetime) -> bool:
    """Use a code up; False when somebody used or stopped it meanwhile."""
    used = await unit.connection.execute(
        update(enrolments)
        .where(
            enrolments.c.first_index == halves[0], enrolments.c.second_index == halves[1], *_OPEN
        )
        .values(used_at=now)
        .returning(enrolments.c.account_id)
    )
    return used.first() is not None


async def recovering(unit: Unit, account: Account, now: datetime) -> Enrolment | None:
    """Return the recovery of an account that waits or counts now; at most one does."""
    wanted = _recovers(account.account_id, now)
    found = await unit.connection.execute(select(enrolments).where(*wanted))
    row = found.first()
    return _enrolment(row, account) if row else None


def recovers(account: AccountId, now: datetime) -> Exists:
    """Return the part of a statement that tells whether a recovery of an account waits."""
    return exists().where(*_recovers(account, now))


def _recovers(account: AccountId, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        enrolments.c.account_id == account,
        enrolments.c.opening == Opening.RECOVERY.value,
        enrolments.c.expires_at > now,
        *_OPEN,
    )


async def stop(unit: Unit, account: AccountId, now: datetime) -> int:
    """Let no code of an account count any more; return how many did."""
    stopped = await unit.connection.execute(
        update(enrolments)
        .where(enrolments.c.account_id == account, *_OPEN)
        .values(stopped_at=now)
        .returning(enrolments.c.first_index)
    )
    return len(stopped.all())


async def forget(unit: Unit, now: datetime) -> None:
    """Delete codes that can never count again."""
    await unit.connection.execute(delete(enrolments).where(enrolments.c.expires_at < now))


def _enrolment(row: Row[Any], account: Account) -> Enrolment:
    return Enrolment(
        halves=(row.first_index, row.second_index),
        account=account,
        opening=Opening(row.opening),
        made_at=row.made_at,
        usable_from=row.usable_from,
        expires_at=row.expires_at,
        mac=row.mac,
    )
