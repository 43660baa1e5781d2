"""Find out what is wrong with what is stored of residents, without opening a record."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from infobank.accesslog.errors import LogTamperedError, MalformedProofError
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.writer import open_sealed
from infobank.db import consent as consents
from infobank.db import vault
from infobank.db.across import shelves
from infobank.db.across.shelves import END, Logged
from infobank.db.consenting.households import kept_circumstances
from infobank.db.keys import NOTHING
from infobank.db.unit import Unit
from infobank.db.vault import StoredManifest
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.genuine import Genuine
from infobank.usecases.vault.keyservice import OpenedResident
from infobank.vault.envelope import digest
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import ManifestHeader
from infobank.vault.inspection import Fault, StoredBlock, agrees, compare
from infobank.vault.manifest import ManifestState, open_manifest
from infobank.vocabulary.identifiers import ResidentId

FIRST_LOOK: Final = 16
FURTHER_LOOK: Final = 256
"""Newest log entries of a resident that are read at once, and how many each time after."""

Faults = dict[ResidentId, frozenset[Fault]]


@dataclass(frozen=True)
class _Stored:
    """What there is of one resident."""

    manifest: StoredManifest | None
    blocks: Sequence[StoredBlock]
    entries: Sequence[Logged]

    @property
    def state(self) -> ManifestState:
        if self.manifest is None:
            return NOTHING
        return ManifestState(self.manifest.version, digest(self.manifest.stored))


@dataclass(frozen=True)
class Evidence:
    """Compare manifests, blocks, consents, keys and log with one another."""

    genuine: Genuine
    tenant: UUID

    async def __call__(
        self,
        unit: Unit,
        residents: Sequence[ResidentId],
        surveyed: dict[ResidentId, OpenedResident | None],
    ) -> Faults:
        """Return what looks wrong, of those residents where something does.

        `surveyed` is what the key service told of them, before.  Of a resident who was
        erased nothing opens any more, and nothing is compared.
        """
        found: defaultdict[ResidentId, frozenset[Fault]] = defaultdict(frozenset)
        stored = await _stored(unit, residents)
        for resident in residents:
            opened = surveyed.get(resident)
            if opened is not None:
                if not opened.erased:
                    found[resident] |= await self._judge(unit, resident, opened, stored[resident])
            elif resident in surveyed:
                found[resident] |= {Fault.KEY_BROKEN}
            else:
                found[resident] |= {Fault.KEY_MISSING}
        for resident in await self._forged(unit, residents):
            found[resident] |= {Fault.CONSENT_FORGED}
        kept = await kept_circumstances(unit, residents)
        for resident in await MarkCircumstances(self.genuine.keyservice).forged(kept):
            found[resident] |= {Fault.CIRCUMSTANCES_FORGED}
        return {resident: faults for resident, faults in found.items() if faults}

    async def _judge(
        self, unit: Unit, resident: ResidentId, opened: OpenedResident, stored: _Stored
    ) -> frozenset[Fault]:
        faults = self._vault(resident, opened, stored)
        try:
            agreed = await _logged(unit, resident, opened, stored)
        except (LogTamperedError, MalformedProofError):
            return faults | {Fault.LOG_BROKEN}
        return faults if agreed else faults | {Fault.LOG_DISAGREES}

    def _vault(
        self, resident: ResidentId, opened: OpenedResident, stored: _Stored
    ) -> frozenset[Fault]:
        if stored.state not in {opened.held, opened.following}:
            return frozenset({Fault.MANIFEST_STALE})
        if stored.manifest is None:
            return frozenset({Fault.BLOCK_UNLISTED} if stored.blocks else ())
        header = ManifestHeader(self.tenant, resident, opened.version, stored.manifest.version)
        try:
            manifest = open_manifest(opened.manifest_key(), header, stored.manifest.stored)
        except SealBrokenError:
            return frozenset({Fault.MANIFEST_BROKEN})
        return compare(manifest, stored.blocks)

    async def _forged(self, unit: Unit, residents: Sequence[ResidentId]) -> set[ResidentId]:
        held = await consents.of_residents(unit, residents)
        genuine = {each.consent_id for each in await self.genuine.consents(held)}
        return {each.resident for each in held if each.consent_id not in genuine}


async def _stored(unit: Unit, residents: Sequence[ResidentId]) -> dict[ResidentId, _Stored]:
    manifests = await vault.manifests_of(unit, list(residents))
    blocks = await shelves.stored_blocks(unit, residents)
    entries = await shelves.newest_entries(unit, residents, END, FIRST_LOOK)
    return {
        each: _Stored(manifests.get(each), blocks.get(each, ()), entries.get(each, ()))
        for each in residents
    }


async def _logged(
    unit: Unit, resident: ResidentId, opened: OpenedResident, stored: _Stored
) -> bool:
    """Tell whether the newest write that the log knows is of the manifest that is stored.

    Raises:
        LogTamperedError, MalformedProofError: an entry is not what was logged.
    """
    key, entries = opened.log_key(), list(stored.entries)
    while True:
        writes = [write for entry in entries if (write := _write(key, entry)) is not None]
        agreed = agrees(stored.state, writes)
        if agreed is not None:
            return agreed
        oldest = min((entry.index for entry in entries if entry.index is not None), default=0)
        further = await shelves.newest_entries(unit, [resident], oldest, FURTHER_LOOK)
        entries = further.get(resident, [])
        if not entries:
            return stored.state == NOTHING


def _write(key: bytes, kept: Logged) -> ManifestState | None:
    """Return the manifest that an entry says was written, if it says so."""
    entry, _ = open_sealed(key, kept.sealed, Leaf.parse(kept.leaf))
    named = entry.hidden.get("manifest_digest")
    if not named:
        return None
    return ManifestState(int(entry.hidden["manifest_version"]), bytes.fromhex(str(named)))
