"""Name the columns of several tables in one row, and take a table's part out again."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Table


def columns_of(tables: Mapping[str, Table]) -> str:
    """Return the columns of tables by their aliases, each under a name that holds the alias."""
    return ", ".join(
        f"{alias}.{column.name} AS {alias}_{column.name}"
        for alias, table in tables.items()
        for column in table.c
    )


def part_of(row: Any, alias: str, table: Table) -> Any:  # noqa: ANN401 - stands in for a row of one table
    """Return what a row of either driver holds of one table, as that table's functions read it."""
    named = getattr(row, "_mapping", row)
    return SimpleNamespace(
        **{column: named[f"{alias}_{column}"] for column in table.c.keys()}  # noqa: SIM118 - names
    )
