"""Look at the lives of the root keys and at the backups of what they wrap, never at a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from infobank.db.recovery import backups
from infobank.db.recovery.backups import Made
from infobank.db.rotation.epochs import EpochLife
from infobank.db.unit import Units
from infobank.usecases.vault.keyservice import KeyService


@dataclass(frozen=True)
class Rings:
    """The epochs, oldest first, and the newest backups of the keys, newest first."""

    epochs: Sequence[EpochLife]
    backups: Sequence[Made]

    @property
    def verified_at(self) -> datetime | None:
        """When a backup of the keys was last restored and opened."""
        known = (each.verified_at for each in self.epochs)
        return max((at for at in known if at is not None), default=None)


@dataclass(frozen=True)
class ReviewKeys:
    """Tell how replacing the root key goes on, in times and counts."""

    units: Units
    keyservice: KeyService

    async def __call__(self) -> Rings:
        """Return what may be told of the keys."""
        epochs = await self.keyservice.epochs()
        async with self.units() as unit:
            made = await backups.newest(unit, "keys")
        return Rings(epochs, made)
