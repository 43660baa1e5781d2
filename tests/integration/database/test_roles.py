"""What each database role can and cannot do, tried for real."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.db.metadata import declare
from infobank.db.postgres.roles import DATABASES, RECORDS, declared_grants, setup_script
from infobank.db.schema import keys, records
from infobank.errors import ConfigurationError

BETWEEN = re.compile(r", (?![^(]*\))")
"""What stands between two privileges; inside parentheses it stands between columns."""

LOG = [table.name for table in records.sorted_tables if table.info["scope"] == "log"]


async def run(url: str, statement: str) -> Any:  # noqa: ANN401 - whatever the statement answers
    """Run a statement in a transaction that is rolled back; return its rows, if it has any."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            answer = await connection.execute(text(statement))
            return answer.all() if answer.returns_rows else None
    finally:
        await engine.dispose()


@pytest.mark.parametrize("table", LOG)
@pytest.mark.parametrize("role", ["infobank_web", "infobank_publisher"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {}"])
def test_who_serves_or_publishes_cannot_change_the_log(
    databases: EmbeddedDatabases, table: str, role: str, verb: str
):
    written = [each.name for each in records.tables[table].columns if each.computed is None]
    with pytest.raises(ProgrammingError, match="permission denied for table"):
        asyncio.run(run(databases.url(role), verb.format(table, written[-1])))


@pytest.mark.parametrize("verb", ["UPDATE {} SET shown = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_sequencer_cannot_change_a_sequenced_entry(databases: EmbeddedDatabases, verb: str):
    with pytest.raises(ProgrammingError, match="permission denied for table"):
        asyncio.run(run(databases.url("infobank_sequencer"), verb.format("log_entries")))


@pytest.mark.parametrize(
    "role", [role for all_ in DATABASES.values() for role in all_.granted.values()]
)
@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE mine (n int)", "CREATE TEMP TABLE mine (n int)", "CREATE SCHEMA mine"],
)
def test_no_role_but_the_owner_makes_anything(
    databases: EmbeddedDatabases, role: str, statement: str
):
    with pytest.raises(ProgrammingError, match="permission denied"):
        asyncio.run(run(databases.url(role), statement))


@pytest.mark.parametrize("which", DATABASES)
def test_no_role_holds_a_privilege_that_no_table_declares(databases: EmbeddedDatabases, which: str):
    roles = DATABASES[which]
    metadata = {"records": records, "keys": keys}[which]
    held = asyncio.run(
        run(
            databases.url(roles.owner),
            "SELECT c.relname, pg_get_userbyid(a.grantee), string_agg(a.privilege_type, ', ') "
            "FROM pg_class c, aclexplode(c.relacl) a "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version' "
            f"AND a.grantee <> '{roles.owner}'::regrole GROUP BY 1, 2",
        )
    )
    declared = {
        (table.name, role): {word for word in BETWEEN.split(privileges) if "(" not in word}
        for table in metadata.sorted_tables
        for role, privileges in declared_grants(table, roles).items()
    }
    assert {(table, role): set(words.split(", ")) for table, role, words in held} == declared


@pytest.mark.parametrize(
    "grants",
    [
        {"web": "ALL"},
        {"web": "TRUNCATE"},
        {"web": "SELECT; DROP TABLE x"},
        {"root": "SELECT"},
        {"keys": "SELECT"},
    ],
)
def test_a_table_that_grants_too_much_or_to_a_stranger_is_refused(grants: dict[str, str]):
    table = Table("t", MetaData(), Column("n", Integer), info=declare("reference", **grants))
    with pytest.raises(ConfigurationError, match="Table t grants"):
        declared_grants(table, RECORDS)


def test_a_table_without_grants_is_refused():
    with pytest.raises(ConfigurationError, match="Table t declares no grants"):
        declared_grants(Table("t", MetaData()), RECORDS)


def test_privileges_on_single_columns_are_granted():
    table = Table("t", MetaData(), info=declare("log", web="SELECT, UPDATE (a, b)"))
    assert declared_grants(table, RECORDS)["infobank_web"] == "SELECT, UPDATE (a, b)"


@pytest.mark.parametrize(
    ("role", "metadata"), [("infobank_backup", records), ("infobank_keys_backup", keys)]
)
def test_who_makes_backups_reads_every_table_and_changes_none(
    databases: EmbeddedDatabases, role: str, metadata: MetaData
):
    for table in metadata.tables:
        asyncio.run(run(databases.url(role), f"SELECT * FROM {table} LIMIT 1"))
        for verb in ("INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(ProgrammingError, match="permission denied for table"):
                asyncio.run(run(databases.url(role), verb.format(table)))


def test_the_operators_script_makes_what_the_embedded_server_makes(open_folder: Path):
    script = [
        statement
        for roles in DATABASES.values()
        for statement in setup_script(roles).split(";\n")
        if statement
    ]
    undo = [
        statement
        for roles in DATABASES.values()
        for statement in (
            f"DROP DATABASE {roles.database}",
            *(f"DROP ROLE {role}" for role in roles.everyone),
        )
    ]
    with EmbeddedServer(open_folder, statements=[*undo, *script]) as server:
        pair = EmbeddedDatabases(server)
        for roles in DATABASES.values():
            asyncio.run(run(pair.url(roles.owner), "CREATE TABLE mine (n int)"))
            for role in roles.everyone:
                assert asyncio.run(run(pair.url(role), "SELECT current_user")) == [(role,)]
