"""One statement that finds a token with its consent and provider, and uses a proof up."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import RowMapping, exists, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.db.accounts import providers, to_provider
from infobank.db.consent import consents, to_consent
from infobank.db.oauth import to_token, tokens, used_proofs
from infobank.db.unit import Unit
from infobank.oauth.token import StoredToken


@dataclass(frozen=True)
class Identified:
    """What a token names, as far as it exists; `fresh` tells whether the proof was new."""

    fresh: bool
    token: StoredToken | None
    consent: Consent | None
    provider: Provider | None


async def identify(
    unit: Unit, token_hash: bytes, replay_key: bytes, expires_at: datetime
) -> Identified:
    """Note a proof as used, and find a token by its hash with all it points at."""
    noted = (
        upsert(used_proofs)
        .values(replay_key=replay_key, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(used_proofs.c.replay_key)
        .cte("noted")
    )
    fresh = exists(select(noted.c.replay_key)).label("fresh")
    one = select(literal(1).label("one")).subquery("one")
    found = await unit.connection.execute(
        select(
            fresh,
            *(column.label(f"t_{column.name}") for column in tokens.c),
            *(column.label(f"c_{column.name}") for column in consents.c),
            *(column.label(f"p_{column.name}") for column in providers.c),
        )
        .select_from(one)
        .outerjoin(tokens, tokens.c.token_hash == token_hash)
        .outerjoin(
            consents,
            (consents.c.resident_id == tokens.c.resident_id)
            & (consents.c.consent_id == tokens.c.consent_id),
        )
        .outerjoin(providers, providers.c.provider_id == tokens.c.provider_id)
    )
    row = found.mappings().one()
    token, consent, provider = _part(row, "t_"), _part(row, "c_"), _part(row, "p_")
    return Identified(
        fresh=row["fresh"],
        token=to_token(token) if token.kind else None,
        consent=to_consent(consent) if consent.consent_id else None,
        provider=to_provider(provider) if provider.kind else None,
    )


def _part(row: RowMapping, prefix: str) -> Any:  # noqa: ANN401 - stands in for a row of one table
    start = len(prefix)
    return SimpleNamespace(
        **{name[start:]: value for name, value in row.items() if name.startswith(prefix)}
    )
