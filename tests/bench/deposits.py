"""Bulk deposit of a generated file, parse to commit, against csv.reader, AES-GCM and COPY."""

import io
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import asyncpg
import uvloop
from bare import TABLE, load
from ground import Ground
from table import Line, ratio

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.deposit import deposit_csv, mapping_of

PEOPLE, DAYS = 300, 360
HEADER = (
    "Id,ActivityDate,TotalSteps,TotalDistance,TrackerDistance,LoggedActivitiesDistance,"
    "VeryActiveMinutes,FairlyActiveMinutes,LightlyActiveMinutes,SedentaryMinutes,Calories"
)


def write(path: Path, first_person: int) -> Path:
    """Write a file of people's days."""
    days = [f"{date(2025, 1, 1) + timedelta(days=day):%m/%d/%Y}" for day in range(DAYS)]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        for person in range(first_person, first_person + PEOPLE):
            for number, day in enumerate(days):
                steps = (person * 7919 + number * 104729) % 20000
                far = f"{steps // 1400}.{steps % 100:02}"
                minutes = f"{steps % 60},{steps % 45},{steps % 300},{600 + steps % 700}"
                file.write(f"{person},{day},{steps},{far},{far},0,{minutes},{1500 + steps % 900}\n")
    return path


@dataclass(frozen=True)
class Taken:
    """Seconds of a load, by the clock on the wall and of this process's own CPU."""

    wall: float
    cpu: float

    def lines(self, name: str, remark: str) -> Iterator[Line]:
        """Yield both as records a second."""
        rows = PEOPLE * DAYS
        yield Line(name, rows / self.wall, "records/s", remark)
        yield Line(f"{name}, CPU", rows / self.cpu, "records/s", "a second of its process's CPU")


async def timed(load: Callable[[Path], Awaitable[int]], warm: Path, path: Path) -> Taken:
    """Time a load of one file, after another that is not timed."""
    await load(warm)
    wall, cpu = time.perf_counter(), time.process_time()
    assert await load(path) == PEOPLE * DAYS
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)


def measure(ground: Ground) -> Iterator[Line]:
    """Measure both, each with people of its own."""
    settings = ground.server.settings
    warm, path = write(ground.folder / "warm.csv", 1), write(ground.folder / "bulk.csv", 10_001)

    async def ours() -> Taken:
        async with open_bank(settings, Databases(settings, None)) as bank:
            mapping = mapping_of(settings, "fitbit_daily_activity", bank.policies)

            async def deposit(file: Path) -> int:
                with redirect_stdout(io.StringIO()):
                    outcome = await deposit_csv(bank, file, mapping, settings.zone)
                return outcome.deposited.added

            return await timed(deposit, warm, path)

    async def bare() -> Taken:
        database = ground.server.databases.libpq("infobank_owner")
        connection = await asyncpg.connect(database)
        await connection.execute(TABLE)
        await connection.execute("TRUNCATE bare")
        await connection.close()
        return await timed(partial(load, database), warm, path)

    mine, other = uvloop.run(ours()), uvloop.run(bare())
    yield from mine.lines("bulk deposit", f"{PEOPLE} people, {DAYS} days; design: 150,000")
    yield from other.lines("bare load", "csv.reader, AES-GCM, COPY")
    yield ratio("bulk deposit", 1 / mine.wall, 1 / other.wall, "-")
    yield ratio("bulk deposit, CPU", 1 / mine.cpu, 1 / other.cpu, "-")
