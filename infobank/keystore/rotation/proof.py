"""Prove on restored backups that who was erased is dead, and that the others live."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from infobank.db import vault
from infobank.db.keys import NOTHING
from infobank.db.rotation import rewrapping
from infobank.db.rotation.rewrapping import Wrapped
from infobank.db.unit import Units
from infobank.entropy import Entropy
from infobank.keystore.rotation.copies import Copy
from infobank.usecases.vault.keyservice import OpenedResident
from infobank.usecases.vault.shelf import Shelf, open_shelves
from infobank.vault.envelope import digest
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.keyring import ResidentKeys
from infobank.vault.manifest import ManifestState
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies

TRIES = 10
"""Draws for each resident of the sample: some never deposited, some are newer than the data."""

AT_ONCE = 64
"""Rows of keys that are read at a time on the way from a drawn place to somebody new."""


class Fate(StrEnum):
    """What becomes of a resident's data key in a restored backup."""

    NEVER_THERE = "no key of this resident is in the backup"
    ROW_ERASED = "the data key is not in the backup"
    EPOCH_DESTROYED = "the root key that the data key hangs from is destroyed"
    BROKEN = "the wrapped key is not what was stored"
    ALIVE = "the data key opens"

    @property
    def dead(self) -> bool:
        """Tell whether nothing of the resident's records can be opened."""
        return self in {Fate.NEVER_THERE, Fate.ROW_ERASED, Fate.EPOCH_DESTROYED}


@dataclass(frozen=True)
class Proven:
    """What was found: the fate of each erased resident, and the sample of others.

    `living` counts the records that were opened of each other resident; `lost` names
    those of whom something did not open, with what their key came to.
    """

    erased: Mapping[ResidentId, Fate]
    living: Mapping[ResidentId, int]
    lost: Mapping[ResidentId, Fate]

    @property
    def holds(self) -> bool:
        """Tell whether all that were erased are dead, and all others that were tried live."""
        dead = all(fate.dead for fate in self.erased.values())
        return dead and bool(self.living) and not self.lost


@dataclass(frozen=True)
class EraseProof:
    """Open what opens of restored keys and restored records, with the root keys of today."""

    keys: Copy
    records: Units
    policies: Policies
    entropy: Entropy

    async def __call__(self, erased: Sequence[ResidentId], sample: int) -> Proven:
        """Try the keys of erased residents, and every record of a sample of others.

        Raises:
            UnavailableError: a restored database or the keystore is away.
        """
        fates = {resident: await self._fate(resident) for resident in erased}
        living: dict[ResidentId, int] = {}
        lost: dict[ResidentId, Fate] = {}
        tried = set(erased)
        for _ in range(TRIES * sample):
            row = await self._somebody(tried)
            if row is None or len(living) + len(lost) >= sample:
                break
            resident = ResidentId(row[0])
            tried.add(resident)
            if row[1].data is None:
                continue
            fate, opened = await self._everything(row)
            if fate is not Fate.ALIVE:
                lost[resident] = fate
            elif opened:
                living[resident] = opened
        return Proven(fates, living, lost)

    async def _somebody(self, tried: AbstractSet[ResidentId]) -> Wrapped | None:
        """Return the keys of who follows a drawn place and was not tried; None after all were."""
        place = UUID(bytes=self.entropy.bytes(16))
        for after in (place, rewrapping.FIRST):
            while found := await rewrapping.wrapped_after(self.keys.units.direct, after, AT_ONCE):
                new = next((row for row in found if row[0] not in tried), None)
                if new is not None:
                    return new
                after = found[-1][0]  # noqa: PLW2901 - on from where the last reading ended
        return None

    async def _fate(self, resident: ResidentId) -> Fate:
        before = UUID(int=resident.int - 1)
        found = await rewrapping.wrapped_after(self.keys.units.direct, before, 1)
        if not found or found[0][0] != resident:
            return Fate.NEVER_THERE
        fate, opened = await self._opened(found[0])
        if opened is not None:
            opened.wipe()
        return fate

    async def _opened(self, row: Wrapped) -> tuple[Fate, ResidentKeys | None]:
        if row[1].data is None:
            return Fate.ROW_ERASED, None
        try:
            return Fate.ALIVE, await self.keys.keys_of(row)
        except KeyMissingError:
            return Fate.EPOCH_DESTROYED, None
        except SealBrokenError:
            return Fate.BROKEN, None

    async def _everything(self, row: Wrapped) -> tuple[Fate, int]:
        """Open every record of a resident; return how many there are."""
        fate, keys = await self._opened(row)
        if keys is None:
            return fate, 0
        with keys:
            try:
                return fate, await self._records(ResidentId(row[0]), keys)
            except SealBrokenError:
                return Fate.BROKEN, 0

    async def _records(self, resident: ResidentId, keys: ResidentKeys) -> int:
        shelf = await self._shelf(resident, keys)
        wanted = [(resident, entry.tag) for entry in shelf.manifest.entries]
        stored = await vault.blocks_of(self.records.direct, wanted)
        categories = {each.number: each for each in self.policies.categories.values()}
        opened = 0
        for entry in shelf.manifest.entries:
            key = keys.category_key(entry.category)
            block = stored.get((resident, entry.tag))
            opened += len(shelf.open(key, categories[entry.category], entry, block))
        return opened

    async def _shelf(self, resident: ResidentId, keys: ResidentKeys) -> Shelf:
        """Open the manifest that the backup of the records has: keys may be of another day."""
        reader = self.records.direct
        kept = (await vault.manifests_of(reader, [resident])).get(resident)
        held = NOTHING if kept is None else ManifestState(kept.version, digest(kept.stored))
        material = (None, keys.manifest_key(), keys.manifest_tag_key())
        opened = {resident: OpenedResident(keys.version, material, held, None)}
        return (await open_shelves(reader, self.keys.tenant, opened))[resident]
