"""What the key service costs: a disclosure with and without it, a first read, its memory."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop
from bank_processes import command, environment_for, started, until
from ground import READERS, Ground
from provider_client import FIELDS, register
from table import Line, quantile

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice
from infobank.app.worker import open_warm_bank
from infobank.consent.question import DisclosureRequest
from infobank.keystore.service.client import RemoteKeys
from infobank.keystore.service.wire import WEB
from infobank.usecases.bank import Bank
from infobank.usecases.consent.disclose import Disclose, Wish, wanted_item
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.usecases.genuine import Genuine
from infobank.vault.keyring import new_resident_keys, shard_of
from infobank.vocabulary.identifiers import ResidentId

READS = 1_500
WARM = 200
OPENED = (10_000, 100_000, 1_000_000)
"""Residents, counted from the first, after whom the memory is looked at."""
BATCH = 1_000
SPREAD = 0x9E3779B97F4A7C15F39CC0605CEDC835
"""An odd number: its multiples differ from each other, and in their first bytes."""


def disclosure(ground: Ground) -> Iterator[Line]:
    """Measure the use case with the key service as a process, and with its code in this one."""
    client = register(ground.server)
    for number in range(READERS):
        client.tokens(f"reader-{number}")

    async def work() -> tuple[float, float]:
        settings = ground.server.settings
        found = Databases(settings, None)
        async with AsyncExitStack() as stack:
            bank = await stack.enter_async_context(open_bank(settings, found))
            core = await stack.enter_async_context(open_keyservice(settings, found))
            inside = replace(bank.disclose, keyservice=core, genuine=Genuine(core))
            asked = await _asked(ground, bank)
            rates: dict[str, list[float]] = {"on": [], "off": []}
            for _ in range(3):  # in turns: the machine is not always equally fast
                rates["on"].append(await _rate(bank.disclose, asked))
                rates["off"].append(await _rate(inside, asked))
            return max(rates["on"]), max(rates["off"])

    on, off = uvloop.run(work())
    yield Line("disclosure, key service on", on, "use cases/s", "a process of its own")
    yield Line("disclosure, key service off", off, "use cases/s", "the same code in the worker")
    yield Line("key service costs", 1e3 / on - 1e3 / off, "ms each", f"{on / off:.2f} x the rate")


def first_read(ground: Ground) -> Iterator[Line]:
    """Measure how long a resident's first own read takes, in a bank that has just started."""

    async def work() -> list[float]:
        settings = replace(ground.server.settings, keyservice=ground.folder / "fresh")
        environment = environment_for(settings)
        output = ground.folder / "fresh.txt"
        with started(command("keyservice"), environment, output) as service:
            until((settings.keyservice / WEB).exists, service.said)
            async with open_warm_bank(settings, Databases(settings, None)) as bank:
                await bank.readiness()
                category = bank.policies.category("daily_activity")
                taken = []
                for number in range(READERS):
                    resident = ResidentId(ground.server.residents[f"reader-{number}"])
                    begun = time.perf_counter()
                    await bank.holdings.records(resident, category)
                    taken.append(time.perf_counter() - begun)
                return taken

    taken = [each * 1e3 for each in uvloop.run(work())]
    yield Line("very first read", taken[0], "ms", "after the worker made ready")
    yield Line("first read of a resident", quantile(sorted(taken[1:]), 0.5), "ms", "design 2")


def memory(ground: Ground) -> Iterator[Line]:
    """Measure the memory of both ends as a city's residents are opened, each once.

    The keys are made and wrapped as `create` does, and copied into the keys' database.
    """

    async def work() -> list[tuple[float, float, float]]:
        settings = replace(ground.server.settings, keyservice=ground.folder / "city")
        await _settle(ground)
        with started(
            command("keyservice"), environment_for(settings), ground.folder / "city.txt"
        ) as service:
            until((settings.keyservice / WEB).exists, service.said)
            keys = RemoteKeys(settings.keyservice / WEB)
            found = []
            for first, end in pairwise((0, *OPENED)):
                begun = time.perf_counter()
                await _open(keys, first, end)
                rate = (end - first) / (time.perf_counter() - begun)
                found.append((_resident_mib(service.pid), _resident_mib(os.getpid()), rate))
            await keys.close()
        return found

    found = uvloop.run(work())
    for count, (service, asker, rate) in zip(OPENED, found, strict=True):
        yield Line(f"key service, {count:,} opened", service, "MiB", f"the last at {rate:,.0f}/s")
        yield Line(f"asker, {count:,} opened", asker, "MiB", "the bench's own process")
    for name, end in (("key service", 0), ("asker", 1)):
        grown = (found[-1][end] - found[0][end]) * 2**20 / (OPENED[-1] - OPENED[0])
        yield Line(f"{name} grows", grown, "bytes", "for each further resident")


async def _asked(ground: Ground, bank: Bank) -> list[tuple[DisclosureRequest, Grounds]]:
    asked = []
    for number in range(READERS):
        home = ground.server.residents[f"reader-{number}"]
        consent, provider = (await bank.review.of_resident(home))[0]
        recipient = recipient_of(provider, bank.policies)
        item = wanted_item(consent, Wish("daily_activity", FIELDS))
        terms = consent.terms
        request = DisclosureRequest(home, recipient, terms.purpose, item, terms.mode)
        asked.append((request, Grounds(consent)))
    return asked


async def _rate(disclose: Disclose, asked: list[tuple[DisclosureRequest, Grounds]]) -> float:
    """Return disclosures a second, 32 at once."""

    async def one(request: DisclosureRequest, grounds: Grounds, count: int) -> None:
        for _ in range(count):
            async with disclose(request, grounds) as found:
                assert found.decision.permitted

    await _together(one, asked, WARM // len(asked) + 1)
    each = READS // len(asked)
    begun = time.perf_counter()
    await _together(one, asked, each)
    return each * len(asked) / (time.perf_counter() - begun)


async def _together(
    one: Callable[..., Awaitable[None]],
    asked: list[tuple[DisclosureRequest, Grounds]],
    count: int,
) -> None:
    await asyncio.gather(*(one(request, grounds, count) for request, grounds in asked))


def _resident(number: int) -> ResidentId:
    """Return the resident of a number: spread over the shards, and kept in no list."""
    return ResidentId(UUID(int=number * SPREAD % 2**128))


async def _settle(ground: Ground) -> None:
    """Put a city's wrapped keys into the keys' database in bulk, as `create` would."""
    settings, databases = ground.server.settings, ground.server.databases
    connection = await asyncpg.connect(
        databases.server.libpq("infobank_keys_owner", databases.keys)
    )
    async with open_keyservice(settings, Databases(settings, None)) as core:
        epoch = await core.shards.epoch()
        shards = [await core.shards.open(epoch, number) for number in range(256)]
        columns = ("resident_id", "version", "epoch", "wrapped_data", "wrapped_log")
        for start in range(0, OPENED[-1], 50_000):
            rows = []
            for resident in map(_resident, range(start, start + 50_000)):
                opened, made = new_resident_keys(shards[shard_of(resident)], resident)
                opened.wipe()
                rows.append((resident, made.version, made.epoch, made.data, made.log))
            await connection.copy_records_to_table("resident_keys", records=rows, columns=columns)
    await connection.execute("ANALYZE resident_keys")
    await connection.close()


async def _open(keys: RemoteKeys, first: int, end: int) -> None:
    starts = iter(range(first, end, BATCH))

    async def some() -> None:
        for start in starts:
            await keys.open([_resident(number) for number in range(start, start + BATCH)])

    await asyncio.gather(some(), some())  # while one answer is read the next is made


def _resident_mib(pid: int) -> float:
    """Return a process's memory in MiB (Linux: VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")
