"""Answer on the key service's sockets: one for each kind of caller."""

import asyncio
import contextlib
import os
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import structlog

from infobank.errors import InfobankError, InvalidInputError
from infobank.keystore.errors import KeyServiceError
from infobank.keystore.service.client import answers
from infobank.keystore.service.wire import CALLERS, METHODS, PRIVATE, Frames, decode, encode
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
        served: set[_Conversation] = set()
        stack.push_async_callback(_end, served)
        for caller in CALLERS:
            path = folder / caller
            if await answers(path):
                raise KeyServiceError(f"a key service answers at {path} already")
            path.unlink(missing_ok=True)
            members = None if caller in PRIVATE else group
            listening = _bind(path, members)
            made = partial(_Conversation, core, caller, members, served)
            server = await asyncio.get_running_loop().create_unix_server(made, sock=listening)
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


async def _end(served: "set[_Conversation]") -> None:
    """End the connections that are open."""
    tasks = [task for each in served for task in each.hang_up()]
    await asyncio.gather(*tasks, return_exceptions=True)


class _Conversation(asyncio.Protocol):
    """One connection, served until the caller leaves or sends what is no message."""

    def __init__(
        self, core: KeyService, caller: str, group: int | None, served: "set[_Conversation]"
    ) -> None:
        self._core, self._caller, self._group, self._served = core, caller, group, served
        self._frames = Frames()
        self._waiting: deque[bytes] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last = self._full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve who may connect; hang up on others."""
        self._transport = cast("asyncio.Transport", transport)
        self._served.add(self)
        if not _admitted(transport.get_extra_info("socket"), self._group):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Work on the requests that came."""
        try:
            self._waiting.extend(self._frames.fed(data))
        except InvalidInputError:
            self._last = True  # another language: what was asked before is answered
        self._go_on()

    def eof_received(self) -> bool:
        """Answer what was asked; then hang up."""
        self._last = True
        self._go_on()
        return True

    def pause_writing(self) -> None:
        """Begin nothing more for a caller that takes no answers."""
        self._full = True

    def resume_writing(self) -> None:
        """Go on: the caller takes answers again."""
        self._full = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop working for who is gone."""
        del exc  # it may have gone in any way
        self._served.discard(self)
        self.hang_up()

    def hang_up(self) -> "list[asyncio.Task[None]]":
        """End the connection and its work; return what still has to notice."""
        self._waiting.clear()
        self._transport.abort()
        for task in self._tasks:
            task.cancel()
        return list(self._tasks)

    def _go_on(self) -> None:
        """Begin what there is room for; read no further than that, and close after the last."""
        while self._waiting and not self._full and len(self._tasks) < MOST_AT_ONCE:
            task = asyncio.create_task(self._work(self._waiting.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        if self._transport.is_closing():
            return
        if self._waiting or self._last:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()
        if self._last and not self._tasks and not self._waiting:
            self._transport.close()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._go_on()

    async def _work(self, packed: bytes) -> None:
        number: object = None
        try:
            number, name, arguments = decode(packed)
            reply = [number, None, await _call(self._core, self._caller, name, arguments)]
        except InfobankError as error:
            reply = [number, error.code, None]
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller hears that it failed
            # The text may hold what was asked; the kind does not.
            LOG.error("key_service_failed", kind=type(error).__name__)  # noqa: TRY400
            reply = [number, InfobankError.code, None]
        self._transport.write(encode(reply))


def _admitted(connected: socket.socket, group: int | None) -> bool:
    """Tell whether who connected may: our own account, root, or with a group anybody let in."""
    found = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, account, _ = _CREDENTIALS.unpack(found)
    return group is not None or account in {0, os.geteuid()}


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
