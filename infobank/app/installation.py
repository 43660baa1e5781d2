"""Reach this installation's databases, each role with its own address."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from infobank.config import Settings, account_name
from infobank.db.embedded import EmbeddedServer
from infobank.db.postgres.roles import RECORDS, DatabaseRoles


@dataclass(frozen=True)
class Databases:
    """How each database role of this installation connects."""

    settings: Settings
    server: EmbeddedServer | None

    def url(self, roles: DatabaseRoles, role: str) -> str:
        """Return the address of a database for one of its roles."""
        if self.server is not None:
            return self.server.url(role, roles.database)
        named = self.settings.records_url if roles is RECORDS else self.settings.keys_url
        return named.replace("{role}", quote(role))


@contextmanager
def databases(settings: Settings) -> Iterator[Databases]:
    """Reach the databases; the embedded server runs for as long as somebody uses it."""
    if not settings.embedded:
        yield Databases(settings, None)
        return
    server = EmbeddedServer(settings.state / "postgresql", keys_account=settings.keyservice_account)
    if settings.keyservice_account == account_name():
        yield Databases(settings, server)  # it is the bank's own account that runs it
        return
    with server:
        yield Databases(settings, server)
