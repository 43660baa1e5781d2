"""A real bank on a free port: real PostgreSQL, real HTTP, people and records to try it with.

The bank runs in a thread of its own, so that tests may use blocking libraries.  Tests
reach it over HTTP as the world does; `run` and `bank` are for arranging what was there
before, and for looking at what is there after.
"""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from aiohttp import web

from infobank.accesslog.entry import EntryKind
from infobank.accounts.account import Role
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.app.keyservice import serve_keys
from infobank.app.processes import open_sequencer
from infobank.app.worker import make_worker
from infobank.clock import Clock, day_in
from infobank.config import Settings, from_mapping
from infobank.db.embedded import EmbeddedDatabases
from infobank.demo.city import make_city
from infobank.demo.city.cast import AUDITOR, RESIDENTS, STEWARD
from infobank.demo.people import people
from infobank.entropy import SystemEntropy
from infobank.keystore.making import make_keys
from infobank.usecases.accesslog.history import Event
from infobank.usecases.bank import Bank
from infobank.vocabulary.category import Record
from infobank.vocabulary.identifiers import ResidentId
from infobank.web.server import make_application
from infobank.web.state import BANK, SURROUNDINGS

T = TypeVar("T")

SOURCE = "demo_city"
SEED = 1
DAYS = 90
_NUMBERS = count()

SECONDS = 60
"""How long anything may take before a test fails."""


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine returns; it runs in this loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def serving(
        self, application: web.Application, listening: socket.socket
    ) -> AbstractContextManager[None]:
        """Serve an application for as long as the block lasts."""

        @asynccontextmanager
        async def served() -> AsyncIterator[None]:
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
            try:
                await runner.setup()
                await web.SockSite(runner, listening).start()
                yield
            finally:
                await runner.cleanup()

        return self.holding(served())

    @contextmanager
    def holding(self, held: AbstractAsyncContextManager[object]) -> Iterator[None]:
        """Hold something in this loop; it begins and ends in one task, as in production."""
        ready: Future[None] = Future()
        stop = asyncio.Event()

        async def serve() -> None:
            try:
                async with held:
                    ready.set_result(None)
                    await stop.wait()
            except Exception as error:
                if ready.done():
                    raise
                ready.set_exception(error)

        serving = asyncio.run_coroutine_threadsafe(serve(), self._loop)
        try:
            ready.result(SECONDS)
            yield
        finally:
            self._loop.call_soon_threadsafe(stop.set)
            serving.result(SECONDS)


WRITTEN = """SELECT attname FROM pg_attribute
    WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""
"""The columns of a table that are written, and not made from others."""


@dataclass(frozen=True)
class BankServer:
    """A running bank.

    `url` is its public address; `residents` are those of the demo's cast, by the handle
    they sign in with, each with up to 90 days of records, the newest of `last_day` or before.
    """

    url: str
    settings: Settings
    bank: Bank
    residents: Mapping[str, ResidentId]
    last_day: date
    databases: EmbeddedDatabases
    loop: Loop
    _application: web.Application

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine of the bank returns."""
        return self.loop.run(work)

    def sequence(self) -> int:
        """Give the waiting log entries their places; return how many there were."""

        async def once() -> int:
            async with open_sequencer(self.settings, Databases(self.settings, None)) as (_, step):
                return await step()

        return self.run(once())

    def recorded(self, kind: EntryKind) -> list[Event]:
        """Return every log entry of a kind as auditors see it, oldest first."""

        async def whole() -> list[Event]:
            page = found = await self.bank.inspect()
            while page and page[-1].index:
                page = await self.bank.inspect(page[-1].index)
                found = [*found, *page]
            return found

        while self.sequence():
            pass
        found = (event for event in self.run(whole()) if event.kind is kind)
        return sorted(found, key=lambda event: event.at)

    def rows(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Return the rows of a statement, run by the owner of the records' database."""

        async def fetch() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(self.databases.libpq("infobank_owner"))
            try:
                found: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
                return found
            finally:
                await connection.close()

        return self.run(fetch())

    @contextmanager
    def put_back(self, tables: Sequence[str]) -> Iterator[None]:
        """Let the block change tables as their owner can; afterwards they are as they were."""
        for table in tables:
            self.rows(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        try:
            yield
        finally:
            for table in tables:
                written = ", ".join(row["attname"] for row in self.rows(WRITTEN, table))
                self.rows(f"DELETE FROM {table}")
                self.rows(f"INSERT INTO {table} ({written}) SELECT {written} FROM kept_{table}")
                self.rows(f"DROP TABLE kept_{table}")

    def deposited(self, handle: str, category: str) -> Sequence[Record]:
        """Return the records that a resident moved in with, oldest first."""
        number = next(each.number for each in RESIDENTS if each.handle == handle)
        city = make_city(self.bank.policies, SEED, self.last_day, len(RESIDENTS), DAYS)
        return next(each.records[category] for each in city if each.number == number)

    @contextmanager
    def worker(self, clock: Clock | None = None) -> Iterator[str]:
        """Run one more worker on the same databases; return where it listens.

        Its public address is the first worker's, as it is behind one port in production.
        """

        @asynccontextmanager
        async def opened() -> AsyncIterator[Bank]:
            async with (
                keys_at(self.settings, clock) as settings,
                open_bank(settings, Databases(settings, None), clock) as bank,
            ):
                yield bank

        application = make_application(self._application[SURROUNDINGS], opened)
        listening = listen()
        with self.loop.serving(application, listening):
            yield address(listening)


@asynccontextmanager
async def keys_at(settings: Settings, clock: Clock | None) -> AsyncIterator[Settings]:
    """Yield settings whose key service lives at another time; without a clock, the same ones."""
    if clock is None:
        yield settings
        return
    moved = replace(settings, keyservice=settings.keyservice / f"moved-{next(_NUMBERS)}")
    async with serve_keys(moved, Databases(moved, None), clock):
        yield moved


def listen() -> socket.socket:
    """Return a socket that listens on a free port of this machine."""
    return socket.create_server(("127.0.0.1", 0))


def address(listening: socket.socket) -> str:
    """Return the address of a listening socket."""
    return f"http://localhost:{listening.getsockname()[1]}"


def settings_for(
    databases: EmbeddedDatabases, folder: Path, url: str, besides: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings of a demo bank on these databases, with new keys."""
    server = databases.server
    settings = from_mapping(
        {
            "INFOBANK_ENV": "demo",
            "INFOBANK_STATE": str(folder),
            "INFOBANK_PUBLIC_URL": url,
            "INFOBANK_DATABASE_URL": server.url("{role}", databases.records),
            "INFOBANK_KEYS_DATABASE_URL": server.url("{role}", databases.keys),
            **(besides or {}),
        }
    )
    make_keys(settings.root_key, settings.log_key, settings.log_origin, SystemEntropy())
    return settings


async def move_in(bank: Bank, last_day: date) -> dict[str, ResidentId]:
    """Bring the demo's cast in: residents with their records, and staff; return residents."""
    numbers = [str(each.number) for each in RESIDENTS]
    homes = await bank.enrol(SOURCE, numbers, create=True, synthetic=True)
    city = list(make_city(bank.policies, SEED, last_day, len(RESIDENTS), DAYS))
    for category in bank.policies.categories.values():
        records = {
            homes[str(each.number)]: each.records[category.code]
            for each in city
            if each.records.get(category.code)
        }
        await bank.deposit(category, SOURCE, records)
    residents = {each.handle: homes[str(each.number)] for each in RESIDENTS}
    for handle, resident in residents.items():
        await bank.sign_in.open_account(handle, Role.RESIDENT, resident=resident)
    await bank.sign_in.open_account(STEWARD.handle, Role.STEWARD)
    await bank.sign_in.open_account(AUDITOR.handle, Role.AUDITOR)
    return residents


@pytest.fixture(scope="module")
def bank_server(
    databases: EmbeddedDatabases,
    tmp_path_factory: pytest.TempPathFactory,
    besides: Mapping[str, str],
) -> Iterator[BankServer]:
    """Return a running bank with the demo's cast in it, the module's own."""
    listening, folder = listen(), tmp_path_factory.mktemp("bank")
    settings = settings_for(databases, folder, address(listening), besides)
    application = make_worker(settings, Databases(settings, None), people())
    with ExitStack() as stack:
        loop = Loop()
        stack.callback(loop.close)
        stack.enter_context(loop.holding(serve_keys(settings, Databases(settings, None))))
        stack.enter_context(loop.serving(application, listening))
        bank = application[BANK]
        last_day = day_in(settings.zone, bank.clock.now()) - timedelta(days=1)
        residents = loop.run(move_in(bank, last_day))
        yield BankServer(
            settings.public_url,
            settings,
            bank,
            residents,
            last_day,
            databases,
            loop,
            application,
        )
