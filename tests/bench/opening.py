"""Open 1,000,000 records in blocks, to columns, against decrypting and inflating the same bytes.

CPU time of one process, ours and bare in turn.
"""

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from uuid import UUID

from cryptography.cobblestone import Cobblestone256Decryptor
from ground import Ground
from storage import made
from table import Line

from infobank.demo.city import make_city
from infobank.vault.block import open_columns, seal_columns
from infobank.vault.header import BlockHeader
from infobank.vault.spans import by_span
from infobank.vocabulary.category import Category
from infobank.vocabulary.columns import Columns

RECORDS = 1_000_000
BLOCKS = 200
"""Different blocks; opened again and again until the records are counted."""
SLICE, ROUNDS = 50, 5
"""Blocks opened in a row, and how often: other work on the machine spoils some rounds."""
KEY = bytes(range(32))
HEADER = BlockHeader(UUID(int=1), UUID(int=2), bytes(16), 1, 1)


def measure(ground: Ground) -> Iterator[Line]:
    """Measure days in blocks of 100 and of a year, and half hours in blocks of a month."""
    policies = ground.bank.policies
    activity, meter = (
        policies.category("daily_activity"),
        policies.category("half_hourly_electricity"),
    )
    city = make_city(policies, 3, date(2025, 12, 31), BLOCKS, 365)
    years = [Columns.of(activity.time, one.records["daily_activity"]) for one in city]
    hundreds = [cut(year, 100) for year in years]
    yield from compared("activity, 100 days", activity, hundreds)
    yield from compared("activity, a year", activity, years)
    months = [part for year in islice(made(meter), 17) for _, part in by_span(meter.span, year)]
    yield from compared("half hours, a month", meter, months)


def cut(columns: Columns, count: int) -> Columns:
    """Return the first records."""
    values = tuple(column[:count] for column in columns.values)
    return Columns(columns.time, columns.moments[:count], values)


def compared(name: str, category: Category, blocks: Sequence[Columns]) -> Iterator[Line]:
    """Measure one shape of block."""
    stored = [seal_columns(KEY, HEADER, category, block) for block in blocks]
    mean = sum(map(len, blocks)) / len(blocks)
    repeated = (stored * (round(RECORDS / mean) // len(stored) + 1))[: round(RECORDS / mean)]
    context = HEADER.context(category.number)

    def bare(block: bytes) -> object:
        decryptor = Cobblestone256Decryptor(KEY, context)
        padded = decryptor.update(block[BlockHeader.LENGTH :]) + decryptor.finalize()
        return zlib.decompress(padded[4 : 4 + int.from_bytes(padded[:4], "big")])

    def every_field(block: bytes) -> object:
        return open_columns(KEY, HEADER, category, block)

    def one_field(block: bytes) -> object:
        return open_columns(KEY, HEADER, category, block, (0,))

    ways = {"bare": bare, "every field": every_field, "one field": one_field}
    taken = least(ways, repeated)
    remark = f"{len(repeated):,} blocks of {mean:.0f}, {len(category.fields)} fields"
    yield Line(f"open, {name}, bare", taken["bare"], "s CPU", remark)
    for way in ("every field", "one field"):
        ratio = f"{taken[way] / taken['bare']:.2f} x bare; design: 0.5 s, 2 x"
        yield Line(f"open, {name}, {way}", taken[way], "s CPU", ratio)


def least(ways: dict[str, Callable[[bytes], object]], stored: Sequence[bytes]) -> dict[str, float]:
    """Return the CPU seconds of each way: of each slice of the blocks, the best round."""
    taken = dict.fromkeys(ways, 0.0)
    for at in range(0, len(stored), SLICE):
        part = stored[at : at + SLICE]
        for way, opened in ways.items():
            taken[way] += min(seconds(opened, part) for _ in range(ROUNDS))
    return taken


def seconds(opened: Callable[[bytes], object], stored: Sequence[bytes]) -> float:
    """Return the CPU time of opening these."""
    begun = time.process_time()
    for block in stored:
        opened(block)
    return time.process_time() - begun
