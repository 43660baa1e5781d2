"""What is stored of a resident is compared with what counts."""

from dataclasses import replace
from datetime import date

import pytest

from infobank.vault.inspection import Fault, StoredBlock, agrees, compare
from infobank.vault.manifest import Manifest, ManifestEntry, ManifestState

DAY = date(2026, 4, 1)
FIRST = ManifestEntry(b"a" * 16, 7, DAY, 3, b"A" * 32, 30, DAY, DAY)
SECOND = replace(FIRST, tag=b"b" * 16, category=8, digest=b"B" * 32)
LISTED = Manifest(5, (FIRST, SECOND))
SOUND = [StoredBlock(each.tag, each.generation, each.digest) for each in (FIRST, SECOND)]


@pytest.mark.parametrize(
    ("stored", "faults"),
    [
        (SOUND, set()),
        (SOUND[::-1], set()),
        (SOUND[:1], {Fault.BLOCK_MISSING}),
        ([], {Fault.BLOCK_MISSING}),
        ([*SOUND, StoredBlock(b"c" * 16, 1, b"C" * 32)], {Fault.BLOCK_UNLISTED}),
        ([SOUND[0], replace(SOUND[1], digest=b"A" * 32)], {Fault.BLOCK_CHANGED}),
        ([SOUND[0], replace(SOUND[1], generation=2)], {Fault.BLOCK_CHANGED}),
        (
            [replace(SOUND[0], tag=SOUND[1].tag), replace(SOUND[1], tag=b"c" * 16)],
            {Fault.BLOCK_MISSING, Fault.BLOCK_CHANGED, Fault.BLOCK_UNLISTED},
        ),
    ],
)
def test_each_difference_between_manifest_and_blocks_has_its_name(
    stored: list[StoredBlock], faults: set[Fault]
):
    assert compare(LISTED, stored) == faults


def state(version: int, digest: bytes = b"") -> ManifestState:
    """Return a manifest's version and hash."""
    return ManifestState(version, digest or bytes([version]) * 32)


@pytest.mark.parametrize(
    ("stored", "logged", "agreed"),
    [
        (3, [3, 2, 1], True),
        (3, [2, 3], True),
        (3, [4, 3], False),
        (3, [4], False),
        (3, [2], None),
        (3, [], None),
        (0, [1], False),
        (0, [], None),
    ],
)
def test_the_log_agrees_with_its_newest_write_alone(stored: int, logged: list[int], agreed: object):
    assert agrees(state(stored), map(state, logged)) is agreed


def test_the_same_version_of_another_manifest_does_not_agree():
    assert agrees(state(3), [state(3, b"x" * 32)]) is False
