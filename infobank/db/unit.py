"""One unit of work: one connection, one transaction, committed explicitly or not at all."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infobank.accesslog.leaf import WRITER_BYTES
from infobank.accesslog.writer import Writer
from infobank.db.direct import Direct
from infobank.db.postgres.engine import translate_db_errors
from infobank.entropy import Entropy
from infobank.vault.bankkeys import WriterKeys

_WRITER = "infobank_writer"

AT_HAND = 2
"""Connections for units of work that are opened before anybody asks for one."""


@dataclass
class ConnectionWriter:
    """The access log's writer that one database connection is, and the number it writes next.

    INVARIANT: a number is used up only by a commit, so a writer's entries have no gap.
    A connection that broke takes its writer with it.
    """

    writer: Writer
    next_number: int = 0


@dataclass(frozen=True)
class Writers:
    """Make the writer of a connection: a random name below this process's, and its MAC key."""

    entropy: Entropy
    keys: WriterKeys

    def new(self) -> ConnectionWriter:
        """Return a writer that never wrote."""
        writer_id = self.keys.prefix + self.entropy.bytes(WRITER_BYTES - len(self.keys.prefix))
        return ConnectionWriter(Writer(writer_id, self.keys.mac_key(writer_id)))


class Unit:
    """A transaction in progress.  Leaving it without `commit()` undoes everything."""

    def __init__(self, connection: AsyncConnection, writers: Writers | None) -> None:
        self.connection = connection
        self._writers = writers
        self._appended = 0

    def next_place(self) -> tuple[Writer, int]:
        """Return this connection's log writer and the number of its next entry."""
        return self.next_places(1)

    def next_places(self, count: int) -> tuple[Writer, int]:
        """Return this connection's log writer and the first number of its next entries."""
        kept = self._kept()
        number = kept.next_number + self._appended
        self._appended += count
        return kept.writer, number

    def seal_key(self) -> bytes:
        """Return the key that seals this process's entries which concern no resident."""
        return self._own().keys.seal_key()

    async def fetch(self, statement: str, *arguments: object) -> Sequence[Any]:
        """Return the rows of a statement within this unit; its parameters are `$1` and so on."""
        found = await self.connection.exec_driver_sql(statement, arguments)
        return found.fetchall()

    async def put(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Run a statement that takes rows, at least one, as one array a column."""
        columns = tuple([list(column) for column in zip(*rows, strict=True)])
        await self.connection.exec_driver_sql(statement, columns)

    async def commit(self) -> None:
        """Make everything durable; numbers of log entries count from now on."""
        try:
            await self.connection.commit()
        except BaseException:
            # Nobody knows whether it was committed: this connection's writer writes no more.
            self.connection.info.pop(_WRITER, None)
            raise
        if self._appended:
            self._kept().next_number += self._appended
            self._appended = 0

    def _kept(self) -> ConnectionWriter:
        kept = self.connection.info.get(_WRITER)
        if not isinstance(kept, ConnectionWriter):
            kept = self._own().new()
            self.connection.info[_WRITER] = kept
        return kept

    def _own(self) -> Writers:
        if self._writers is None:
            raise TypeError("this database keeps no access log")
        return self._writers


@dataclass(frozen=True)
class Units:
    """Open units of work on one database; without `writers` it is one that keeps no log."""

    engine: AsyncEngine
    writers: Writers | None = None

    @cached_property
    def direct(self) -> Direct:
        """Single statements, each a transaction of its own."""
        return Direct(self.engine)

    async def warm(self, statements: Mapping[str, int]) -> None:
        """Connect before anybody waits for it; `statements` as for `Direct.warm`.

        Raises:
            UnavailableError: the database is away.
        """

        async def touch() -> None:
            async with self():  # begun before another is done: each is a connection of its own
                return

        await asyncio.gather(self.direct.warm(statements), *(touch() for _ in range(AT_HAND)))

    async def close(self) -> None:
        """Close every connection to the database."""
        await self.direct.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Unit]:
        """Open a unit of work; it is rolled back unless it was committed.

        Raises:
            UnavailableError: the database is away.
        """
        with translate_db_errors():
            async with self.engine.connect() as connection:
                yield Unit(connection, self.writers)
