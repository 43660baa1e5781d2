"""Disclosure over HTTP, one worker process, against the bare handler: the same rows, 32 at once."""

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
from bank_processes import free_port, started, until, web_worker
from bare import TABLE, seal
from ground import READERS, Ground
from plain_http import request_bytes
from provider_client import ProviderClient, register
from table import Line, quantile, ratio

PATH = "/api/v1/records"
BATCH, BATCHES = 20, 6
"""Reads on each connection whose proofs are signed together (they live 60 s), and how often."""


def measure(ground: Ground) -> Iterator[Line]:
    """Measure both, one after the other, with the same load."""
    client = register(ground.server)
    names = [f"reader-{number}" for number in range(READERS)]
    tokens = [client.tokens(name)["access_token"] for name in names]
    with web_worker(ground.server.settings, ground.folder) as (_, at):
        ours = loaded(ground.folder, lambda: [reads(client, token) for token in tokens], at)
    with bare_server(ground) as at:
        wanted = [bare_reads(ground.server.residents[name]) for name in names]
        bare = loaded(ground.folder, lambda: wanted, at)
    for name, found in (("disclosure", ours), ("bare handler", bare)):
        latencies = sorted(found["latencies"])
        assert found["statuses"] == [200], found["example"]
        p50, p99 = (quantile(latencies, share) * 1000 for share in (0.5, 0.99))
        yield Line(name, rate(found), "requests/s", f"p50 {p50:.1f} ms  p99 {p99:.1f} ms")
    yield ratio("disclosure", rate(ours), rate(bare), "0.4")


def rate(found: dict) -> float:
    """Return requests a second."""
    return len(found["latencies"]) / found["seconds"]


def reads(client: ProviderClient, token: str) -> list[bytes]:
    """Return reads with proofs signed beforehand: signing is the provider's work, not ours."""

    def one(_: int) -> bytes:
        proof = client.proof("GET", PATH, token)
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        return request_bytes("GET", f"{PATH}?category=daily_activity", headers)

    return [one(number) for number in range(BATCH)]


def bare_reads(resident: UUID) -> list[bytes]:
    """Return reads of the bare handler, with a header as long as ours."""
    headers = {"Authorization": "DPoP " + "x" * 43, "DPoP": "x" * 500}
    return [request_bytes("GET", f"/{resident}", headers)] * BATCH


def loaded(folder: Path, batch: Callable[[], list[list[bytes]]], at: str) -> dict:
    """Run the load generator batch by batch, each made just before; the first only warms up."""
    load(folder, batch(), at)
    found = [load(folder, batch(), at) for _ in range(BATCHES)]
    return {
        "seconds": sum(each["seconds"] for each in found),
        "latencies": [latency for each in found for latency in each["latencies"]],
        "statuses": sorted({status for each in found for status in each["statuses"]}),
        "example": found[-1]["example"],
    }


@contextmanager
def bare_server(ground: Ground) -> Iterator[str]:
    """Run the bare handler in a process of its own, over the same records."""
    server, port = ground.server, free_port()
    database = server.databases.libpq("infobank_owner")
    server.run(fill(ground, database))
    words = [sys.executable, str(Path(__file__).with_name("bare.py")), database, str(port)]
    with started(words, {}, ground.folder / "bare.txt") as bare:
        until(lambda: listening(port), bare.said)
        yield f"http://127.0.0.1:{port}"


async def fill(ground: Ground, database: str) -> None:
    """Put the same records where the bare handler reads them."""
    bank, fields = ground.bank, client_fields(ground)
    category = bank.policies.category("daily_activity")
    places = [category.field_names.index(name) for name in fields]
    rows = []
    for number in range(READERS):
        home = ground.server.residents[f"reader-{number}"]
        records = await bank.holdings.records(home, category)
        document = [
            {
                "observed": record.observed.isoformat(),
                "values": dict(zip(fields, (record.values[at] for at in places), strict=True)),
            }
            for record in records
        ]
        rows.append((home, seal(document)))
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(TABLE)
        await connection.execute("TRUNCATE bare")
        await connection.copy_records_to_table("bare", records=rows)
    finally:
        await connection.close()


def client_fields(ground: Ground) -> list[str]:
    """Return the fields that are read."""
    from provider_client import FIELDS  # noqa: PLC0415

    del ground
    return list(FIELDS)


def listening(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def load(folder: Path, requests: list[list[bytes]], at: str) -> dict:
    """Run the load generator once; return what it measured."""
    prepared = folder / "requests.pickle"
    prepared.write_bytes(pickle.dumps(requests))
    program = Path(__file__).with_name("load.py")
    done = subprocess.run(
        [sys.executable, str(program), str(prepared), at],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: dict = json.loads(done.stdout)
    return found
