"""Every table says how it spreads over machines and who may touch it, and keeps to it.

Citus distributes a table by a column only when that column is in every unique key.
"""

import pytest
from sqlalchemy import Index, Table, UniqueConstraint

from infobank.db.postgres.roles import DATABASES, declared_grants
from infobank.db.schema import keys, records

OF_RECORDS = [(table, "records") for table in records.sorted_tables]
OF_KEYS = [(table, "keys") for table in keys.sorted_tables]
TABLES = [table for table, _ in (*OF_RECORDS, *OF_KEYS)]

SCOPES = {"resident", "secret", "log", "reference"}

# The only tables found by the hash of a secret or by a keyed index instead of by resident.
FOUND_BY_SECRET = {
    "accounts",
    "challenges",
    "city_links",
    "city_visits",
    "codes",
    "enrolments",
    "passkeys",
    "counter_visits",
    "requests",
    "sessions",
    "source_links",
    "tokens",
    "used_proofs",
}

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def unique_keys(table: Table) -> dict[str, list[str]]:
    """Return the columns of each unique key of a table, in order, by the key's name."""
    unique: list[UniqueConstraint | Index] = [
        *(rule for rule in table.constraints if isinstance(rule, UniqueConstraint)),
        *(index for index in table.indexes if index.unique),
    ]
    named = {str(rule.name): [column.name for column in rule.columns] for rule in unique}
    return named | {"primary key": [column.name for column in table.primary_key.columns]}


def scope(table: Table) -> object:
    """Return the scope that a table declares."""
    return table.info.get("scope")


@every_table
def test_each_table_declares_its_scope(table: Table):
    assert scope(table) in SCOPES


@every_table
def test_each_table_has_a_primary_key(table: Table):
    assert list(table.primary_key.columns)


def resident_first(table: Table) -> set[str]:
    """Return the unique keys of a table that do not begin with its resident."""
    return {name for name, columns in unique_keys(table).items() if columns[0] != "resident_id"}


@pytest.mark.parametrize(
    "table", [table for table in TABLES if scope(table) == "resident"], ids=lambda table: table.name
)
def test_a_residents_table_begins_every_unique_key_with_the_resident(table: Table):
    assert resident_first(table) == set()
    assert not table.c.resident_id.nullable


@pytest.mark.parametrize(
    "columns", [("consent_id", "resident_id"), ("consent_id",)], ids=lambda columns: columns[0]
)
def test_the_rule_finds_a_unique_key_that_cannot_be_distributed(columns: tuple[str, ...]):
    """The test above can fail: a late or missing `resident_id` is seen."""
    table = records.tables["consents"].to_metadata(type(records)())
    table.append_constraint(UniqueConstraint(*columns, name="wrong"))
    assert resident_first(table) == {"wrong"}


def test_tables_found_by_a_secret_are_the_listed_ones():
    assert {table.name for table in TABLES if scope(table) == "secret"} == FOUND_BY_SECRET


@every_table
def test_only_a_residents_table_or_an_exception_speaks_of_residents(table: Table):
    """A table that grows with residents but is copied everywhere would stop the growth."""
    assert scope(table) != "reference" or "resident_id" not in table.columns


@pytest.mark.parametrize(
    ("table", "which"), [*OF_RECORDS, *OF_KEYS], ids=lambda part: getattr(part, "name", part)
)
def test_each_table_grants_something_to_known_roles(table: Table, which: str):
    assert declared_grants(table, DATABASES[which])


@every_table
def test_foreign_keys_stay_inside_one_resident(table: Table):
    """A reference across residents or into another database could not be checked locally."""
    for key in table.foreign_key_constraints:
        assert scope(key.referred_table) == "reference" or "resident_id" in key.column_keys


@pytest.mark.parametrize(
    "table", [table for table in TABLES if scope(table) == "log"], ids=lambda table: table.name
)
def test_nobody_who_serves_may_change_the_log(table: Table):
    for role in ("infobank_web", "infobank_publisher"):
        privileges = declared_grants(table, DATABASES["records"]).get(role, "")
        assert "UPDATE" not in privileges
        assert "DELETE" not in privileges
