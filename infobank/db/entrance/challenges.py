"""Challenges of passkeys and visits to the city's sign-in: the tables and their statements."""

from datetime import datetime
from typing import Any

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
    update,
)

from infobank.accounts.entrance.challenge import Challenge, CityVisit, Purpose
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId

_GRANTS = "SELECT, INSERT, UPDATE (used_at), DELETE"


def _asked(secret: str) -> list[Column[Any]]:
    return [
        Column(secret, LargeBinary(32), primary_key=True),
        Column("purpose", String(16), nullable=False),
        Column("account_id", Uuid),
        Column("session_hash", LargeBinary(32)),
        Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
        Column("used_at", DateTime(timezone=True)),
    ]


challenges = Table(
    "challenges", records, *_asked("challenge_hash"), info=declare("secret", web=_GRANTS)
)
"""What a passkey's answer must be to; found by the challenge's hash."""

city_visits = Table(
    "city_visits",
    records,
    *_asked("state_hash"),
    Column("browser_hash", LargeBinary(32), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("first_index", LargeBinary(32)),
    Column("second_index", LargeBinary(32)),
    Column("wanted", String, nullable=False),
    info=declare("secret", web=_GRANTS),
)
"""Who left for the city's sign-in; found by the hash of `state` when she comes back."""


async def add(unit: Unit, challenge_hash: bytes, challenge: Challenge) -> None:
    """Keep a challenge."""
    await unit.connection.execute(
        insert(challenges).values(challenge_hash=challenge_hash, **_values(challenge))
    )


async def use(unit: Unit, challenge_hash: bytes, now: datetime) -> Challenge | None:
    """Use a challenge up, whatever comes of it; None when it was used or there is none."""
    used = await unit.connection.execute(
        update(challenges)
        .where(challenges.c.challenge_hash == challenge_hash, challenges.c.used_at.is_(None))
        .values(used_at=now)
        .returning(*challenges.c)
    )
    row = used.first()
    return _challenge(row) if row else None


async def leave(unit: Unit, state_hash: bytes, visit: CityVisit) -> None:
    """Keep that somebody left for the city's sign-in."""
    first, second = visit.halves or (None, None)
    await unit.connection.execute(
        insert(city_visits).values(
            state_hash=state_hash,
            **_values(visit.challenge),
            browser_hash=visit.browser_hash,
            nonce=visit.nonce,
            first_index=first,
            second_index=second,
            wanted=visit.wanted,
        )
    )


async def come_back(unit: Unit, state_hash: bytes, now: datetime) -> CityVisit | None:
    """Use a visit up, whatever comes of it; None when it was used or there is none."""
    used = await unit.connection.execute(
        update(city_visits)
        .where(city_visits.c.state_hash == state_hash, city_visits.c.used_at.is_(None))
        .values(used_at=now)
        .returning(*city_visits.c)
    )
    row = used.first()
    if row is None:
        return None
    halves = (row.first_index, row.second_index) if row.first_index else None
    return CityVisit(_challenge(row), row.browser_hash, row.nonce, halves, row.wanted)


async def forget(unit: Unit, now: datetime) -> None:
    """Delete what can never be answered again."""
    for table in (challenges, city_visits):
        await unit.connection.execute(delete(table).where(table.c.expires_at < now))


def _values(challenge: Challenge) -> dict[str, object]:
    return {
        "purpose": challenge.purpose.value,
        "account_id": challenge.account,
        "session_hash": challenge.session_hash,
        "expires_at": challenge.expires_at,
    }


def _challenge(row: Row[Any]) -> Challenge:
    account = AccountId(row.account_id) if row.account_id else None
    return Challenge(Purpose(row.purpose), row.expires_at, account, row.session_hash)
