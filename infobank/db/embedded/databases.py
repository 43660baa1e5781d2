"""A pair of databases on an embedded server, seen by role."""

from dataclasses import dataclass

from infobank.db.embedded.server import EmbeddedServer
from infobank.db.postgres.roles import KEYS, RECORDS


@dataclass(frozen=True)
class EmbeddedDatabases:
    """Tell where each role connects to: the records' roles there, the keys' roles here."""

    server: EmbeddedServer
    records: str = RECORDS.database
    keys: str = KEYS.database

    def url(self, role: str) -> str:
        """Return SQLAlchemy's URL for a role such as `infobank_web`."""
        return self.server.url(role, self.name(role))

    def libpq(self, role: str) -> str:
        """Return the connection URI that psql and pg_dump take, for a role."""
        return self.server.libpq(role, self.name(role))

    def name(self, role: str) -> str:
        """Return the name of a role's database."""
        return self.keys if role in KEYS.everyone else self.records
