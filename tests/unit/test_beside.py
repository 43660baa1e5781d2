"""Work beside a block ends with it, and is heard of only where it is awaited."""

import asyncio

import pytest

from infobank.usecases.vault.beside import beside
from infobank.vault.errors import KeyRefusedError, SealBrokenError


async def test_the_block_gets_what_the_work_returns():
    async def work() -> int:
        return 7

    async with beside(work()) as found:
        assert await found == 7


async def test_both_go_on_at_the_same_time():
    block_is_here, work_is_here = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        work_is_here.set()
        await block_is_here.wait()

    async with beside(work()) as found:
        await work_is_here.wait()
        block_is_here.set()
        await found


async def test_what_is_not_awaited_is_over_when_the_block_is_left():
    async def work() -> None:
        await asyncio.Event().wait()

    with pytest.raises(KeyRefusedError):
        async with beside(work()) as found:
            raise KeyRefusedError
    assert found.cancelled()


async def test_a_failure_is_raised_where_it_is_awaited_and_nowhere_else():
    async def work() -> None:
        raise SealBrokenError

    async with beside(work()) as unheard:
        await asyncio.wait([unheard])
    async with beside(work()) as found:
        with pytest.raises(SealBrokenError):
            await found
    assert unheard.done()
