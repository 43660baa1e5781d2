"""Look at every resident's keys for the caretaker, and know who does not exist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from infobank.db import keys
from infobank.db.keys import KeptKeys
from infobank.db.rotation.rewrapping import residents_after
from infobank.db.unit import Units
from infobank.keystore.service.shards import Shards
from infobank.usecases.vault.keyservice import OpenedResident
from infobank.vault.bankkeys import BankKeys
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.keyring import ResidentKeys
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Survey:
    """Do what `infobank.usecases.custody.caretaker.Caretaker` promises, in this process."""

    units: Units
    shards: Shards
    bank: BankKeys

    async def residents(self, after: UUID, limit: int) -> list[ResidentId]:
        """Return who has keys, in order."""
        return await residents_after(self.units.direct, after, limit)

    async def survey(
        self, residents: Sequence[ResidentId]
    ) -> dict[ResidentId, OpenedResident | None]:
        """Open what may be known of residents; None where a wrapped key is broken."""
        kept = await keys.kept_keys(self.units.direct, residents)
        return {resident: await self._opened(resident, row) for resident, row in kept.items()}

    async def add_decoys(self, residents: Sequence[ResidentId]) -> None:
        """Note residents as decoys."""
        async with self.units() as unit:
            await keys.add_decoys(unit, self.bank.decoy_markers(residents))
            await unit.commit()

    async def _opened(self, resident: ResidentId, row: KeptKeys) -> OpenedResident | None:
        try:
            with await self.shards.open_keys(resident, row.wrapped) as found:
                return knowable(found, row)
        except SealBrokenError:
            return None


def knowable(found: ResidentKeys, row: KeptKeys) -> OpenedResident:
    """Return what may be known of a resident: nothing of one who was erased, whatever is kept."""
    if row.erased_at is not None:
        return OpenedResident(row.wrapped.version, (None, None, None), row.held, row.following)

    def or_none(key: Callable[[], bytes]) -> bytes | None:
        try:
            return key()
        except KeyMissingError:
            return None

    material = (
        or_none(found.log_key),
        or_none(found.manifest_key),
        or_none(found.manifest_tag_key),
    )
    return OpenedResident(row.wrapped.version, material, row.held, row.following)
