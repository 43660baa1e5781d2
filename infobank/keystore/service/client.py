"""Reach the key service over its socket."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias, cast
from uuid import UUID

from infobank.accesslog.entry import EntryRef
from infobank.db.ending.destroyed import Escrow
from infobank.db.keys import Move
from infobank.db.rotation.epochs import EpochLife
from infobank.errors import ConflictError, InfobankError, InvalidInputError, UnavailableError
from infobank.keystore.service.wire import METHODS, Frames, decode, encode
from infobank.usecases.vault.keyservice import Destroyed, OpenedResident, Row, Settled, Wanted
from infobank.vault.bankkeys import WriterKeys
from infobank.vault.errors import KeyMissingError, KeyRefusedError, SealBrokenError
from infobank.vocabulary.identifiers import ProviderId, ResidentId

PATIENCE = 10.0
"""Seconds to wait for an answer."""

_Answer: TypeAlias = tuple[str | None, Any]
"""An error's code, or None and what was asked for."""
_AWAY: _Answer = (UnavailableError.code, None)

_ERRORS: Mapping[str, Callable[[], InfobankError]] = {
    SealBrokenError.code: SealBrokenError,
    KeyRefusedError.code: KeyRefusedError,
    KeyMissingError.code: partial(KeyMissingError, "the key was destroyed"),
    ConflictError.code: partial(ConflictError, "another change of the keys came first"),
    InvalidInputError.code: partial(InvalidInputError, "the key service refused a request's form"),
}


async def answers(path: Path) -> bool:
    """Tell whether a key service listens on a socket, and lets this process in."""
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


class _Line(asyncio.Protocol):
    """One connection, with the requests that wait for their answers."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._frames = Frames()
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[_Answer]] = {}
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""
        self._transport = cast("asyncio.Transport", transport)

    @property
    def open(self) -> bool:
        """Tell whether something may still be asked."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, name: str, arguments: list[Any]) -> _Answer:
        """Send a request; return its answer, or that none came in time."""
        if self._transport is None:
            return _AWAY
        number, loop = next(self._numbers), asyncio.get_running_loop()
        answer: asyncio.Future[_Answer] = loop.create_future()
        self._waiting[number] = answer
        giving_up = loop.call_later(PATIENCE, _settle, answer, _AWAY)
        try:
            self._transport.write(encode([number, name, arguments]))
            return await answer
        finally:
            giving_up.cancel()
            self._waiting.pop(number, None)

    def data_received(self, data: bytes) -> None:
        """Hand each answer to who waits for it; whoever talks nonsense is hung up on."""
        try:
            for number, error, answer in map(decode, self._frames.fed(data)):
                if number in self._waiting:
                    _settle(self._waiting[number], (error, answer))
        except InvalidInputError:
            self.close()

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let who waits hear that the service is away."""
        del exc  # whatever ended it: nobody is left waiting
        for waiting in self._waiting.values():
            _settle(waiting, _AWAY)
        self.ended.set_result(None)


def _settle(waiting: "asyncio.Future[_Answer]", answer: _Answer) -> None:
    if not waiting.done():
        waiting.set_result(answer)


@dataclass
class RemoteKeys:
    """The key service as a process of its own, reached over one connection.

    Requests of many tasks share the connection and are answered in any order.  A lost
    connection is opened again by the next request.
    """

    socket: Path
    _line: _Line | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def close(self) -> None:
        """End the connection."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
            await line.ended

    async def writer(self) -> WriterKeys:
        """Return the log-writing keys of a process that has none yet."""
        found: WriterKeys = await self._call("writer")
        return found

    async def writers(self, prefixes: Sequence[bytes]) -> list[WriterKeys]:
        """Return other processes' log-writing keys."""
        found: list[WriterKeys] = await self._call("writers", prefixes)
        return found

    async def create(self, residents: Sequence[ResidentId]) -> None:
        """Make random keys for new residents, durably."""
        await self._call("create", residents)

    async def open(self, residents: Sequence[ResidentId]) -> dict[ResidentId, OpenedResident]:
        """Open what may be known of residents without opening a record."""
        found: dict[ResidentId, OpenedResident] = await self._call("open", residents)
        return found

    async def release(self, wanted: Sequence[Wanted]) -> list[bytes]:
        """Give out category keys, each against its durable entry, in the order asked."""
        found: list[bytes] = await self._call("release", wanted)
        return found

    async def announce(self, moves: Sequence[Move]) -> None:
        """Note, durably, which manifest a deposit is about to write."""
        await self._call("announce", moves)

    async def confirm(self, written: Sequence[tuple[ResidentId, int]]) -> None:
        """Note that announced manifests were written."""
        await self._call("confirm", written)

    async def index(self, name: str, identifiers: Sequence[tuple[str, str]]) -> list[bytes]:
        """Return the blind index of each identifier in a named index."""
        found: list[bytes] = await self._call("index", name, identifiers)
        return found

    async def pairwise(self, provider: ProviderId, residents: Sequence[ResidentId]) -> list[str]:
        """Return the names by which a provider knows residents."""
        found: list[str] = await self._call("pairwise", provider, residents)
        return found

    async def authenticate(self, rows: Sequence[Row]) -> list[bytes]:
        """Return the MAC of each row."""
        found: list[bytes] = await self._call("authenticate", rows)
        return found

    async def check(self, rows: Sequence[Row]) -> list[bool]:
        """Tell of each row whether it carries the MAC it must."""
        found: list[bool] = await self._call("check", rows)
        return found

    async def destroy(self, resident: ResidentId, permit: EntryRef) -> Destroyed:
        """Destroy a resident's data key, against a durable entry that says so."""
        found: Destroyed = await self._call("destroy", resident, permit)
        return found

    async def settle(self) -> Settled:
        """Destroy the log keys whose time is over, and give to the holders those that wait."""
        found: Settled = await self._call("settle")
        return found

    async def escrow(self, resident: ResidentId) -> Escrow | None:
        """Return an erased resident's log key as two holders open it."""
        found: Escrow | None = await self._call("escrow", resident)
        return found

    async def residents(self, after: UUID, limit: int) -> list[ResidentId]:
        """Return who has keys, in order."""
        found: list[ResidentId] = await self._call("residents", after, limit)
        return found

    async def survey(
        self, residents: Sequence[ResidentId]
    ) -> dict[ResidentId, OpenedResident | None]:
        """Open what may be known of residents, for the caretaker."""
        found: dict[ResidentId, OpenedResident | None] = await self._call("survey", residents)
        return found

    async def retire(self, wanted: Sequence[Wanted]) -> list[bytes]:
        """Give out category keys against the entries of retention alone."""
        found: list[bytes] = await self._call("retire", wanted)
        return found

    async def add_decoys(self, residents: Sequence[ResidentId]) -> None:
        """Note residents as decoys."""
        await self._call("add_decoys", residents)

    async def epochs(self) -> list[EpochLife]:
        """Return the lives of the root keys."""
        found: list[EpochLife] = await self._call("epochs")
        return found

    async def sign(self, document: bytes) -> bytes:
        """Return the Ed25519 signature under a receipt."""
        found: bytes = await self._call("sign", document)
        return found

    async def receipt_key(self) -> bytes:
        """Return the public key that checks receipts."""
        found: bytes = await self._call("receipt_key")
        return found

    async def reachable(self) -> None:
        """Return when the key service and its database answer."""
        await self._call("reachable")

    async def _call(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - each method knows what it gets
        method = METHODS[name]
        written = [form.write(each) for form, each in zip(method.takes, arguments, strict=True)]
        line = self._line if self._line is not None and self._line.open else await self._connect()
        error, answer = await line.ask(name, written)
        if error is None:
            return method.gives.read(answer)
        known = _ERRORS.get(error)
        if known is None:
            raise UnavailableError("the key service is away; try again", detail=error)
        raise known()

    async def _connect(self) -> _Line:
        async with self._opening:
            if self._line is None or not self._line.open:
                try:
                    loop = asyncio.get_running_loop()
                    _, self._line = await loop.create_unix_connection(_Line, str(self.socket))
                except OSError as error:
                    raise UnavailableError(
                        "the key service is away; try again", detail=type(error).__name__
                    ) from None
            return self._line
