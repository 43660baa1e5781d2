"""Do what is due again and again, until the process is asked to end."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from infobank.errors import InfobankError

LOG = structlog.get_logger()


async def again_and_again(
    act: Callable[[], Awaitable[object]], beat: float, stop: "asyncio.Future[None]", waits: str
) -> None:
    """Act every `beat` seconds until `stop` is done.

    What goes wrong is a warning of the name `waits`; the next beat tries again.
    """
    while not stop.done():
        try:
            await act()
        except InfobankError as error:
            LOG.warning(waits, code=error.code, error=error.detail)
        await asyncio.wait([stop], timeout=beat)
