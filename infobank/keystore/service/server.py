"""Answer on the key service's sockets: one for each kind of caller."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from infobank.errors import InfobankError, InvalidInputError
from infobank.keystore.errors import KeyServiceError
from infobank.keystore.service.client import answers
from infobank.keystore.service.wire import CALLERS, METHODS, PRIVATE, decode, encode, read_frame
from infobank.usecases.vault.keyservice import KeyService

LOG = structlog.get_logger()

MOST_AT_ONCE = 64
"""Requests of one connection that are worked on at a time; more wait in the socket."""

_CREDENTIALS = struct.Struct("3i")


@asynccontextmanager
async def serving(core: KeyService, folder: Path, group: int | None = None) -> AsyncIterator[None]:
    """Answer callers for as long as the block lasts.

    The sockets stand in `folder`, one a caller.  Only this account may connect; with
    `group` (a number of the operating system) its members may too.

    Raises:
        KeyServiceError: a key service answers there already, or the folder is another's.
        ConflictError: a shard's residents get new keys, and not all have theirs.
        UnavailableError: the keystore or the keys' database is away.
    """
    await core.reachable()
    _own(folder, group)
    async with contextlib.AsyncExitStack() as stack:
        served: set[asyncio.Task[None]] = set()
        stack.push_async_callback(_end, served)
        for caller in CALLERS:
            path = folder / caller
            if await answers(path):
                raise KeyServiceError(f"a key service answers at {path} already")
            path.unlink(missing_ok=True)
            members = None if caller in PRIVATE else group
            listening = _bind(path, members)
            answer = partial(_answer, core, caller, members)
            server = await asyncio.start_unix_server(
                partial(_accept, served, answer), sock=listening
            )
            stack.callback(path.unlink, missing_ok=True)
            stack.callback(server.close)
        yield


@asynccontextmanager
async def shut(folder: Path) -> AsyncIterator[None]:
    """Keep any key service from starting for as long as the block lasts; answer nobody.

    Raises:
        KeyServiceError: one runs, or the folder is another's.
    """
    _own(folder, None)
    async with contextlib.AsyncExitStack() as stack:
        for caller in CALLERS:
            path = folder / caller
            if await answers(path):
                raise KeyServiceError("the key service runs; stop the bank first")
            path.unlink(missing_ok=True)
            server = await asyncio.start_unix_server(_turn_away, sock=_bind(path, None))
            stack.callback(path.unlink, missing_ok=True)
            stack.callback(server.close)
        yield


async def _turn_away(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def _own(folder: Path, group: int | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise KeyServiceError(
            f"{folder} belongs to somebody else; name another INFOBANK_KEYSERVICE"
        )
    folder.chmod(0o700 if group is None else 0o710)
    if group is not None:
        os.chown(folder, -1, group)


def _bind(path: Path, group: int | None) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # INVARIANT: the folder is closed while the socket has the mode it was born with.
    listening.bind(str(path))
    path.chmod(0o600 if group is None else 0o660)
    if group is not None:
        os.chown(path, -1, group)
    return listening


async def _accept(
    served: set[asyncio.Task[None]],
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Serve one connection, in a task that ends with the service."""
    task = asyncio.create_task(answer(reader, writer))
    served.add(task)
    task.add_done_callback(served.discard)


async def _end(served: set[asyncio.Task[None]]) -> None:
    """End the connections that are open."""
    for task in served:
        task.cancel()
    await asyncio.gather(*served, return_exceptions=True)


async def _answer(
    core: KeyService,
    caller: str,
    group: int | None,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Serve one connection until the caller leaves, or sends what is no message."""
    permits = asyncio.Semaphore(MOST_AT_ONCE)
    tasks: set[asyncio.Task[None]] = set()
    try:
        while _admitted(writer.get_extra_info("socket"), group):
            packed = await read_frame(reader)
            await permits.acquire()
            task = asyncio.create_task(_work(core, caller, packed, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            task.add_done_callback(lambda _: permits.release())
    except (asyncio.IncompleteReadError, ConnectionError, InvalidInputError):
        # The caller says no more, or speaks another language; what it asked is answered.
        await asyncio.gather(*tasks)
    finally:
        await _end(tasks)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _admitted(connected: socket.socket, group: int | None) -> bool:
    """Tell whether who connected may: our own account, root, or with a group anybody let in."""
    found = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, account, _ = _CREDENTIALS.unpack(found)
    return group is not None or account in {0, os.geteuid()}


async def _work(core: KeyService, caller: str, packed: bytes, writer: asyncio.StreamWriter) -> None:
    number: object = None
    try:
        number, name, arguments = decode(packed)
        reply = [number, None, await _call(core, caller, name, arguments)]
    except InfobankError as error:
        reply = [number, error.code, None]
    except Exception as error:  # noqa: BLE001 - whatever it was, the caller hears that it failed
        # The text may hold what was asked; the kind does not.
        LOG.error("key_service_failed", kind=type(error).__name__)  # noqa: TRY400
        reply = [number, InfobankError.code, None]
    with contextlib.suppress(ConnectionError):
        writer.write(encode(reply))
        await writer.drain()


async def _call(core: KeyService, caller: str, name: object, arguments: object) -> Any:  # noqa: ANN401 - what MessagePack writes
    method = METHODS.get(name) if isinstance(name, str) else None
    if method is None or caller not in method.callers:
        raise InvalidInputError("this caller has no such method")
    if type(arguments) is not list or len(arguments) != len(method.takes):
        raise InvalidInputError("a request of the key service has another form")
    try:
        read = [form.read(each) for form, each in zip(method.takes, arguments, strict=True)]
    except (ValueError, TypeError, AttributeError):
        raise InvalidInputError("a request of the key service has another form") from None
    return method.gives.write(await getattr(core, str(name))(*read))
