"""Look up what many ask for at the same moment in one statement.

A statement costs a database far more than one row more in it.  So askers are gathered while
a statement runs, and share the next one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 8
"""Keys looked up in one statement that several share; who asks for more has one alone."""


@dataclass
class _Asker(Generic[K, V]):
    keys: Sequence[K]
    answer: "asyncio.Future[list[V]]"


@dataclass
class Together(Generic[K, V]):
    """Gather askers of one lookup, which returns what each key leads to, in their order."""

    look: Callable[[Sequence[K]], Awaitable[Sequence[V]]]
    _waiting: list[_Asker[K, V]] = field(default_factory=list)
    _looking: asyncio.Task[None] | None = None

    async def __call__(self, keys: Sequence[K]) -> Sequence[V]:
        """Return what each key leads to, in order.

        Raises:
            whatever the lookup raises, to all who shared it.
        """
        if len(keys) > MOST:
            return await self.look(keys)
        asker = _Asker[K, V](keys, asyncio.get_running_loop().create_future())
        self._waiting.append(asker)
        if self._looking is None:
            self._looking = asyncio.create_task(self._run(), name="together")
        return await asker.answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                # INVARIANT: a statement answers only who asked before it began.
                await self._answer(self._next())
        finally:
            self._looking = None

    def _next(self) -> list[_Asker[K, V]]:
        """Take as many askers, first come first served, as one statement has room for."""
        room, count = MOST, 0
        for asker in self._waiting:
            room -= len(asker.keys)
            if room < 0:
                break
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    async def _answer(self, askers: Sequence[_Asker[K, V]]) -> None:
        try:
            found = iter(await self.look([key for asker in askers for key in asker.keys]))
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody may be left waiting
            for asker in askers:
                if not asker.answer.done():
                    asker.answer.set_exception(error)
            return
        except BaseException:
            for asker in askers:
                asker.answer.cancel()
            raise
        for asker in askers:
            part = list(islice(found, len(asker.keys)))
            if not asker.answer.done():  # who asked may have gone
                asker.answer.set_result(part)
