"""Revisions lead to exactly the schema that the tables declare, up and down."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from infobank.db.embedded import EmbeddedServer
from infobank.db.postgres.errors import StorageError
from infobank.db.postgres.migrate import current, downgrade, newest, upgrade
from infobank.db.postgres.roles import (
    DATABASES,
    DatabaseRoles,
    Which,
    declared_grants,
    grant_statement,
)
from infobank.db.schema import keys, records

MakeDatabase = Callable[[Which], str]
METADATA: dict[Which, MetaData] = {"records": records, "keys": keys}

both = pytest.mark.parametrize("which", DATABASES)


def schema_of(server: EmbeddedServer, roles: DatabaseRoles, name: str) -> str:
    """Return everything about a database's schema, privileges included, as SQL."""
    options = ("--schema-only", "--exclude-table=alembic_version")
    dump = subprocess.run(
        [server.tool("pg_dump"), *options, "--dbname", server.libpq(roles.owner, name)],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return re.sub(r"^\\(un)?restrict .*$", "", dump, flags=re.MULTILINE)


async def on(url: str, work: Callable[[Connection], object]) -> object:
    """Run work on one connection and commit."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def create_declared(connection: Connection, metadata: MetaData, roles: DatabaseRoles) -> None:
    """Make the tables and grants that the metadata declares, without any migration."""
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        for role, privileges in declared_grants(table, roles).items():
            connection.execute(text(grant_statement(table, role, privileges)))


@both
def test_the_newest_revision_is_what_the_tables_declare(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, which: Which
):
    roles, metadata = DATABASES[which], METADATA[which]
    migrated, declared = make_database(which), make_database(which)
    asyncio.run(upgrade(server.url(roles.owner, migrated), which, migrations))
    asyncio.run(
        on(
            server.url(roles.owner, declared),
            lambda connection: create_declared(connection, metadata, roles),
        )
    )
    assert schema_of(server, roles, migrated) == schema_of(server, roles, declared)


@both
def test_autogenerate_finds_nothing_left_to_do(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, which: Which
):
    url = server.url(DATABASES[which].owner, make_database(which))
    asyncio.run(upgrade(url, which, migrations))

    def difference(connection: Connection) -> object:
        options = {"compare_server_default": True}
        return compare_metadata(
            MigrationContext.configure(connection, opts=options), METADATA[which]
        )

    assert asyncio.run(on(url, difference)) == []


@both
def test_down_and_up_again_ends_where_up_did(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, which: Which
):
    roles, name = DATABASES[which], make_database(which)
    url = server.url(roles.owner, name)
    asyncio.run(upgrade(url, which, migrations))
    first = schema_of(server, roles, name)
    asyncio.run(downgrade(url, which, migrations))
    assert "CREATE TABLE" not in schema_of(server, roles, name)
    asyncio.run(upgrade(url, which, migrations))
    assert schema_of(server, roles, name) == first


@both
def test_every_role_may_ask_for_the_revision(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, which: Which
):
    roles, name = DATABASES[which], make_database(which)
    url = server.url(roles.owner, name)
    assert asyncio.run(current(url)) is None
    asyncio.run(upgrade(url, which, migrations))
    newest_ = newest(which, migrations)
    assert newest_ is not None
    for role in roles.everyone:
        assert asyncio.run(current(server.url(role, name))) == newest_


@both
def test_two_upgrades_at_once_take_turns(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, which: Which
):
    url = server.url(DATABASES[which].owner, make_database(which))

    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from infobank.db.postgres.migrate import upgrade\n"
        "asyncio.run(upgrade(sys.argv[1], sys.argv[2], Path(sys.argv[3])))"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", program, url, which, migrations]) for _ in range(2)
    ]
    assert [racer.wait() for racer in racers] == [0, 0]
    assert asyncio.run(current(url)) == newest(which, migrations)


def test_a_revision_that_fails_changes_nothing(
    server: EmbeddedServer, make_database: MakeDatabase, migrations: Path, tmp_path: Path
):
    shutil.copytree(migrations / "keys", tmp_path / "keys")
    (tmp_path / "keys/versions/broken.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = 'broken', {newest('keys', migrations)!r}\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half (n int)')\n"
        "    op.execute('CREATE TABLE half (n int)')\n"
    )
    url = server.url("infobank_keys_owner", make_database("keys"))
    with pytest.raises(StorageError):
        asyncio.run(upgrade(url, "keys", tmp_path))
    assert asyncio.run(current(url)) is None
