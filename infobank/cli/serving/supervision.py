"""Keep the bank's processes running, and end them together."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO

import structlog

from infobank.config import Settings
from infobank.errors import ConfigurationError
from infobank.keystore.errors import KeyServiceError
from infobank.keystore.service.client import answers
from infobank.keystore.service.wire import WEB

LOG = structlog.get_logger()

PATIENCE = 10.0
"""Seconds a process may take to end before it is killed."""

SHORTEST_LIFE = 1.0
"""A process that ends sooner is not started again at once."""

SECONDS_TO_START = 60
LOOK_AGAIN = 0.05
"""Seconds between two looks whether a process that starts answers yet."""


def check_port(address: tuple[str, int], otherwise: str) -> None:
    """Accept an address that nobody listens on; `otherwise` says how to choose another.

    Raises:
        ConfigurationError: somebody does.
    """
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {host}:{port} ({error.strerror}). Another program uses the "
                f"port: end it, or choose another with {otherwise}"
            ) from None


async def supervise(settings: Settings, workers: int) -> int:
    """Run workers, sequencer, daily work and notifier until this process is asked to end."""
    check_port(settings.listen, "INFOBANK_LISTEN=HOST:PORT and INFOBANK_PUBLIC_URL")
    async with keys_at_hand(settings), running(settings, workers):
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()
    return 0


@asynccontextmanager
async def keys_at_hand(settings: Settings, logs: IO[bytes] | None = None) -> AsyncIterator[None]:
    """Have a key service for as long as the block lasts: the one that runs, or one of our own.

    Raises:
        KeyServiceError: ours did not start; it has said why.
    """
    if await answers(settings.keyservice / WEB):
        yield
        return
    async with _kept(["keyservice"], environment_of(settings), logs) as (process,):
        await _until_answering(settings, process)
        yield


async def _until_answering(settings: Settings, process: "_Kept") -> None:
    try:
        async with asyncio.timeout(SECONDS_TO_START):
            while not await answers(settings.keyservice / WEB):
                if process.failed:
                    raise KeyServiceError("the key service did not start; see what it said above")
                await asyncio.sleep(LOOK_AGAIN)
    except TimeoutError:
        raise KeyServiceError("the key service did not start in time") from None


@asynccontextmanager
async def _kept(
    names: Sequence[str], environment: Mapping[str, str], logs: IO[bytes] | None
) -> AsyncIterator[list["_Kept"]]:
    """Keep processes running for as long as the block lasts; end them in the reverse order."""
    kept = [_Kept(name, environment, logs) for name in names]
    tasks = [asyncio.create_task(each.keep()) for each in kept]
    try:
        yield kept
    finally:
        for each in kept:
            each.ending = True
        await asyncio.gather(*(each.end() for each in kept))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def running(
    settings: Settings, workers: int, logs: IO[bytes] | None = None
) -> AsyncIterator[None]:
    """Run workers, sequencer, daily work and notifier for as long as the block lasts.

    Their logs go to `logs`, or without it to this process's standard error.
    """
    with tempfile.TemporaryDirectory(prefix="infobank-metrics-") as folder:
        environment = {**environment_of(settings), "PROMETHEUS_MULTIPROC_DIR": folder}
        names = ["sequencer", "daily", "notifier", *["worker"] * workers]
        async with _kept(names, environment, logs):
            yield


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process reads these very settings."""
    host, port = settings.listen
    return {
        **{name: value for name, value in os.environ.items() if name != "INFOBANK_LISTEN"},  # noqa: TID251 - handed on, not read
        "INFOBANK_ENV": settings.environment,
        "INFOBANK_STATE": str(settings.state),
        "INFOBANK_PUBLIC_URL": settings.public_url,
        "INFOBANK_LISTEN": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "INFOBANK_ROOT_KEY": str(settings.root_key),
        "INFOBANK_LOG_KEY": str(settings.log_key),
        "INFOBANK_KEYSERVICE": str(settings.keyservice),
        "INFOBANK_POLICIES": str(settings.policies),
    }


@dataclass
class _Kept:
    """One process that is started again when it ends by itself."""

    name: str
    environment: Mapping[str, str]
    logs: IO[bytes] | None = None
    ending: bool = False
    failed: bool = False
    process: Process | None = field(default=None, repr=False)

    async def keep(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.ending:
            begun = loop.time()
            # Its own session: Ctrl-C reaches the supervisor alone, which ends all in order.
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "infobank",
                self.name,
                stdin=PIPE,
                stderr=self.logs,
                env=dict(self.environment),
                start_new_session=True,
            )
            status = await self.process.wait()
            if not self.ending:
                self.failed = True
                LOG.error("process_ended", worker=self.name, status=status)
                await asyncio.sleep(max(0.0, SHORTEST_LIFE - (loop.time() - begun)))

    async def end(self) -> None:
        process = self.process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
