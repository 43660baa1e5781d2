"""Keys that were destroyed, and the log keys of erased residents: statements on the keys' database.

The key service alone connects there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from infobank.db.keys import epochs, escrows, resident_keys
from infobank.db.unit import Unit
from infobank.vault.keyring import WrappedResidentKeys
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Ended:
    """A resident's row once the keys were destroyed: when, under which epoch, what is left.

    `escrow` is the log key as the holders have it, None when they have none.
    """

    at: datetime
    epoch: int
    epoch_begun: datetime
    provision_until: date | None
    log_kept: bool
    escrow: bytes | None


@dataclass(frozen=True)
class Escrow:
    """A log key in escrow: sealed for the holders, until a day, with the version it is of."""

    version: int
    until: date
    sealed: bytes


async def locked(unit: Unit, resident: ResidentId) -> WrappedResidentKeys | None:
    """Return a resident's wrapped keys, which nobody else changes until the unit ends."""
    found = await unit.connection.execute(
        select(resident_keys).where(resident_keys.c.resident_id == resident).with_for_update()
    )
    row = found.first()
    return _wrapped(row) if row else None


async def ended(unit: Unit, resident: ResidentId) -> Ended | None:
    """Return what became of a resident's keys; None while they live."""
    found = await unit.connection.execute(
        select(
            resident_keys.c.erased_at,
            resident_keys.c.erased_epoch,
            epochs.c.begun_at,
            resident_keys.c.provision_until,
            resident_keys.c.wrapped_log.is_not(None).label("log_kept"),
            escrows.c.sealed,
        )
        .join(epochs, epochs.c.epoch == resident_keys.c.erased_epoch)
        .outerjoin(escrows, escrows.c.resident_id == resident_keys.c.resident_id)
        .where(resident_keys.c.resident_id == resident, resident_keys.c.erased_at.is_not(None))
    )
    row = found.first()
    return Ended(*row) if row else None


async def destroy(
    unit: Unit, resident: ResidentId, now: datetime, epoch: int, provision_until: date | None
) -> None:
    """Destroy a resident's data key; the log key too where no provision record needs it."""
    kept = {} if provision_until else {"wrapped_log": None}
    await unit.connection.execute(
        update(resident_keys)
        .where(resident_keys.c.resident_id == resident)
        .values(
            wrapped_data=None,
            erased_at=now,
            erased_epoch=epoch,
            provision_until=provision_until,
            held_version=None,
            held_digest=None,
            next_version=None,
            next_digest=None,
            **kept,
        )
    )


async def give_away(unit: Unit, resident: ResidentId, escrow: Escrow) -> None:
    """Keep a log key in escrow, and let the bank's own copy go."""
    await unit.connection.execute(
        insert(escrows).values(
            resident_id=resident,
            version=escrow.version,
            keep_until=escrow.until,
            sealed=escrow.sealed,
        )
    )
    await unit.connection.execute(
        update(resident_keys)
        .where(resident_keys.c.resident_id == resident)
        .values(wrapped_log=None)
    )


async def escrow_of(unit: Unit, resident: ResidentId) -> Escrow | None:
    """Return an erased resident's log key as it is in escrow."""
    found = await unit.connection.execute(
        select(escrows.c.version, escrows.c.keep_until, escrows.c.sealed).where(
            escrows.c.resident_id == resident
        )
    )
    row = found.first()
    return Escrow(*row) if row else None


async def destroy_log_keys(unit: Unit, today: date) -> int:
    """Destroy log keys whose period ended before today; return how many there were."""
    over = await unit.connection.execute(
        delete(escrows).where(escrows.c.keep_until < today).returning(escrows.c.resident_id)
    )
    given = len(over.all())
    kept = await unit.connection.execute(
        update(resident_keys)
        .where(
            resident_keys.c.erased_at.is_not(None),
            resident_keys.c.wrapped_log.is_not(None),
            resident_keys.c.provision_until < today,
        )
        .values(wrapped_log=None)
        .returning(resident_keys.c.resident_id)
    )
    return given + len(kept.all())


async def waiting_for_holders(
    unit: Unit, limit: int
) -> Sequence[tuple[ResidentId, WrappedResidentKeys, date]]:
    """Return log keys of erased residents that the bank still keeps itself, locked."""
    found = await unit.connection.execute(
        select(resident_keys)
        .where(resident_keys.c.erased_at.is_not(None), resident_keys.c.wrapped_log.is_not(None))
        .order_by(resident_keys.c.resident_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(ResidentId(row.resident_id), _wrapped(row), row.provision_until) for row in found]


def _wrapped(row: Row[Any]) -> WrappedResidentKeys:
    return WrappedResidentKeys(row.version, row.epoch, row.wrapped_data, row.wrapped_log)
