"""Read, for many residents at once, what a scrub compares: who is there, blocks, the log."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from infobank.db.direct import Reader
from infobank.vault.inspection import StoredBlock
from infobank.vocabulary.identifiers import ResidentId

PRESENT = """
SELECT resident_id FROM residents WHERE resident_id > $1 AND resident_id <= $2
UNION SELECT resident_id FROM manifests WHERE resident_id > $1 AND resident_id <= $2
UNION SELECT resident_id FROM blocks WHERE resident_id > $1 AND resident_id <= $2
"""

# Hashed where they lie: a year of a resident's blocks is as heavy as its keys are light.
BLOCKS = """
SELECT resident_id, tag, generation, pg_catalog.sha256(stored) AS digest
FROM blocks WHERE resident_id = ANY($1::uuid[])
"""

NEWEST = """
SELECT e.log_index, e.resident_id, e.leaf, e.sealed
FROM unnest($1::uuid[]) AS asked (resident_id)
CROSS JOIN LATERAL (
    SELECT log_index, resident_id, leaf, sealed FROM log_entries
    WHERE resident_id = asked.resident_id AND log_index < $2
    ORDER BY log_index DESC LIMIT $3
) e
UNION ALL
SELECT NULL, resident_id, leaf, sealed FROM log_pending
WHERE resident_id = ANY($1::uuid[]) AND $2 = 9223372036854775807
"""

END = 2**63 - 1
"""Comes after every place in the log; what has no place yet is asked for with it."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A resident's entry as it is stored; `index` is None while it waits for its place."""

    index: int | None
    leaf: bytes
    sealed: bytes


async def present(reader: Reader, after: UUID, last: UUID) -> set[ResidentId]:
    """Return every resident of whom anything is stored, after one and up to another."""
    return {ResidentId(row[0]) for row in await reader.fetch(PRESENT, after, last)}


async def stored_blocks(
    reader: Reader, residents: Sequence[ResidentId]
) -> dict[ResidentId, list[StoredBlock]]:
    """Return what the rows of residents' blocks claim and hold."""
    found: defaultdict[ResidentId, list[StoredBlock]] = defaultdict(list)
    for row in await reader.fetch(BLOCKS, list(residents)):
        found[ResidentId(row[0])].append(StoredBlock(row[1], row[2], row[3]))
    return found


async def newest_entries(
    reader: Reader, residents: Sequence[ResidentId], before: int, limit: int
) -> dict[ResidentId, list[Logged]]:
    """Return residents' newest entries before a place in the log, `limit` of each."""
    found: defaultdict[ResidentId, list[Logged]] = defaultdict(list)
    for row in await reader.fetch(NEWEST, list(residents), before, limit):
        found[ResidentId(row[1])].append(_logged(row))
    return found


def _logged(row: Any) -> Logged:  # noqa: ANN401 - a driver's row
    return Logged(row[0], row[2], row[3])
