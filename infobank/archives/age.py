"""Encrypt a stream to offline age recipients and back, in memory that does not grow.

age (C2SP age v1) encrypts in chunks of 64 KiB and authenticates each, its place, and the
end.  The library reads and writes like a file, so it runs in a thread of its own; parts
are handed over a short queue.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pyrage
from pyrage import x25519

from infobank.errors import ConfigurationError, UnavailableError
from infobank.recovery.errors import ArchiveError

Write = Callable[[bytes], "asyncio.Future[None] | Any"]

DEPTH = 4
"""Parts that wait between the two sides; the faster side waits for the slower."""
PART = 1 << 18
"""Bytes handed over at once, about."""

_GZIP = 31
"""zlib's word for the gzip format (RFC 1952)."""
_LEVEL = 1
"""What is sealed does not compress; the rest does at any level."""


class _StoppedError(Exception):
    """The other side has given up."""


def recipients_of(texts: Sequence[str]) -> list[x25519.Recipient]:
    """Read recipients by their public halves.

    Raises:
        ConfigurationError: there is none, or one is no age recipient.
    """
    if not texts:
        raise ConfigurationError(
            "an archive needs a recipient: --recipient age1..., or INFOBANK_BACKUP_RECIPIENTS"
        )
    try:
        return [x25519.Recipient.from_str(text) for text in texts]
    except pyrage.RecipientError:
        raise ConfigurationError("a recipient begins with age1 and was copied whole") from None


def identity_of(text: str) -> x25519.Identity:
    """Read the identity in an age identity file: the one line that is not a comment.

    Raises:
        ConfigurationError: there is none, or more than one.
    """
    lines = [line.strip() for line in text.splitlines()]
    secrets = [line for line in lines if line and not line.startswith("#")]
    try:
        (secret,) = secrets
        return x25519.Identity.from_str(secret)
    except (ValueError, pyrage.IdentityError):
        raise ConfigurationError("the file holds no age identity, or more than one") from None


@asynccontextmanager
async def encrypting(
    file: BinaryIO, recipients: Sequence[x25519.Recipient]
) -> AsyncIterator[Write]:
    """Encrypt what is written within the block into an open file, compressed before.

    When the block ends with an error the file ends in the middle, which age finds.

    Raises:
        UnavailableError: the file cannot be written: the disk is full, for instance.
    """
    handing = _Handing(asyncio.get_running_loop())

    def encrypt() -> None:
        try:
            pyrage.encrypt_io(_Reading(_packed(handing.parts())), file, list(recipients))
        except (OSError, pyrage.EncryptError) as error:
            raise UnavailableError("the archive cannot be written", detail=str(error)) from None

    worker = handing.loop.run_in_executor(None, encrypt)
    try:
        yield lambda part: handing.put(part, worker)
        await handing.put(b"", worker)
        await worker
    except BaseException:
        handing.stop()
        with suppress(Exception):
            await worker
        raise


@asynccontextmanager
async def decrypting(
    file: BinaryIO, identities: Sequence[x25519.Identity]
) -> AsyncIterator[AsyncIterator[bytes]]:
    """Decrypt an open file with any of the identities.

    The parts come in order, each authenticated, none bigger than 1 MiB.

    Raises:
        ArchiveError: while parts are taken: no identity is the right one, or the file
            was changed or cut short.
    """
    handing = _Handing(asyncio.get_running_loop())

    def decrypt() -> None:
        unpacking = _Unpacking(handing.give)
        try:
            pyrage.decrypt_io(file, unpacking, list(identities))
            unpacking.end()
        except pyrage.DecryptError as error:
            raise ArchiveError(_explained(str(error))) from None
        except (OSError, zlib.error):
            raise ArchiveError("the archive was changed or cut short") from None
        finally:
            with suppress(_StoppedError):
                handing.give(b"")

    worker = handing.loop.run_in_executor(None, decrypt)

    async def parts() -> AsyncIterator[bytes]:
        while part := await handing.queue.get():
            yield part
        await worker

    try:
        yield parts()
    finally:
        handing.stop()
        with suppress(Exception):
            await worker


@dataclass
class _Handing:
    """Parts on their way between the event loop and the library's thread."""

    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[bytes]" = field(default_factory=lambda: asyncio.Queue(DEPTH))
    stopped: bool = False

    async def put(self, part: bytes, worker: "asyncio.Future[None]") -> None:
        """Hand a part to the thread; when the thread has failed, raise what it raised."""
        putting = asyncio.ensure_future(self.queue.put(part))
        await asyncio.wait({putting, worker}, return_when=asyncio.FIRST_COMPLETED)
        if worker.done() and not putting.done():
            putting.cancel()
            await worker

    def parts(self) -> Iterator[bytes]:
        """Yield, in the thread, what the event loop hands over; an empty part is the end."""
        while part := self._wait(self.queue.get()):
            if self.stopped:
                raise _StoppedError
            yield part
        if self.stopped:
            raise _StoppedError

    def give(self, part: bytes) -> None:
        """Hand a part, in the thread, to the event loop."""
        self._wait(self.queue.put(part))
        if self.stopped:
            raise _StoppedError

    def stop(self) -> None:
        """Let the thread end: whatever it waits for comes now."""
        self.stopped = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(b"")

    def _wait(self, work: Any) -> Any:  # noqa: ANN401 - whatever the queue returns
        if self.stopped:
            work.close()
            raise _StoppedError
        waiting: Future[Any] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return waiting.result()


def _packed(parts: Iterator[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for part in parts:
        yield packing.compress(part)
    yield packing.flush()


class _Reading:
    """What the library reads from: parts as if they were one file."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._part = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, and none at the end."""
        while not self._part:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._part = memoryview(part)
        taken, self._part = self._part[:size], self._part[size:]
        return bytes(taken)


class _Unpacking:
    """What the library writes to: bytes are decompressed and handed on in parts."""

    def __init__(self, give: Callable[[bytes], None]) -> None:
        self._give = give
        self._unpacking = zlib.decompressobj(_GZIP)
        self._held = bytearray()

    def write(self, part: bytes) -> int:
        """Take what was decrypted."""
        rest = part
        while rest:
            # A bound on what comes out: nothing small may become too large to hold.
            self._held += self._unpacking.decompress(rest, PART)
            rest = self._unpacking.unconsumed_tail
            if self._unpacking.unused_data:
                raise ArchiveError("the archive goes on after its end")
            if len(self._held) >= PART:
                self._hand_on()
        return len(part)

    def flush(self) -> None:
        """Do nothing: what is held goes on when it is enough, or at the end."""

    def end(self) -> None:
        """Hand on the rest, and accept the end."""
        self._held += self._unpacking.flush()
        if not self._unpacking.eof:
            raise ArchiveError("the archive is cut short")
        if self._held:
            self._hand_on()

    def _hand_on(self) -> None:
        self._give(bytes(self._held))
        self._held.clear()


def _explained(text: str) -> str:
    """Return what the library's refusal of a head means."""
    if "No matching keys" in text:
        return "the archive is not for this identity"
    return "the archive was changed or cut short"
