"""Bulk deposit of a generated file, parse to commit, against csv.reader, AES-GCM and COPY."""

import io
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import uvloop
from bare import TABLE, load
from ground import Ground
from table import Line, ratio

from infobank.app import Databases, open_bank
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


def measure(ground: Ground) -> Iterator[Line]:
    """Measure both, each with people of its own."""
    settings = ground.server.settings
    warm, path = write(ground.folder / "warm.csv", 1), write(ground.folder / "bulk.csv", 10_001)

    async def ours() -> float:
        async with open_bank(settings, Databases(settings, None)) as bank:
            mapping = mapping_of(settings, "fitbit_daily_activity", bank.policies)
            begun = time.perf_counter()
            with redirect_stdout(io.StringIO()):
                outcome = await deposit_csv(bank, path, mapping, settings.zone)
            taken = time.perf_counter() - begun
            assert outcome.deposited.added == PEOPLE * DAYS
            return PEOPLE * DAYS / taken

    async def bare() -> float:
        database = ground.server.databases.libpq("infobank_owner")
        connection = await asyncpg.connect(database)
        await connection.execute(TABLE)
        await connection.execute("TRUNCATE bare")
        await connection.close()
        await load(database, warm)
        begun = time.perf_counter()
        count = await load(database, path)
        return count / (time.perf_counter() - begun)

    mine, other = uvloop.run(ours()), uvloop.run(bare())
    yield Line("bulk deposit", mine, "records/s", f"{PEOPLE} people, {DAYS} days, one process")
    yield Line("bare load", other, "records/s", "csv.reader, AES-GCM, COPY")
    yield ratio("bulk deposit", mine, other, "-")
