"""Back up one database: all its tables at one instant, as a stream."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final

from infobank.db.recovery.snapshot import Snapshot
from infobank.recovery.archive import (
    Frame,
    FrameKind,
    Head,
    Summary,
    TableShape,
    encode_manifest,
)

Write = Callable[[bytes], Awaitable[None]]

PART: Final = 1 << 18
"""Bytes of a frame of data: large enough to be cheap to hand on, small enough to hold."""


async def back_up(taken: Snapshot, head: Head, write: Write) -> tuple[Summary, ...]:
    """Write a snapshot as an archive; return what is in it.

    Tables come by name; memory does not grow with them.

    Raises:
        UnavailableError: the database went away, or `write` could not write.
    """
    await write(Frame(FrameKind.HEAD, head.encode()).encode())
    summaries = tuple([await write_table(taken, shape, write) for shape in taken.tables])
    await write(Frame(FrameKind.MANIFEST, encode_manifest(summaries)).encode())
    return summaries


async def write_table(taken: Snapshot, shape: TableShape, write: Write) -> Summary:
    """Write one table of a snapshot, and return its summary."""
    digest, size, held = sha256(), 0, bytearray()

    async def part(copied: bytes) -> None:
        nonlocal size
        digest.update(copied)
        size += len(copied)
        held.extend(copied)  # PostgreSQL hands over row by row: too little for a frame each
        while len(held) >= PART:
            await write(Frame(FrameKind.DATA, bytes(held[:PART])).encode())
            del held[:PART]

    await write(Frame(FrameKind.TABLE, shape.encode()).encode())
    rows = await taken.copy(shape, part)
    if held:
        await write(Frame(FrameKind.DATA, bytes(held)).encode())
    summary = Summary(shape.table, rows, size, digest.hexdigest())
    await write(Frame(FrameKind.END, summary.encode()).encode())
    return summary
