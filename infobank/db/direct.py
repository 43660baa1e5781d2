"""Single statements on connections kept at hand, each a transaction of its own.

The few reads that every disclosure makes go this way: without a pool's bookkeeping, BEGIN
and ROLLBACK they cost a sixth.  What writes more than one row, or must see what the same
unit of work wrote, belongs in a `Unit`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infobank.db.postgres.engine import DRIVER_ERRORS, raised_by_driver
from infobank.db.postgres.together import Together

K = TypeVar("K")
V = TypeVar("V")

MOST = 4
"""Connections kept at hand: the rest of the pool is for units of work."""

UNTIL_KEPT = 6
"""Runs until PostgreSQL keeps a statement's plan (PostgreSQL 18, PREPARE, notes)."""


def arrays(*kinds: str, first: int = 1) -> str:
    """Return parameters, from `$first` on, side by side as rows; each is an array of a kind.

    A plan that depends on how many rows there are is made anew each time, and for a join of
    many tables that costs five times the join.  Behind a sub-select the number is not seen.
    """
    taken = (f"(SELECT ${at}::{kind}[])" for at, kind in enumerate(kinds, first))
    return f"unnest({', '.join(taken)})"


class Reader(Protocol):
    """Whatever runs one statement: `Direct`, or a `Unit` within its transaction."""

    async def fetch(self, statement: str, *arguments: object) -> Sequence[Any]:
        """Return the rows of a statement; its parameters are `$1`, `$2` and so on."""


Look: TypeAlias = Callable[[Reader, Sequence[K]], Awaitable[Sequence[V]]]
"""A lookup in one statement: what each key leads to, in order."""


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
    _together: dict[Look[Any, Any], Together[Any, Any]] = field(default_factory=dict)

    async def fetch(self, statement: str, *arguments: object) -> Sequence[Any]:
        """Return the rows of a statement, committed when this returns.

        Raises:
            UnavailableError: the database is away.
            ConflictError: another change came first.
            StorageError: the statement was wrong.
        """
        async with self._permits:
            kept = await self._take()
            (found,) = await self._run([(statement, arguments)], kept)
            return found

    async def _run(
        self, runs: Sequence[tuple[str, Sequence[object]]], kept: _Kept
    ) -> list[Sequence[Any]]:
        """Run statements on a connection, which is at hand again afterwards."""
        try:
            found = [await kept.driver.fetch(each, *arguments) for each, arguments in runs]
        except DRIVER_ERRORS as error:
            await self._drop(kept)
            await self.close()  # what broke one connection broke the others too
            raise raised_by_driver(error) from None
        except BaseException:
            await self._drop(kept)
            raise
        self._free.append(kept)
        return found

    async def warm(self, statements: Mapping[str, int]) -> None:
        """Open all connections, and prepare on each what will be run most.

        `statements` are given with how many arrays each takes: it is run with empty ones.

        Raises:
            UnavailableError: the database is away.
        """
        runs = [(each, _empty(taken)) for each, taken in statements.items()] * UNTIL_KEPT

        async def one() -> None:
            async with self._permits:
                await self._run(runs, await self._take())

        await asyncio.gather(*(one() for _ in range(MOST)))

    def together(self, look: Look[K, V]) -> Together[K, V]:
        """Return where askers of a lookup meet, to share its statements."""
        return self._together.setdefault(look, Together(partial(look, self)))

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


def _empty(arrays: int) -> list[list[object]]:
    return [[] for _ in range(arrays)]


async def looked_up(reader: Reader, look: Look[K, V], keys: Sequence[K]) -> Sequence[V]:
    """Return what each key leads to; outside a unit of work askers share statements."""
    if isinstance(reader, Direct):
        return await reader.together(look)(keys)
    return await look(reader, keys)
