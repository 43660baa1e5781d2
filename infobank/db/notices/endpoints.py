"""Where notices are pushed to: one endpoint a provider, registered by the steward."""

from sqlalchemy import Column, LargeBinary, String, Table, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ProviderId

endpoints = Table(
    "endpoints",
    records,
    Column("provider_id", Uuid, primary_key=True),
    Column("url", String(1024), nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
    info=declare("reference", web="SELECT, INSERT, UPDATE, DELETE"),
)
"""A provider without a row polls.  `mac` is the key service's mark over provider and address."""


async def keep(unit: Unit, provider: ProviderId, url: str, mac: bytes) -> None:
    """Register a provider's endpoint in the place of any other."""
    added = upsert(endpoints).values(provider_id=provider, url=url, mac=mac)
    await unit.connection.execute(
        added.on_conflict_do_update(
            index_elements=[endpoints.c.provider_id], set_={"url": url, "mac": mac}
        )
    )


async def remove(unit: Unit, provider: ProviderId) -> None:
    """Remove a provider's endpoint; from then on it polls."""
    await unit.connection.execute(delete(endpoints).where(endpoints.c.provider_id == provider))


async def url_of(unit: Unit, provider: ProviderId) -> str | None:
    """Return where a provider's notices are pushed to; None where it polls."""
    found = await unit.connection.execute(
        select(endpoints.c.url).where(endpoints.c.provider_id == provider)
    )
    url: str | None = found.scalar_one_or_none()
    return url
