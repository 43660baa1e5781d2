"""Askers of the same moment share a statement, and each gets its own answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from infobank.db.postgres.together import MOST, Together


@dataclass
class Squares:
    """A lookup that waits until it is let go, and keeps what it was asked."""

    asked: list[list[int]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        """Return the square of each number; thirteen breaks the statement."""
        self.asked.append(list(numbers))
        await self.gate.wait()
        if 13 in numbers:
            raise ValueError("13")
        return [number * number for number in numbers]


async def begun(squares: Squares, count: int) -> None:
    """Wait until so many statements have begun."""
    while len(squares.asked) < count:  # noqa: ASYNC110 - the lookup itself tells
        await asyncio.sleep(0)


async def test_who_asks_while_a_statement_runs_shares_the_next_one():
    squares = Squares()
    together = Together(squares)
    first = asyncio.create_task(together([1]))
    await begun(squares, 1)
    later = [asyncio.create_task(together([number, number + 1])) for number in (2, 5, 8)]
    await asyncio.sleep(0)
    squares.gate.set()
    assert await first == [1]
    assert await asyncio.gather(*later) == [[4, 9], [25, 36], [64, 81]]
    assert squares.asked == [[1], [2, 3, 5, 6, 8, 9]]


async def test_nobody_is_answered_by_a_statement_that_began_before_she_asked():
    squares = Squares()
    together = Together(squares)
    first = asyncio.create_task(together([1]))
    await begun(squares, 1)
    again = asyncio.create_task(together([1]))
    squares.gate.set()
    assert [await first, await again] == [[1], [1]]
    assert squares.asked == [[1], [1]]


async def test_a_failure_reaches_all_who_shared_the_statement_and_nobody_else():
    squares = Squares()
    together = Together(squares)
    squares.gate.set()
    shared = await asyncio.gather(together([1]), together([13]), return_exceptions=True)
    assert [type(each) for each in shared] == [ValueError, ValueError]
    assert await together([4]) == [16]


async def test_who_left_takes_nobody_along():
    squares = Squares()
    together = Together(squares)
    gone, stays = (asyncio.create_task(together([number])) for number in (2, 3))
    await begun(squares, 1)
    gone.cancel()
    squares.gate.set()
    assert await stays == [9]
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_statement_has_room_for_so_many_keys_and_who_asks_for_more_has_one_alone():
    squares = Squares()
    together = Together(squares)
    squares.gate.set()
    half = list(range(20, 20 + MOST // 2 + 1))
    many = list(range(20, 20 + MOST + 1))
    found = await asyncio.gather(together(half), together(half), together(many))
    assert [len(each) for each in found] == [len(half), len(half), len(many)]
    assert sorted(map(len, squares.asked)) == [len(half), len(half), len(many)]
