"""Copy whole tables out of one database, all as they were at one instant."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from infobank.db.postgres.engine import (
    DRIVER_ERRORS,
    Patience,
    raised_by_driver,
    translate_db_errors,
)
from infobank.recovery.archive import TableShape

PATIENCE: Final = Patience(
    statement=timedelta(hours=24), lock=timedelta(seconds=10), idle_transaction=timedelta(hours=1)
)
"""A whole table is one statement."""

# alembic_version belongs to the schema, which a restore makes anew.
TABLES: Final = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition AND c.relname <> 'alembic_version'
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname COLLATE "C"
"""
_REVISION: Final = "SELECT version_num FROM alembic_version"
_LOG_SIZE: Final = "SELECT coalesce(max(size), 0) FROM log_checkpoints"

Write = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True)
class Snapshot:
    """One database at one instant."""

    _driver: Any
    tables: tuple[TableShape, ...]
    revision: str

    async def copy(self, shape: TableShape, write: Write) -> int:
        """Write a table's rows in PostgreSQL's binary form; return how many there are."""
        with translate_driver_errors():
            status: str = await self._driver.copy_from_table(
                shape.table, columns=list(shape.columns), output=write, format="binary"
            )
        return int(status.removeprefix("COPY "))

    async def log_size(self) -> int:
        """Return how many entries the log's newest checkpoint covers."""
        with translate_driver_errors():
            size: int = await self._driver.fetchval(_LOG_SIZE)
        return size


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[Snapshot]:
    """Look at every table of a database as it is now, however long the look takes.

    Raises:
        UnavailableError: the database is away, or a migration holds a table.
    """
    async with driver_transaction(engine, isolation="repeatable_read", readonly=True) as driver:
        yield await _look(driver)


@contextmanager
def translate_driver_errors() -> Iterator[None]:
    """Turn what the driver raises into the bank's errors, without the values it quotes.

    Raises:
        UnavailableError: the database is away.
        ConflictError: what is loaded breaks a constraint.
        StorageError: the statement was wrong.
    """
    try:
        yield
    except DRIVER_ERRORS as error:
        raise raised_by_driver(error) from None


@asynccontextmanager
async def driver_transaction(engine: AsyncEngine, **options: object) -> AsyncIterator[Any]:
    """Begin a transaction on the driver's own connection, which can copy; end it undone.

    Raises:
        UnavailableError: the database is away.
    """
    with translate_db_errors():
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            with translate_driver_errors():
                await driver.transaction(**options).start()
            try:
                yield driver
            finally:
                if driver.is_in_transaction():
                    with suppress(*DRIVER_ERRORS):
                        await driver.execute("ROLLBACK")


async def _look(driver: Any) -> Snapshot:  # noqa: ANN401 - the driver's own connection
    with translate_driver_errors():
        rows = await driver.fetch(TABLES)
        shapes = tuple(TableShape(name, tuple(columns)) for name, columns in rows)
        # Before the first row is read, so that no migration changes a table in between.
        names = ", ".join(shape.table for shape in shapes)
        await driver.execute(f"LOCK TABLE {names} IN ACCESS SHARE MODE")
        revision: str = await driver.fetchval(_REVISION)
    return Snapshot(driver, shapes, revision)
