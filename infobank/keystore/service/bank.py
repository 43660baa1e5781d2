"""Open the bank's own keys, making those that are missing."""

from uuid import UUID

from infobank.db import keys
from infobank.db.unit import Units
from infobank.keystore.roots.contract import RootKeys
from infobank.vault.bankkeys import BankKeys, BankUse
from infobank.vault.envelope import new_key
from infobank.vault.keyring import bank_context
from infobank.vault.secret import Secret


async def open_bank_keys(units: Units, roots: RootKeys, tenant: UUID, epoch: int) -> BankKeys:
    """Return the bank's keys; a use that has none yet gets a random one, durably.

    Raises:
        SealBrokenError: a wrapped key is not what was stored.
        UnavailableError: keystore or database is away.
    """
    kept = await _kept(units)
    missing = [use for use in BankUse if use not in kept]
    if missing:
        async with units() as unit:
            for use in missing:
                wrapped = await roots.wrap(epoch, new_key(), bank_context(tenant, use, epoch))
                await keys.add_bank_key(unit, use, epoch, wrapped)
            await unit.commit()
        kept = await _kept(units)  # another process may have been first
    opened = {}
    for use, (under, wrapped) in kept.items():
        opened[use] = Secret(await roots.unwrap(under, wrapped, bank_context(tenant, use, under)))
    return BankKeys(tenant, opened)


async def _kept(units: Units) -> dict[BankUse, tuple[int, bytes]]:
    async with units() as unit:
        found = await keys.all_bank_keys(unit)
    # Sorted by epoch: the newest wrapping of each use stays.
    return {BankUse(use): (epoch, wrapped) for use, epoch, wrapped in found}
