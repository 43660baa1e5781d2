"""One statement that finds a token with its consent and provider, and uses a proof up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from infobank.accounts.circumstances import KeptCircumstances
from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.db.accounts import providers, to_provider
from infobank.db.across.columns import columns_of, part_of
from infobank.db.consent import around, consents, to_consent
from infobank.db.consenting.households import CIRCUMSTANCES, to_circumstances
from infobank.db.consenting.mandates import mandates, to_mandate
from infobank.db.direct import Reader, arrays, looked_up
from infobank.db.oauth import to_token, tokens
from infobank.oauth.token import StoredToken


@dataclass(frozen=True)
class Identified:
    """What a token names, as far as it exists; `fresh` tells whether the proof was new."""

    fresh: bool
    newest_checkpoint: datetime | None
    token: StoredToken | None
    consent: Consent | None
    mandate: Mandate | None
    circumstances: KeptCircumstances | None
    provider: Provider | None


_TABLES = {"t": tokens, "c": consents, "m": mandates, "p": providers}

# INVARIANT: of those who show one proof at the same moment only the first finds it fresh.
# Proofs are noted in one order everywhere, so that no two statements wait for each other.
IDENTIFY = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM {arrays("bytea", "bytea", "timestamptz")} WITH ORDINALITY
        AS a (token_hash, replay_key, expires_at, place)
), noted AS (
    INSERT INTO used_proofs (replay_key, expires_at)
    SELECT replay_key, max(expires_at) FROM asked GROUP BY replay_key ORDER BY replay_key
    ON CONFLICT DO NOTHING
    RETURNING replay_key
)
SELECT n.replay_key IS NOT NULL
        AND a.place = min(a.place) OVER (PARTITION BY a.replay_key) AS fresh,
    (SELECT signed_at FROM log_checkpoints ORDER BY size DESC LIMIT 1) AS signed_at,
    {around("c")}, {CIRCUMSTANCES.format(resident="t.resident_id")},
    {columns_of(_TABLES)}
FROM asked a
LEFT JOIN noted n ON n.replay_key = a.replay_key
LEFT JOIN tokens t ON t.token_hash = a.token_hash
LEFT JOIN consents c ON c.resident_id = t.resident_id AND c.consent_id = t.consent_id
LEFT JOIN mandates m ON m.resident_id = c.resident_id AND m.mandate_id = c.mandate_id
LEFT JOIN providers p ON p.provider_id = t.provider_id
ORDER BY a.place
"""


class Shown(NamedTuple):
    """What a reader shows: its token's hash, and its proof with the proof's last moment."""

    token_hash: bytes
    replay_key: bytes
    expires_at: datetime


async def identify(reader: Reader, shown: Shown) -> Identified:
    """Note a proof as used, and find a token by its hash with all it points at."""
    (found,) = await looked_up(reader, _identified, [shown])
    return found


async def _identified(reader: Reader, shown: Sequence[Shown]) -> list[Identified]:
    rows = await reader.fetch(IDENTIFY, *map(list, zip(*shown, strict=True)))
    return [_identity(row) for row in rows]


def _identity(row: Any) -> Identified:  # noqa: ANN401 - a driver's row
    token, consent, mandate, provider = (part_of(row, *each) for each in _TABLES.items())
    consent.standing, consent.uses = row["standing"], row["uses"]
    return Identified(
        fresh=row["fresh"],
        newest_checkpoint=row["signed_at"],
        token=to_token(token) if token.kind else None,
        consent=to_consent(consent) if consent.consent_id else None,
        mandate=to_mandate(mandate) if mandate.mandate_id else None,
        circumstances=to_circumstances(row) if token.kind else None,
        provider=to_provider(provider) if provider.kind else None,
    )
