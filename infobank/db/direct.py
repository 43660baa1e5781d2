"""Single statements on connections kept at hand, each a transaction of its own.

The few reads that every disclosure makes go this way: without a pool's bookkeeping, BEGIN
and ROLLBACK they cost a sixth.  What writes more than one row, or must see what the same
unit of work wrote, belongs in a `Unit`.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infobank.db.postgres.engine import raised_by_driver

MOST = 4
"""Connections kept at hand: the rest of the pool is for units of work."""


class Reader(Protocol):
    """Whatever runs one statement: `Direct`, or a `Unit` within its transaction."""

    async def fetch(self, statement: str, *arguments: object) -> Sequence[Any]:
        """Return the rows of a statement; its parameters are `$1`, `$2` and so on."""


@dataclass
class _Kept:
    connection: AsyncConnection
    driver: Any


@dataclass
class Direct:
    """Run statements on at most `MOST` connections; opened when first used."""

    engine: AsyncEngine
    _free: list[_Kept] = field(default_factory=list)
    _permits: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST))

    async def fetch(self, statement: str, *arguments: object) -> Sequence[Any]:
        """Return the rows of a statement, committed when this returns.

        Raises:
            UnavailableError: the database is away.
            ConflictError: another change came first.
            StorageError: the statement was wrong.
        """
        async with self._permits:
            kept = await self._take()
            try:
                found: Sequence[Any] = await kept.driver.fetch(statement, *arguments)
            except (PostgresError, InterfaceError, OSError) as error:
                await self._drop(kept)
                await self.close()  # what broke one connection broke the others too
                raise raised_by_driver(error) from None
            except BaseException:
                await self._drop(kept)
                raise
            self._free.append(kept)
            return found

    async def close(self) -> None:
        """Close the connections at hand; the next statement opens others."""
        while self._free:
            await self._drop(self._free.pop())

    async def _take(self) -> _Kept:
        while self._free:
            kept = self._free.pop()
            if not kept.driver.is_closed():
                return kept
            await self._drop(kept)
        return await self._open()

    async def _open(self) -> _Kept:
        connection = await self.engine.connect()
        raw = await connection.get_raw_connection()
        return _Kept(connection, raw.driver_connection)

    async def _drop(self, kept: _Kept) -> None:
        with contextlib.suppress(Exception):  # it may be dead already; it is ours no more
            await kept.connection.invalidate()
            await kept.connection.close()
