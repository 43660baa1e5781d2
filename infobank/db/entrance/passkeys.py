"""Passkeys: the table and its statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    LargeBinary,
    Row,
    String,
    Table,
    Uuid,
    and_,
    delete,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.account import Account
from infobank.accounts.entrance.passkey import Holder, Passkey
from infobank.db.accounts import with_account
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId

passkeys = Table(
    "passkeys",
    records,
    Column("credential_id", LargeBinary, primary_key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    Column("holder", String(16), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    info=declare("secret", web="SELECT, INSERT, UPDATE (sign_count), UPDATE (used_at), DELETE"),
)
"""Found by what the device shows; nothing in a row names anybody or opens anything."""


async def add(unit: Unit, passkey: Passkey) -> bool:
    """Keep a new passkey; False when there is one of its identifier."""
    added = await unit.connection.execute(
        upsert(passkeys)
        .values(
            credential_id=passkey.credential_id,
            account_id=passkey.account.account_id,
            holder=passkey.holder.value,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            made_at=passkey.made_at,
            used_at=passkey.used_at,
            mac=passkey.mac,
        )
        .on_conflict_do_nothing()
        .returning(passkeys.c.credential_id)
    )
    return added.first() is not None


async def one(unit: Unit, credential_id: bytes) -> Passkey | None:
    """Return the passkey of an identifier, with its account as it stands now."""
    found = await with_account(unit, passkeys, passkeys.c.credential_id == credential_id)
    return _passkey(*found) if found else None


async def of_account(unit: Unit, account: Account) -> Sequence[Passkey]:
    """Return an account's passkeys, oldest first."""
    found = await unit.connection.execute(
        select(passkeys)
        .where(passkeys.c.account_id == account.account_id)
        .order_by(passkeys.c.made_at, passkeys.c.credential_id)
    )
    return [_passkey(row, account) for row in found]


async def locked(unit: Unit, account: AccountId) -> Sequence[bytes]:
    """Return the identifiers of an account's passkeys; nobody else changes them meanwhile."""
    found = await unit.connection.execute(
        select(passkeys.c.credential_id)
        .where(passkeys.c.account_id == account)
        .order_by(passkeys.c.credential_id)
        .with_for_update()
    )
    return [row.credential_id for row in found]


async def use(unit: Unit, credential_id: bytes, sign_count: int, now: datetime) -> bool:
    """Note that a passkey was shown; False when its counter has meanwhile gone further.

    INVARIANT: one statement looks and writes, so of two copies shown at once one is refused.
    """
    went_on = or_(
        passkeys.c.sign_count < sign_count,
        and_(passkeys.c.sign_count == 0, literal(sign_count) == 0),
    )
    used = await unit.connection.execute(
        update(passkeys)
        .where(passkeys.c.credential_id == credential_id, went_on)
        .values(sign_count=sign_count, used_at=now)
        .returning(passkeys.c.credential_id)
    )
    return used.first() is not None


async def remove(unit: Unit, account: AccountId, credential_id: bytes) -> bool:
    """Delete one of an account's passkeys; False when it has none of that identifier."""
    removed = await unit.connection.execute(
        delete(passkeys)
        .where(passkeys.c.account_id == account, passkeys.c.credential_id == credential_id)
        .returning(passkeys.c.credential_id)
    )
    return removed.first() is not None


async def remove_all(unit: Unit, account: AccountId) -> int:
    """Delete every passkey of an account; return how many there were."""
    removed = await unit.connection.execute(
        delete(passkeys).where(passkeys.c.account_id == account).returning(passkeys.c.credential_id)
    )
    return len(removed.all())


def _passkey(row: Row[Any], account: Account) -> Passkey:
    return Passkey(
        credential_id=row.credential_id,
        account=account,
        holder=Holder(row.holder),
        public_key=row.public_key,
        sign_count=row.sign_count,
        made_at=row.made_at,
        used_at=row.used_at,
        mac=row.mac,
    )
