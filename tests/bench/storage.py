"""A year of half-hourly electricity on disk: sealed blocks against one row a value.

Sealed under random keys, written into PostgreSQL tables of the bank's own shape, and
measured with `pg_total_relation_size`: table, index and TOAST together.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

import asyncpg
import numpy as np
import uvloop
from ground import Ground
from table import Line

from infobank.demo.city.electricity import half_hourly, household_electricity
from infobank.demo.city.residents import people
from infobank.demo.city.series import to_records
from infobank.vault.block import seal_columns
from infobank.vault.envelope import new_key
from infobank.vault.header import BlockHeader
from infobank.vault.spans import by_span
from infobank.vocabulary.category import LONGEST_DAY, Category, Span, TimeUnit
from infobank.vocabulary.columns import Columns

HOUSEHOLDS, PLAIN_HOUSEHOLDS = 200, 20
DAYS = [date(2025, 1, 1) + timedelta(days=day) for day in range(365)]
VALUES = 48 * len(DAYS)
CITY = 10_000
"""Residents whose year must be practical to keep."""

PLAIN = """
CREATE TABLE bench_plain (
  resident_id uuid, at timestamptz, kwh numeric(6, 2), PRIMARY KEY (resident_id, at)
)
"""

Row = tuple[UUID, bytes, int, bytes]


def measure(ground: Ground) -> Iterator[Line]:
    """Measure blocks of a month and of a year, plain rows, and what a daily append writes."""
    category = ground.bank.policies.category("half_hourly_electricity")
    years = made(category)
    plain, *sealed = uvloop.run(
        written(ground.server.databases.libpq("infobank_owner"), category, years)
    )
    yield _line("one row a value", plain / PLAIN_HOUSEHOLDS / VALUES, "numeric, uuid, timestamptz")
    for span, size in zip((Span.MONTH, Span.YEAR), sealed, strict=True):
        each = size / HOUSEHOLDS / VALUES
        less = plain / PLAIN_HOUSEHOLDS / VALUES / each
        yield _line(f"blocks of a {span}", each, f"{less:.0f} times less")
        again = amplification(category, years[0], span)
        yield Line(f"written daily, {span}", again, "times", "bytes sealed for one byte that stays")


def _line(name: str, each: float, remark: str) -> Line:
    whole = each * CITY * VALUES / 1e9
    return Line(f"on disk, {name}", each, "bytes/value", f"{remark}; {whole:.2f} GB for {CITY:,}")


def made(category: Category) -> list[Columns]:
    """Return the years of households of the synthetic city."""
    payers = islice((person for person in people(5) if person.pays), HOUSEHOLDS)
    found = []
    for person in payers:
        draw = np.random.default_rng([5, person.number])
        series = half_hourly(draw, household_electricity(draw, person, DAYS))
        found.append(Columns.of(TimeUnit.MINUTE, to_records(category, series)))
    return found


def seal_years(category: Category, years: Sequence[Columns], span: Span) -> list[Row]:
    """Return the rows of all blocks."""
    rows = []
    for year in years:
        resident, key = uuid4(), new_key()
        for start, part in by_span(span, year):
            tag = uuid4().bytes
            header = BlockHeader(UUID(int=start.month), resident, tag, 1, 1)
            rows.append((resident, tag, 1, seal_columns(key, header, category, part)))
    return rows


async def written(database: str, category: Category, years: Sequence[Columns]) -> list[int]:
    """Write plain rows, blocks of months and blocks of years; return the bytes each takes."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(PLAIN)
        await connection.copy_records_to_table("bench_plain", records=_plain_rows(years))
        sizes = [await _size(connection, "bench_plain")]
        for span in (Span.MONTH, Span.YEAR):
            table = f"bench_{span}"
            await connection.execute(f"CREATE TABLE {table} (LIKE blocks INCLUDING ALL)")
            rows = seal_years(category, years, span)
            await connection.copy_records_to_table(table, records=rows)
            sizes.append(await _size(connection, table))
        return sizes
    finally:
        for table in ("plain", *(Span.MONTH, Span.YEAR)):
            await connection.execute(f"DROP TABLE IF EXISTS bench_{table}")
        await connection.close()


def _plain_rows(years: Sequence[Columns]) -> Iterator[tuple[UUID, datetime, float]]:
    for year in years[:PLAIN_HOUSEHOLDS]:
        resident = uuid4()
        for moment, (used,) in zip(year.moments, year.rows, strict=True):
            day, minute = divmod(moment, LONGEST_DAY)
            midnight = datetime.combine(date.fromordinal(day), datetime.min.time(), UTC)
            yield resident, midnight + timedelta(minutes=minute), used / 100


async def _size(connection: asyncpg.Connection, table: str) -> int:
    return await connection.fetchval("SELECT pg_total_relation_size($1::regclass)", table)


def amplification(category: Category, year: Columns, span: Span) -> float:
    """Return how many bytes are sealed for one that stays, when each day is added by itself."""
    key, header = new_key(), BlockHeader(UUID(int=1), UUID(int=2), bytes(16), 1, 1)
    sealed = kept = 0
    for _, part in by_span(span, year):
        for count in range(48, len(part) + 1, 48):
            values = tuple(column[:count] for column in part.values)
            grown = Columns(part.time, part.moments[:count], values)
            kept_now = len(seal_columns(key, header, category, grown))
            sealed += kept_now
        kept += kept_now
    return sealed / kept
