"""A call that blocks is given so much time and no more, whoever else waits."""

import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from infobank.keystore.errors import RootUnavailableError
from infobank.keystore.roots.blocking import Blocking


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Give a gate that hung calls wait at; it opens at the end of the test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
async def blocking(gate: threading.Event) -> AsyncIterator[Blocking]:
    """Give one thread, and a tenth of a second for each call."""
    found = Blocking("invented", 1, 0.1)
    yield found
    gate.set()
    found.close()


async def test_it_returns_what_the_call_returns(blocking: Blocking):
    assert await blocking.run(lambda: 7) == 7


async def test_it_raises_what_the_call_raises(blocking: Blocking):
    def fail() -> None:
        raise KeyError("invented")

    with pytest.raises(KeyError):
        await blocking.run(fail)


async def test_a_call_that_hangs_is_late_and_so_are_those_behind_it(
    blocking: Blocking, gate: threading.Event
):
    ran: list[int] = []
    with pytest.raises(RootUnavailableError) as caught:
        await blocking.run(gate.wait)
    assert caught.value.detail == "invented: no answer within 0.1 s"
    for n in range(3):
        with pytest.raises(RootUnavailableError):
            await blocking.run(lambda n=n: ran.append(n))
    gate.set()
    while True:
        try:
            assert await blocking.run(lambda: list(ran)) == []
        except RootUnavailableError:
            continue
        break
