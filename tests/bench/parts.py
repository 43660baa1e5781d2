"""The parts of a disclosure one by one: withdrawal, log, verification, statistic."""

import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import uvloop
from ground import Ground
from provider_client import FIELDS, register
from table import Line, quantile

from infobank.accesslog.checkpoint import Checkpoint, sign_checkpoint
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.merkle import leaf_hash
from infobank.accesslog.note import Signer
from infobank.accesslog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Coordinate,
    encode_bundle,
    integrate,
    path_of,
)
from infobank.accesslog.verifier.log import verify_log
from infobank.app.bank import open_bank
from infobank.app.identity import signer, verifier_key
from infobank.app.installation import Databases
from infobank.app.processes import open_publisher, open_sequencer
from infobank.consent.consent import Terms
from infobank.db.grouped import LONGEST_QUEUE, Draft
from infobank.demo.city import make_city
from infobank.errors import NotFoundError
from infobank.usecases.vault.deposit import EARLIEST
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

WITHDRAWALS = 150
ROUNDS = 6
LEAVES = 1 << 18
RESIDENTS = 1_000


def withdrawal(ground: Ground) -> Iterator[Line]:
    """Withdraw one consent after the other, with nothing in flight."""
    client, server = register(ground.server), ground.server
    home, provider = server.residents["hanako"], UUID(client.client_id)
    terms = reading_terms(ground)
    given = server.run(server.bank.grant([home] * WITHDRAWALS, provider, terms))

    async def work() -> list[float]:
        taken = []
        for consent in given:
            begun = time.perf_counter()
            await server.bank.withdraw(home, consent.consent_id)
            taken.append(time.perf_counter() - begun)
        return sorted(taken)

    taken = server.run(work())
    p50, p99 = (quantile(taken, share) * 1000 for share in (0.5, 0.99))
    yield Line("withdrawal", p50, "ms, median", f"p99 {p99:.1f} ms; design: p99 under 25 ms")


def reading_terms(ground: Ground) -> Terms:
    """Return terms under which a provider reads steps."""
    now = ground.bank.clock.now()
    period = Period(ground.server.last_day - timedelta(days=29), ground.server.last_day)
    return Terms(
        purpose="health_promotion",
        mode=OutputMode.RECORDS,
        items=(Item("daily_activity", FIELDS, period),),
        valid_from=now,
        valid_until=now + timedelta(days=30),
        retention_days=30,
    )


def log(ground: Ground) -> Iterator[Line]:
    """Append entries in groups, durably; then give them their places."""
    settings, found = ground.server.settings, Databases(ground.server.settings, None)

    async def work() -> tuple[float, float]:
        async with open_bank(settings, found) as bank:
            entry = Entry(EntryKind.REFUSAL, bank.clock.now(), None, shown(), {"consent": ""})
            drafts = [Draft(entry, bytes(32))] * LONGEST_QUEUE
            begun = time.perf_counter()
            for _ in range(ROUNDS):
                async with bank.disclose.grouped.recorded(drafts):
                    pass
            taken = time.perf_counter() - begun
        async with open_sequencer(settings, found) as (_, sequence):
            begun = time.perf_counter()
            count = 0
            while batch := await sequence():
                count += batch
            return ROUNDS * LONGEST_QUEUE / taken, count / (time.perf_counter() - begun)

    appended, sequenced = uvloop.run(work())
    yield Line("log append, grouped", appended, "entries/s", "one process; design: 40,000")
    yield Line("log sequencing", sequenced, "entries/s", "one process, signed each 8,192")


def shown() -> dict[str, str]:
    """Return shown fields as a refusal has them."""
    names = ("request", "provider", "purpose", "mode", "category", "fields", "first", "last")
    return dict.fromkeys((*names, "reasons", "policies"), "x" * 24)


def verification(ground: Ground) -> Iterator[Line]:
    """Verify a whole log, held in memory."""
    key = verifier_key(ground.server.settings)
    files = whole_log(signer(ground.server.settings), key.name)

    def fetch(path: str) -> bytes:
        try:
            return files[path]
        except KeyError:
            raise NotFoundError("no such file") from None

    begun = time.perf_counter()
    result = verify_log(fetch, key)
    taken = time.perf_counter() - begun
    assert result.sound
    assert result.size == LEAVES
    yield Line("log verification", LEAVES / taken, "leaves/s", "design: 1,000,000")


def whole_log(signing: Signer, origin: str) -> dict[str, bytes]:
    """Return the files of a log of eight writers."""
    writers = [uuid4().bytes for _ in range(8)]
    leaves = [
        Leaf(True, 1, writers[n % 8], n // 8, 1_700_000_000, bytes(32), bytes(32)).encode()
        for n in range(LEAVES)
    ]
    grown = integrate(0, {}, [leaf_hash(leaf) for leaf in leaves])
    files = {path_of(tile): hashes for tile, hashes in grown.tiles.items()}
    for index in range(LEAVES // TILE_WIDTH):
        bundle = encode_bundle(leaves[index * TILE_WIDTH : (index + 1) * TILE_WIDTH])
        files[path_of(Coordinate(ENTRIES, index))] = bundle
    note = sign_checkpoint(Checkpoint(origin, grown.size, grown.root), [signing])
    return files | {"checkpoint": note}


def statistic(ground: Ground) -> Iterator[Line]:
    """Gather a month of consenting residents: decide, record, open, contribute."""
    month = ground.server.run(settle(ground))
    settings, found = ground.server.settings, Databases(ground.server.settings, None)

    async def work() -> tuple[int, float]:
        def no_draw(*_: object) -> list[int]:
            raise AssertionError

        async with open_publisher(settings, found, no_draw) as (parts, publish):
            desk = await ground_desk(ground)
            begun = time.perf_counter()
            counted = 0
            async for _ in publish.gather(parts.statistics["monthly_steps"], month, desk):
                counted += 1
            return counted, time.perf_counter() - begun

    counted, taken = uvloop.run(work())
    remark = f"{taken:.2f} s for {RESIDENTS:,} who consent, {counted:,} counted"
    yield Line("statistic", RESIDENTS / taken, "residents/s", remark)


async def ground_desk(ground: Ground):
    """Return the bank's publication desk; asked in the bank's own loop."""
    import asyncio  # noqa: PLC0415

    return await asyncio.to_thread(ground.server.run, ground.bank.register_provider.desk())


async def settle(ground: Ground) -> Period:
    """Bring residents in who consent; return the month there is data for."""
    bank, last = ground.bank, ground.server.last_day.replace(day=1) - timedelta(days=1)
    city = list(make_city(bank.policies, 9, ground.server.last_day, RESIDENTS, 90))
    homes = await bank.enrol("bench-city", [str(each.number) for each in city], create=True)
    for code in ("daily_activity", "profile"):
        records = {homes[str(each.number)]: each.records[code] for each in city}
        await bank.deposit(bank.policies.category(code), "bench-city", records)
    desk = await bank.register_provider.desk()
    now = bank.clock.now()
    until = now + timedelta(days=300)
    items = (
        Item("daily_activity", ("steps",), Period(EARLIEST, until.date())),
        Item("profile", ("birth_year", "sex"), Period(EARLIEST, until.date())),
    )
    terms = Terms("open_statistics", OutputMode.STATISTICS, items, now, until, 0)
    await bank.grant(list(homes.values()), desk.provider_id, terms)
    return Period.month(last.year, last.month)
