"""Who can see something, and whom a request covers, among millions of consents.

The rows are synthetic and without marks: residents with five consents each, in no order, to
ten recipients.  Written without the log of the database, which no reading looks at.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

import asyncpg
import uvloop
from ground import Ground
from table import Line, ratio

from infobank.consent.question import Recipient
from infobank.db.across.covering import (
    COVERS,
    PAGE,
    START,
    Place,
    Use,
    arguments,
    covering,
    pages,
    residents_covered,
)
from infobank.db.consent import around, consent_versions
from infobank.db.postgres.engine import create_engine
from infobank.db.unit import Units
from infobank.usecases.decisions.cohort import MOST_COUNTED
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

FEW, MANY = 2_000_000, 10_000_000
EACH = 5
"""Consents of a resident."""
RECIPIENTS = 10
BATCH = 500_000
ASKED, ROUNDS, STREAMED = 2_000, 5, 300_000
PURPOSE, CATEGORY, FIELD = "health_promotion", "daily_activity", "steps"

RESIDENTS = """INSERT INTO residents (resident_id, opened_at, synthetic)
SELECT md5('r' || n)::uuid, $3, true FROM generate_series($1::int, $2::int) n"""
CONSENTS = f"""INSERT INTO consents (resident_id, consent_id, version, provider_id, purpose, mode,
    items, valid_from, valid_until, retention_days, given_at, given_by, policy_digest, mac,
    changed_at, changed_by, onward, abroad, benefit, explicit)
SELECT md5('r' || n / {EACH})::uuid, md5('c' || n)::uuid, 1,
    lpad(to_hex(4096 + n % {RECIPIENTS}), 32, '0')::uuid, '{PURPOSE}', 'records',
    $5::jsonb, t.now, t.now + interval '90 days', 30, t.now, 'self', $4, sha256('mac'),
    t.now, 'self', 'nobody', false, '{{"points": 0, "words": null}}', '{{}}'
FROM generate_series($1::int, $2::int) n, (SELECT $3::timestamptz AS now) t"""
ITEMS = f"""[{{"category": "{CATEGORY}", "fields": ["{FIELD}", "distance"], "first": "1900-01-01",
    "last": "2999-12-31",
    "precision": {{"time": "minute", "place": "exact", "number": "exact"}}}}]"""
INDEXES = """SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'consents' AND indexname <> 'pk_consents'"""
KEY = "ALTER TABLE consents ADD CONSTRAINT pk_consents PRIMARY KEY (resident_id, consent_id)"

SEEN = (
    f"""SELECT {around("c")}, c.* FROM consents c WHERE c.resident_id = $1
    ORDER BY c.given_at DESC, c.consent_id""",
    "SELECT * FROM consent_versions WHERE resident_id = $1 ORDER BY consent_id, version",
)
BARE_SEEN = (
    "SELECT * FROM consents WHERE resident_id = $1",
    "SELECT * FROM consent_versions WHERE resident_id = $1",
)
FIRST = f"""SELECT c.resident_id {COVERS}
ORDER BY c.resident_id, c.consent_id LIMIT {PAGE}"""
BARE_PAGE = f"""SELECT * FROM consents WHERE provider_id = $1 AND purpose = $2
AND (resident_id, consent_id) > ($3, $4) ORDER BY resident_id, consent_id LIMIT {PAGE}"""


def measure(ground: Ground) -> Iterator[Line]:
    """Ask about single residents among few consents, and about cohorts among many."""
    now, digest = ground.bank.clock.now(), ground.bank.policies.digest
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        owner = runner.run(asyncpg.connect(ground.server.databases.libpq("infobank_owner")))
        engine = create_engine(ground.server.databases.url("infobank_web"), application="bench")
        units = Units(engine)
        runner.run(owner.execute("ALTER TABLE consents SET UNLOGGED"))
        yield runner.run(_filled(owner, now, digest, 0, FEW))
        yield from runner.run(_who_sees(owner))
        yield runner.run(_filled(owner, now, digest, FEW, MANY))
        yield from runner.run(_cohorts(ground, owner, units))
        runner.run(units.close())
        runner.run(owner.close())


async def _filled(
    owner: asyncpg.Connection, now: datetime, digest: bytes, first: int, last: int
) -> Line:
    """Write consents, and their residents; say how fast."""
    begun = time.perf_counter()
    async with _without_indexes(owner):
        for start in range(first, last, BATCH):
            end = start + BATCH - 1
            await owner.execute(RESIDENTS, start // EACH, end // EACH, now)
            await owner.execute(CONSENTS, start, end, now, digest, ITEMS)
    rate = (last - first) / (time.perf_counter() - begun)
    return Line("consents written", rate, "rows/s", f"to {last:,}, indexes made after")


@asynccontextmanager
async def _without_indexes(owner: asyncpg.Connection) -> AsyncIterator[None]:
    indexes = await owner.fetch(INDEXES)
    await owner.execute("ALTER TABLE consents DROP CONSTRAINT pk_consents")
    for name, _ in indexes:
        await owner.execute(f"DROP INDEX {name}")
    yield
    await owner.execute("SET maintenance_work_mem = '512MB'")
    await owner.execute(KEY)
    for _, definition in indexes:
        await owner.execute(definition)


async def _who_sees(owner: asyncpg.Connection) -> list[Line]:
    """Read all that is known of a resident's consents, as the answer to who sees her data."""
    names = ", ".join(column.name for column in consent_versions.c)
    await owner.execute(
        f"INSERT INTO consent_versions ({names}) SELECT {names} FROM consents"
        " ON CONFLICT DO NOTHING"
    )
    await owner.execute("VACUUM ANALYZE consents, consent_versions, residents")
    some = "SELECT md5('r' || n)::uuid FROM generate_series(1, $1::int, $2::int) n"
    residents = FEW // EACH
    homes = [row[0] for row in await owner.fetch(some, residents - 1, residents // ASKED)]
    ours = await _median(owner, SEEN, homes)
    bare = await _median(owner, BARE_SEEN, homes)
    note = f"{ASKED:,} residents of {FEW:,} consents; design: 1"
    return [
        Line("who can see X, statements", ours * 1000, "ms, median", note),
        ratio("who can see X", ours, bare, "1.5"),
    ]


async def _median(
    owner: asyncpg.Connection, statements: tuple[str, ...], homes: Sequence[UUID]
) -> float:
    prepared = [await owner.prepare(statement) for statement in statements]
    taken = []
    for home in homes:
        begun = time.perf_counter()
        for statement in prepared:
            assert len(await statement.fetch(home)) == EACH
        taken.append(time.perf_counter() - begun)
    return median(taken)


async def _cohorts(ground: Ground, owner: asyncpg.Connection, units: Units) -> list[Line]:
    """Read the first page of each recipient's cohort, and stream one of them."""
    await owner.execute("VACUUM ANALYZE consents, residents")
    policies, now = ground.bank.policies, ground.bank.clock.now() + timedelta(minutes=1)
    today = now.date()
    item = Item(CATEGORY, (FIELD,), Period(today - timedelta(days=29), today))
    recipients = [ProviderId(UUID(int=4096 + n)) for n in range(RECIPIENTS)]
    uses = [
        Use(Recipient(each, True, now + timedelta(days=1)), PURPOSE, item, OutputMode.RECORDS)
        for each in recipients
    ]
    bare = [
        await _timed(lambda each=each: owner.fetch(BARE_PAGE, each, PURPOSE, *START), PAGE)
        for each in recipients * ROUNDS
    ]
    residents = [
        await _timed(
            lambda use=use: units.direct.fetch(FIRST, *arguments(use, policies, now)), PAGE
        )
        for use in uses * ROUNDS
    ]
    ours = [
        await _timed(lambda use=use: covering(units.direct, use, policies, now), PAGE)
        for use in uses * ROUNDS
    ]
    note = f"of {MANY:,} consents to {RECIPIENTS} recipients; design: 50"
    streamed, taken = await _streamed(pages(units.direct, uses[0], policies, now))
    plain, taken_plain = await _streamed(_bare_pages(owner, recipients[0]))
    begun = time.perf_counter()
    counted = await residents_covered(units.direct, uses[0], policies, now, MOST_COUNTED)
    return [
        Line("cohort, first 1,000", median(residents) * 1000, "ms, median", note),
        Line("the same, worst", max(residents) * 1000, "ms", f"of {len(residents)}"),
        Line("the same, as consents", median(ours) * 1000, "ms, median", "with all their terms"),
        Line("the same, bare", median(bare) * 1000, "ms, median", "the same rows by their index"),
        ratio("cohort, first 1,000", median(residents), median(bare), "1.5"),
        ratio("the same, as consents", median(ours), median(bare), "1.5"),
        Line("cohort, streamed", streamed / taken, "consents/s", f"{streamed:,} read"),
        ratio("cohort, streamed", taken / streamed, taken_plain / plain, "1.5"),
        Line("cohort, counted", time.perf_counter() - begun, "s", f"{counted:,} residents"),
    ]


async def _timed(read: Callable[[], Awaitable[Sequence[object]]], expected: int) -> float:
    begun = time.perf_counter()
    assert len(await read()) == expected
    return time.perf_counter() - begun


async def _bare_pages(owner: asyncpg.Connection, recipient: UUID) -> AsyncIterator[list[object]]:
    after = START
    while page := await owner.fetch(BARE_PAGE, recipient, PURPOSE, *after):
        yield page
        after = Place(page[-1]["resident_id"], page[-1]["consent_id"])


async def _streamed(found: AsyncIterator[Sequence[object]]) -> tuple[int, float]:
    """Read pages until enough rows came; return how many, and in what time."""
    begun, rows = time.perf_counter(), 0
    async for page in found:
        rows += len(page)
        if rows >= STREAMED:
            break
    return rows, time.perf_counter() - begun
