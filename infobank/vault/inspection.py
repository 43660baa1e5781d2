"""Compare what is stored of a resident with what counts, without opening a record."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from infobank.vault.manifest import Manifest, ManifestState


class Fault(StrEnum):
    """What can be wrong with what is stored of a resident."""

    KEY_MISSING = "key_missing"
    """Data stands where no key does."""
    KEY_BROKEN = "key_broken"
    """The wrapped keys are not what was stored."""
    MANIFEST_STALE = "manifest_stale"
    """The manifest is gone, or is not the one that counts."""
    MANIFEST_BROKEN = "manifest_broken"
    """The manifest does not open."""
    BLOCK_MISSING = "block_missing"
    """A block that is listed is gone."""
    BLOCK_CHANGED = "block_changed"
    """A block is not the one that is listed, or its row claims another generation."""
    BLOCK_UNLISTED = "block_unlisted"
    """A block stands there that nothing lists."""
    LOG_DISAGREES = "log_disagrees"
    """The log names another newest manifest: all of a resident was put back together."""
    LOG_BROKEN = "log_broken"
    """An entry of the log is not the one that was logged."""
    CONSENT_FORGED = "consent_forged"
    """A consent does not carry the key service's mark."""
    CIRCUMSTANCES_FORGED = "circumstances_forged"
    """A majority, a household or an agreement in it does not carry the mark."""


@dataclass(frozen=True)
class StoredBlock:
    """What a block's row claims, and the SHA-256 of what it holds."""

    tag: bytes
    generation: int
    digest: bytes


def compare(manifest: Manifest, stored: Sequence[StoredBlock]) -> frozenset[Fault]:
    """Return what is wrong with the blocks of a resident whose manifest counts."""
    kept = {block.tag: block for block in stored}
    listed = {entry.tag for entry in manifest.entries}
    faults = {Fault.BLOCK_UNLISTED} if kept.keys() - listed else set()
    for entry in manifest.entries:
        block = kept.get(entry.tag)
        if block is None:
            faults.add(Fault.BLOCK_MISSING)
        elif block.generation != entry.generation or not hmac.compare_digest(
            block.digest, entry.digest
        ):
            faults.add(Fault.BLOCK_CHANGED)
    return frozenset(faults)


def agrees(state: ManifestState, logged: Iterable[ManifestState]) -> bool | None:
    """Tell whether the log's writes end with the manifest that is stored.

    None while neither that write nor a later one is among `logged`: look further back.
    """
    versions = {each.version: each for each in logged}
    if any(version > state.version for version in versions):
        return False
    found = versions.get(state.version)
    return None if found is None else hmac.compare_digest(found.digest, state.digest)
