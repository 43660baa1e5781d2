"""End an epoch: from then on no older backup of the key table opens anything."""

from dataclasses import dataclass
from uuid import UUID

from infobank.clock import Clock
from infobank.db import keys
from infobank.db.rotation import epochs
from infobank.db.rotation.epochs import Epoch
from infobank.db.unit import Units
from infobank.errors import ConflictError
from infobank.keystore.roots.contract import RootKeys
from infobank.keystore.rotation.copies import Copy
from infobank.keystore.rotation.rotate import epoch_entry
from infobank.keystore.service.journal import Journal
from infobank.vault.bankkeys import BankUse


@dataclass(frozen=True)
class EndEpoch:
    """Destroy the root key that nothing hangs from any more, and what it wrapped.

    `verify` comes first: it is shown a fresh backup of the keys' database, restored.
    """

    units: Units
    roots: RootKeys
    journal: Journal
    tenant: UUID
    clock: Clock

    async def verify(self, restored: Units) -> int:
        """Accept a restored backup without the old epoch; return how many residents it opens.

        Raises:
            ConflictError: it was made before the epoch was left, or something in it still
                hangs from the epoch.
            KeyMissingError, SealBrokenError: something in it does not open.
        """
        async with epochs.alone(self.units):
            ended = await self._left()
            copy = Copy(restored, self.roots, self.tenant)
            try:
                opened = await _check(copy, ended)
            finally:
                copy.wipe()
            async with self.units() as unit:
                await epochs.note_verified(unit, ended.number, self.clock.now())
                await unit.commit()
        return opened

    async def __call__(self) -> int:
        """Destroy the old root key; return its epoch.  Each step may be cut off and come again.

        Raises:
            ConflictError: no epoch waits for its end, or no fresh backup was verified.
            UnavailableError: a database or the keystore is away; to go on, run it again.
        """
        async with epochs.alone(self.units):
            ended = await self._left()
            if ended.verified_at is None:
                raise ConflictError(
                    "no backup made since the rotation was verified: give a fresh one of the keys"
                    " with --backup and --identity"
                )
            await self._check_bank(ended.number)
            await self.roots.destroy_epoch(ended.number)
            async with self.units() as unit:
                await epochs.forget_wrapped(unit, ended.number)
                await unit.commit()
            await self.journal.note(epoch_entry("destroyed", ended.number, self.clock.now()))
            async with self.units() as unit:
                await epochs.note_destroyed(unit, ended.number, self.clock.now())
                await unit.commit()
        return ended.number

    async def _left(self) -> Epoch:
        """Return the epoch that waits for its end."""
        living = await epochs.living_epochs(self.units.direct)
        if len(living) < 2:  # noqa: PLR2004 - the one that ends, and the one that follows it
            raise ConflictError("only one epoch lives; infobank keys rotate begins the next")
        older = living[0]
        if older.rewrapped_at is None:
            raise ConflictError(
                f"keys still hang from epoch {older.number}; infobank keys rotate goes on"
            )
        return older

    async def _check_bank(self, ended: int) -> None:
        async with self.units() as unit:
            kept = await keys.all_bank_keys(unit)
        if {use for use, epoch, _ in kept if epoch > ended} != {use.value for use in BankUse}:
            raise ConflictError(f"a key of the bank hangs from epoch {ended} alone")


async def _check(copy: Copy, ended: Epoch) -> int:
    found = {each.number: each for each in await epochs.living_epochs(copy.units.direct)}
    theirs = found.get(ended.number)
    # The same instant, and not only a later one: so it is a backup of this very database.
    if theirs is None or theirs.rewrapped_at != ended.rewrapped_at:
        raise ConflictError("the backup was made before the rotation ended; make a fresh one")
    uses = {use for use, epoch in await copy.open_bank() if epoch > ended.number}
    if uses != set(BankUse):
        raise ConflictError(f"a key of the bank hangs from epoch {ended.number} alone")
    opened = 0
    async for row in copy.rows():
        if row[1].epoch <= ended.number:
            raise ConflictError("the backup holds keys that hang from the epoch to be ended")
        (await copy.keys_of(row)).wipe()
        opened += 1
    return opened
