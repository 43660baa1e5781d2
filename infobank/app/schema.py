"""Bring this installation's databases to the schema of this release."""

from infobank.app.installation import Databases
from infobank.config import Settings
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import KEYS, RECORDS


async def upgrade_schema(settings: Settings, found: Databases) -> None:
    """Bring both databases to this release's schema, each as its owner."""
    await upgrade(found.url(RECORDS, RECORDS.owner), "records", settings.migrations)
    await upgrade(found.url(KEYS, KEYS.owner), "keys", settings.migrations)
