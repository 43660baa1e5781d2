"""A bare HTTP/1.1 connection that knows the instant at which an answer had arrived.

One connection asks one thing at a time.  Client libraries tell an answer's end only after
their own work on it; a race is judged here by when the last byte came.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

_LENGTH = b"content-length:"


@dataclass(frozen=True)
class Answer:
    """What came back: the instants are `time.monotonic()`'s; `status` 0 is a broken connection."""

    status: int
    body: bytes
    asked_at: float
    arrived_at: float


class Connection(asyncio.Protocol):
    """One connection, kept alive between answers."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._ends_at = 0
        self._asked_at = 0.0
        self._answer: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits that no answer will come."""
        del exc
        self.transport = None
        self._settle(0, b"")

    def data_received(self, data: bytes) -> None:
        """Take bytes; note the instant when they complete an answer."""
        self._received += data
        if not self._ends_at:
            head = self._received.find(b"\r\n\r\n")
            if head < 0:
                return
            self._ends_at = head + 4 + _content_length(bytes(self._received[:head]))
        if len(self._received) >= self._ends_at:
            status = int(self._received[9:12])
            body = bytes(self._received[self._received.find(b"\r\n\r\n") + 4 : self._ends_at])
            self._settle(status, body)

    def ask(self, request: bytes) -> "asyncio.Future[Answer]":
        """Send a request; return what will be its answer."""
        self._received.clear()
        self._ends_at = 0
        self._asked_at = time.monotonic()
        self._answer = asyncio.get_running_loop().create_future()
        if self.transport is None:
            self._settle(0, b"")
        else:
            self.transport.write(request)
        return self._answer

    def close(self) -> None:
        """Close the connection."""
        if self.transport is not None:
            self.transport.abort()

    def _settle(self, status: int, body: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(status, body, self._asked_at, time.monotonic()))


async def connect(at: str) -> Connection:
    """Return a connection to an address such as `http://127.0.0.1:8080`."""
    parts = urlsplit(at)
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, parts.hostname, parts.port)
    return connection


def request_bytes(
    method: str, path: str, headers: Mapping[str, str], body: bytes = b"", host: str = "localhost"
) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0
