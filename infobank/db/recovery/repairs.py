"""What a restored bank must forget, and how its two databases fit together again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.db.unit import Unit
from infobank.vault.manifest import ManifestState
from infobank.vocabulary.identifiers import ResidentId

# Whoever held one of these when the bank was lost asks again; nobody's rights are in them.
_SECRETS: Final = ("sessions", "requests", "codes", "tokens", "used_proofs")

_KEYED: Final = """
SELECT resident_id FROM resident_keys
WHERE resident_id > $1 AND erased_at IS NULL ORDER BY resident_id LIMIT $2
"""
_ERASED: Final = """
SELECT resident_id FROM resident_keys
WHERE resident_id > $1 AND erased_at IS NOT NULL ORDER BY resident_id LIMIT $2
"""
_HOUSED: Final = "SELECT resident_id FROM residents WHERE resident_id = ANY($1::uuid[])"
_MANIFESTS: Final = """
SELECT resident_id, version, sha256(stored) FROM manifests WHERE resident_id = ANY($1::uuid[])
"""
_UNKEYED: Final = """
SELECT resident_id FROM manifests WHERE resident_id > $1 ORDER BY resident_id LIMIT $2
"""
_COUNT_KNOWN: Final = "SELECT count(*) FROM resident_keys WHERE resident_id = ANY($1::uuid[])"
_ALIGN: Final = """
UPDATE resident_keys k
SET held_version = m.version, held_digest = m.digest, next_version = NULL, next_digest = NULL
FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS m (resident_id, version, digest)
WHERE k.resident_id = m.resident_id AND k.erased_at IS NULL
    AND (k.held_version, k.held_digest) IS DISTINCT FROM (m.version, m.digest)
    AND (k.next_version, k.next_digest) IS DISTINCT FROM (m.version, m.digest)
RETURNING 1
"""
_SPEND: Final = """
INSERT INTO spends (release_id, statistic, epsilon_numerator, epsilon_denominator, spent_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1
"""


async def revoke_secrets(unit: Unit) -> int:
    """Forget sessions, requests, codes, tokens and used proofs; return how many there were."""
    counts = [len(await unit.fetch(f"DELETE FROM {table} RETURNING 1")) for table in _SECRETS]
    return sum(counts)


async def keyed_after(unit: Unit, resident: UUID, limit: int) -> list[ResidentId]:
    """Return the next residents who have keys, of the keys' database."""
    return [ResidentId(row[0]) for row in await unit.fetch(_KEYED, resident, limit)]


async def erased_after(unit: Unit, resident: UUID, limit: int) -> list[ResidentId]:
    """Return the next residents who were erased, of the keys' database."""
    return [ResidentId(row[0]) for row in await unit.fetch(_ERASED, resident, limit)]


async def still_housed(unit: Unit, residents: Sequence[ResidentId]) -> list[ResidentId]:
    """Return those of some residents who have rows in the records' database."""
    return [ResidentId(row[0]) for row in await unit.fetch(_HOUSED, list(residents))]


async def shelved_after(unit: Unit, resident: UUID, limit: int) -> list[ResidentId]:
    """Return the next residents who have a manifest, of the records' database."""
    return [ResidentId(row[0]) for row in await unit.fetch(_UNKEYED, resident, limit)]


async def count_keyed(unit: Unit, residents: Sequence[ResidentId]) -> int:
    """Return how many of some residents have a row in the keys' database."""
    ((count,),) = await unit.fetch(_COUNT_KNOWN, list(residents))
    return int(count)


async def manifest_states(
    unit: Unit, residents: Sequence[ResidentId]
) -> dict[ResidentId, ManifestState]:
    """Return which manifests the records' database holds."""
    rows = await unit.fetch(_MANIFESTS, list(residents))
    return {ResidentId(row[0]): ManifestState(row[1], row[2]) for row in rows}


async def align(unit: Unit, states: Mapping[ResidentId, ManifestState | None]) -> int:
    """Let the manifests that are there be those that count; return how many did not.

    None stands for a resident without a manifest.  Only a restored bank may do this:
    everywhere else a manifest that does not count was put back by somebody.
    """
    changed = await unit.fetch(
        _ALIGN,
        list(states),
        [state and state.version for state in states.values()],
        [state and state.digest for state in states.values()],
    )
    return len(changed)


async def add_spend_again(
    unit: Unit, release: str, statistic: str, epsilon: tuple[int, int], at: datetime
) -> bool:
    """Write a spend unless it is there; tell whether it was missing."""
    return bool(await unit.fetch(_SPEND, release, statistic, *epsilon, at))
