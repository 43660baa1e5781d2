"""Answer for a bank that was restored and not replayed yet."""

import asyncio
import signal

import structlog
from aiohttp import web

from infobank.app.installation import Databases
from infobank.app.worker import surroundings
from infobank.config import Settings
from infobank.db.postgres.engine import create_engine, translate_db_errors
from infobank.db.postgres.roles import RECORDS
from infobank.db.recovery.restorations import barred
from infobank.recovery.errors import RestoredError
from infobank.web.shut import make_shut_application

LOG = structlog.get_logger()

LOOK_AGAIN = 1.0
"""Seconds between two looks whether the replay is done."""


async def answer_until_replayed(settings: Settings, found: Databases) -> bool:
    """Say why nothing is answered, until something may be; at once where nothing was restored.

    Returns False when the process was asked to end meanwhile.

    Raises:
        UnavailableError: the records' database is away.
    """
    if not await restored(found):
        return True
    LOG.warning("restored", what="nothing is answered before `infobank restore replay`")
    runner = web.AppRunner(
        make_shut_application(surroundings(settings)), access_log=None, shutdown_timeout=5
    )
    await runner.setup()
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        host, port = settings.listen
        await web.TCPSite(runner, host, port).start()
        while not stop.is_set() and await restored(found):
            await _wait(stop)
        return not stop.is_set()
    finally:
        await runner.cleanup()


async def restored(found: Databases) -> bool:
    """Tell whether the records' database bears the mark of a restored one."""
    url = found.url(RECORDS, RECORDS.granted["web"])
    engine = barred(create_engine(url, application="infobank serve", pool_size=1))
    try:
        with translate_db_errors():
            async with engine.connect():
                return False
    except RestoredError:
        return True
    finally:
        await engine.dispose()


async def _wait(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_AGAIN):
            await stop.wait()
    except TimeoutError:
        return
