"""Load whole tables into an empty database, all in one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from infobank.db.recovery.restorations import Mark
from infobank.db.recovery.snapshot import TABLES, driver_transaction, translate_driver_errors
from infobank.errors import ConflictError
from infobank.recovery.archive import TableShape

# Of somebody else's session no more is told than its role; the server's own have none.
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
)
_MARK: Final = "INSERT INTO restorations (restored_at, made_at, log_size) VALUES ($1, $2, $3)"


@dataclass(frozen=True)
class Loading:
    """A transaction that fills an empty database.  Without `commit` nothing was ever there."""

    _driver: Any
    tables: tuple[TableShape, ...]

    async def load(self, shape: TableShape, parts: AsyncIterator[bytes]) -> int:
        """Load a table's rows, given in PostgreSQL's binary form; return how many there were.

        Raises:
            StorageError: they are not in that form.
        """
        with translate_driver_errors():
            status: str = await self._driver.copy_to_table(
                shape.table, columns=list(shape.columns), source=parts, format="binary"
            )
        return int(status.removeprefix("COPY "))

    async def commit(self, mark: Mark) -> None:
        """Mark the database as restored, and let everything be there at once."""
        with translate_driver_errors():
            await self._driver.execute(_MARK, mark.restored_at, mark.made_at, mark.log_size)
            await self._driver.execute("COMMIT")


@asynccontextmanager
async def loading(engine: AsyncEngine) -> AsyncIterator[Loading]:
    """Begin to fill a database that has its tables and not one row.

    Nobody else can read a table until the end: whoever connects meanwhile waits, and then
    finds the mark.

    Raises:
        ConflictError: a table has rows, or somebody else is connected.
        UnavailableError: the database is away.
    """
    async with driver_transaction(engine) as driver:
        yield Loading(driver, await _claim(driver))


async def _claim(driver: Any) -> tuple[TableShape, ...]:  # noqa: ANN401 - the driver's own
    with translate_driver_errors():
        rows = await driver.fetch(TABLES)
        shapes = tuple(TableShape(name, tuple(columns)) for name, columns in rows)
        names = ", ".join(shape.table for shape in shapes)
        await driver.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        for shape in shapes:
            if await driver.fetchval(f"SELECT EXISTS (SELECT FROM {shape.table})"):
                raise ConflictError("the database is not empty; nothing was restored")
        # INVARIANT: after the locks: who connects from here on waits for the mark.
        if await driver.fetchval(_OTHERS):
            raise ConflictError("somebody is connected to the database; end every process first")
    return shapes
