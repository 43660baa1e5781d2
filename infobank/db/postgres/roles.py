"""Who may do what in the two databases.

A role is what a process is to PostgreSQL.  The owner of a database runs migrations and
nothing else; every other role holds exactly the privileges that the tables declare in
`Table.info["grants"]` (see `infobank.db.metadata`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy import Table

from infobank.errors import ConfigurationError

Which = Literal["records", "keys"]
"""One of the two databases."""


@dataclass(frozen=True)
class DatabaseRoles:
    """Name one database, its owner, and its other roles by the word used in `grants`."""

    database: str
    owner: str
    granted: Mapping[str, str]

    @property
    def everyone(self) -> tuple[str, ...]:
        """Return every role that may connect, the owner first."""
        return (self.owner, *self.granted.values())


RECORDS: Final = DatabaseRoles(
    database="infobank_records",
    owner="infobank_owner",
    granted=MappingProxyType(
        {
            "web": "infobank_web",
            "sequencer": "infobank_sequencer",
            "publisher": "infobank_publisher",
            "keyservice": "infobank_keyservice",
            "backup": "infobank_backup",
        }
    ),
)
KEYS: Final = DatabaseRoles(
    database="infobank_keys",
    owner="infobank_keys_owner",
    granted=MappingProxyType({"keys": "infobank_keys", "backup": "infobank_keys_backup"}),
)
DATABASES: Final[Mapping[Which, DatabaseRoles]] = MappingProxyType(
    {"records": RECORDS, "keys": KEYS}
)

# INVARIANT: no role is ever granted TRUNCATE, REFERENCES, TRIGGER, MAINTAIN or ALL.
_PRIVILEGE: Final = r"(SELECT|INSERT|UPDATE|DELETE)(\s*\(\w+(,\s*\w+)*\))?"
_PRIVILEGES: Final = re.compile(rf"{_PRIVILEGE}(,\s*{_PRIVILEGE})*")


def role_statements(roles: DatabaseRoles) -> tuple[str, ...]:
    """Return statements that create a database's roles where they are missing.

    No role gets a password: an operator adds what the server's `pg_hba.conf` asks for.
    """
    return tuple(_create_role(role) for role in roles.everyone)


def connection_statements(roles: DatabaseRoles, database: str) -> tuple[str, ...]:
    """Return statements that let a database's own roles connect to it, and nobody else."""
    return (
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {', '.join(roles.everyone)}",
    )


def setup_script(roles: DatabaseRoles) -> str:
    """Return what an operator runs once with psql, as a superuser, on a server of their own."""
    statements = (
        *role_statements(roles),
        f"CREATE DATABASE {roles.database} OWNER {roles.owner} TEMPLATE template0 ENCODING 'UTF8'",
        *connection_statements(roles, roles.database),
    )
    return "".join(f"{statement};\n" for statement in statements)


def grant_statement(table: Table, role: str, privileges: str) -> str:
    """Return the statement that gives a role its privileges on a table."""
    return f"GRANT {privileges} ON {table.name} TO {role}"


def declared_grants(table: Table, roles: DatabaseRoles) -> dict[str, str]:
    """Return, per database role, the privileges that a table declares.

    Raises:
        ConfigurationError: it declares none, names an unknown role, or a privilege that
            is not SELECT, INSERT, UPDATE or DELETE, the last three with columns or without.
    """
    grants = table.info.get("grants")
    if not isinstance(grants, Mapping):
        raise ConfigurationError(f"Table {table.name} declares no grants.")
    for word, privileges in grants.items():
        if word not in roles.granted or not _PRIVILEGES.fullmatch(privileges):
            raise ConfigurationError(f"Table {table.name} grants {privileges!r} to {word!r}.")
    return {roles.granted[word]: privileges for word, privileges in grants.items()}


def _create_role(role: str) -> str:
    attributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
        f"THEN CREATE ROLE {role} {attributes}; END IF; END $$"
    )
