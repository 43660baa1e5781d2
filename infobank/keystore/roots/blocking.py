"""Calls of libraries that block: in threads of their own, and never for longer than a deadline."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from infobank.keystore.errors import RootUnavailableError

T = TypeVar("T")


class Blocking:
    """Run blocking calls in a few threads; give each call `deadline` seconds, waiting included.

    A call that is late goes on in its thread, because nothing can stop it; its outcome is
    dropped.  When all threads hang, every further call is late too, and no more threads
    are made.
    """

    def __init__(self, keystore: str, threads: int, deadline: float) -> None:
        self._keystore = keystore
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"root-{keystore}")
        self._deadline = deadline

    async def run(self, call: Callable[[], T]) -> T:
        """Return what a call returns.

        Raises:
            RootUnavailableError: it did not end in time.
        """
        try:
            async with asyncio.timeout(self._deadline):
                return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except TimeoutError:
            raise RootUnavailableError(
                "the root key's keystore does not answer",
                detail=f"{self._keystore}: no answer within {self._deadline} s",
            ) from None

    def close(self) -> None:
        """Take no more calls.

        A call that still hangs keeps its thread, and the process from ending by itself: who
        started the process must be ready to kill it.
        """
        self._threads.shutdown(wait=False, cancel_futures=True)
