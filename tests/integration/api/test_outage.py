"""The database goes away: 503, nothing half written, and the bank recovers by itself."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import requests
from running_bank import Loop, address, listen, settings_for
from signed_in import COOKIE

from infobank.accounts.account import Role
from infobank.app.installation import Databases
from infobank.app.keyservice import serve_keys
from infobank.app.schema import upgrade_schema
from infobank.app.worker import make_worker
from infobank.clock import day_in
from infobank.db.embedded import EmbeddedDatabases, EmbeddedServer
from infobank.web.access import CSRF_HEADER
from infobank.web.state import BANK

SECONDS = 30


@dataclass(frozen=True)
class Outage:
    """A bank whose own database server can be stopped and started."""

    url: str
    server: EmbeddedServer
    program: requests.Session
    day: str

    def deposit(self) -> requests.Response:
        """Deposit one record as its resident does."""
        record = {"observed": self.day, "values": {"steps": 5000}}
        document = {"category": "daily_activity", "records": [record]}
        return self.program.post(f"{self.url}/api/v1/deposits", json=document, timeout=SECONDS)

    def get(self, path: str) -> requests.Response:
        """Return what an address answers a stranger."""
        return requests.get(self.url + path, timeout=SECONDS)

    def counted(self) -> list[int]:
        """Return how many rows a deposit adds to."""

        async def count() -> list[int]:
            uri = EmbeddedDatabases(self.server).libpq("infobank_owner")
            connection = await asyncpg.connect(uri)
            try:
                names = ("blocks", "manifests", "log_pending", "log_entries")
                known = await connection.fetch("SELECT tablename FROM pg_tables")
                present = {row["tablename"] for row in known} & set(names)
                assert len(present) == len(names)
                return [
                    await connection.fetchval(f'SELECT count(*) FROM "{name}"')
                    for name in sorted(present)
                ]
            finally:
                await connection.close()

        return asyncio.run(count())

    def wait_until_ready(self) -> None:
        """Return when the bank says that it can work; nobody restarts it."""
        deadline = time.monotonic() + SECONDS
        while self.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline


@pytest.fixture
def outage(open_folder: Path, tmp_path: Path) -> Iterator[Outage]:
    """A bank with one resident on a server of its own."""
    server = EmbeddedServer(open_folder)
    listening = listen()
    with ExitStack() as stack:
        stack.enter_context(server)
        settings = settings_for(EmbeddedDatabases(server), tmp_path, address(listening))
        found = Databases(settings, None)
        asyncio.run(upgrade_schema(settings, found))
        application = make_worker(settings, found)
        loop = Loop()
        stack.callback(loop.close)
        stack.enter_context(loop.holding(serve_keys(settings, found)))
        stack.enter_context(loop.serving(application, listening))
        bank = application[BANK]

        async def arrange() -> tuple[str, str]:
            homes = await bank.enrol("test", ["1"], create=True)
            await bank.sign_in.open_account("one", Role.RESIDENT, resident=homes["1"])
            secret, session = await bank.sign_in.by_handle("one")
            return secret, session.csrf

        secret, csrf = loop.run(arrange())
        program = requests.Session()
        program.cookies.set(COOKIE, secret)
        program.headers[CSRF_HEADER] = csrf
        today = day_in(settings.zone, bank.clock.now()).isoformat()
        yield Outage(settings.public_url, server, program, today)


def test_without_its_database_the_bank_says_503_and_recovers_by_itself(outage: Outage):
    assert outage.get("/readyz").status_code == 200
    before = outage.counted()
    assert outage.server.stop()
    for answer in (outage.deposit(), outage.get("/readyz"), outage.get("/opendata/catalog.jsonld")):
        assert answer.status_code == 503, answer.text
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.headers["Retry-After"] == "1"
        assert answer.json()["code"] == "unavailable"
    entities = outage.get("/ngsi-ld/v1/entities?type=Dataset")
    assert (entities.status_code, entities.headers["Retry-After"]) == (503, "1")
    assert entities.json()["type"] == "https://uri.etsi.org/ngsi-ld/errors/InternalError"
    page = outage.program.get(f"{outage.url}/history", timeout=SECONDS)
    assert page.status_code == 503
    assert "text/html" in page.headers["Content-Type"]
    assert outage.get("/livez").status_code == 200
    outage.server.start()
    outage.wait_until_ready()
    assert outage.counted() == before
    assert outage.deposit().json() == {"added": 1, "changed": 0, "same": 0}
