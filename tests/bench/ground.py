"""The bank that is measured: an own PostgreSQL in a temporary folder, residents, a provider."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import structlog
from bank_processes import command, environment_for, started, until
from running_bank import BankServer, Loop, address, listen, move_in, settings_for

from infobank.app.installation import Databases
from infobank.app.worker import make_worker
from infobank.clock import day_in
from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.db.postgres.migrate import upgrade
from infobank.db.postgres.roles import DATABASES
from infobank.demo.people import people
from infobank.keystore.service.wire import WEB
from infobank.usecases.bank import Bank
from infobank.vocabulary.category import Category, Record
from infobank.web.state import BANK

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
READERS = 32
"""Residents whose records are read, one for each connection."""
RECORDS = 10
"""Records of each."""


@dataclass(frozen=True)
class Ground:
    """A running bank, and where files may be put."""

    server: BankServer
    folder: Path

    @property
    def bank(self) -> Bank:
        """The bank's use cases; they run in the server's loop."""
        return self.server.bank


@contextmanager
def ground() -> Iterator[Ground]:
    """Run a bank in a temporary folder; nothing is left behind."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # its events are not ours
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="infobank-bench-")))
        folder.chmod(0o711)
        postgresql = stack.enter_context(EmbeddedServer(folder / "postgresql"))
        for which, roles in DATABASES.items():
            asyncio.run(upgrade(postgresql.url(roles.owner, roles.database), which, MIGRATIONS))
        listening = listen()
        databases = EmbeddedDatabases(postgresql)
        settings = settings_for(databases, folder / "state", address(listening))
        keys = started(command("keyservice"), environment_for(settings), folder / "keyservice.txt")
        running = stack.enter_context(keys)  # a process of its own, as in production
        until((settings.keyservice / WEB).exists, running.said)
        application = make_worker(settings, Databases(settings, None), people())
        loop = Loop()
        stack.callback(loop.close)
        stack.enter_context(loop.serving(application, listening))
        bank = application[BANK]
        last_day = day_in(settings.zone, bank.clock.now()) - timedelta(days=1)
        residents = loop.run(move_in(bank, last_day)) | loop.run(readers(bank, last_day))
        server = BankServer(
            settings.public_url, settings, bank, residents, last_day, databases, loop, application
        )
        yield Ground(server, folder)


async def readers(bank: Bank, last_day: date) -> dict[str, object]:
    """Bring residents in with exactly as many records as are read."""
    names = [f"reader-{number}" for number in range(READERS)]
    homes = await bank.enrol("bench", names, create=True)
    category = bank.policies.category("daily_activity")
    records = {home: ten(category, last_day, n) for n, home in enumerate(homes.values())}
    await bank.deposit(category, "bench", records)
    return dict(homes)


def ten(category: Category, last_day: date, seed: int) -> list[Record]:
    """Return records that differ from one resident to the next."""
    return [
        Record(
            last_day - timedelta(days=day),
            tuple((seed + 1) * (day + 7) % 1000 for _ in category.fields),
        )
        for day in range(RECORDS)
    ]
