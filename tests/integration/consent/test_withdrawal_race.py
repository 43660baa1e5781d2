"""A withdrawal against a thousand reads in flight: nothing is released after it returned.

Two workers run as processes of their own, on the same databases.  Reads and withdrawal go
over HTTP from one process, whose clock tells what came first.
"""

import asyncio
import json
import socket
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bank_processes import Started, web_worker
from plain_http import Answer, Connection, connect, request_bytes
from provider_client import FIELDS, ProviderClient, register
from running_bank import BankServer

from infobank.accesslog.commitment import check_shown
from infobank.accesslog.leaf import Leaf
from infobank.vocabulary.category import Record
from infobank.vocabulary.givenby import GivenBy

READS = 1_000
CONNECTIONS = 32
"""Connections to each worker, each with one read in flight."""

PATH = "/api/v1/records"
SECONDS = 30
LONGEST_WITHDRAWAL = 3.0
"""Seconds: the 2 s a hung worker may delay it, and what a busy machine adds."""


@dataclass(frozen=True)
class Workers:
    """Two web workers, and where they listen."""

    processes: tuple[Started, ...]
    addresses: tuple[str, ...]


@pytest.fixture(scope="module")
def workers(bank_server: BankServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Two workers in processes of their own."""
    folder: Path = tmp_path_factory.mktemp("workers")
    with ExitStack() as stack:
        running = [stack.enter_context(web_worker(bank_server.settings, folder)) for _ in range(2)]
        yield Workers(tuple(one for one, _ in running), tuple(at for _, at in running))


@dataclass(frozen=True)
class Grant:
    """A consent with a token for it, and the wire form of reads and of its withdrawal."""

    client: ProviderClient
    resident: str
    consent: str
    token: str

    def reads(self, count: int) -> list[bytes]:
        """Return reads, each with a fresh proof, ready to send."""

        def one(_: int) -> bytes:
            headers = {
                "Authorization": f"DPoP {self.token}",
                "DPoP": self.client.proof("GET", PATH, self.token),
            }
            return request_bytes("GET", f"{PATH}?category=daily_activity", headers)

        with ThreadPoolExecutor(4) as threads:
            return list(threads.map(one, range(count)))

    def withdrawal(self) -> bytes:
        """Return the withdrawal as the resident's portal session sends it."""
        return self._asked(f"/api/v1/consents/{self.consent}/withdraw")

    def restriction(self) -> bytes:
        """Return a restriction of what the consent is about, as the portal session sends it."""
        return self._asked("/api/v1/rights/restrictions", {"category": "daily_activity"})

    def _asked(self, path: str, document: object = None) -> bytes:
        server = self.client.server
        secret, session = server.run(server.bank.sign_in.by_handle(self.resident))
        body = json.dumps(document or {}).encode()
        headers = {
            "Cookie": f"infobank={secret}",
            "X-CSRF-Token": session.csrf,
            "Content-Type": "application/json",
        }
        return request_bytes("POST", path, headers, body)


def grant(client: ProviderClient, resident: str, share: Sequence[str] = FIELDS) -> Grant:
    """Let a resident agree to a provider's request."""
    tokens = client.tokens(resident, share)
    found = client.server.rows(
        "SELECT consent_id FROM consents WHERE resident_id = $1 ORDER BY given_at DESC LIMIT 1",
        client.server.residents[resident],
    )
    return Grant(client, resident, str(found[0]["consent_id"]), tokens["access_token"])


@dataclass
class Race:
    """Reads in flight over several connections, counted as they arrive."""

    reads: list[bytes]
    answers: list[Answer] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self, connections: Sequence[Connection]) -> None:
        """Send every read, one at a time on each connection, until none is left."""
        async with asyncio.TaskGroup() as tasks:
            for connection in connections:
                tasks.create_task(self._on(connection))

    async def _on(self, connection: Connection) -> None:
        while self.reads:
            self.answers.append(await connection.ask(self.reads.pop()))
            async with self.arrived:
                self.arrived.notify_all()

    async def after(self, count: int) -> None:
        """Wait until so many answers have arrived."""
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.answers) >= count)


async def connections_to(addresses: Sequence[str], each: int = CONNECTIONS) -> list[Connection]:
    """Open as many connections to every address."""
    return [await connect(at) for at in addresses for _ in range(each)]


async def withdraw(connection: Connection, withdrawal: bytes) -> Answer:
    """Withdraw; return its answer with the instant after which nothing may arrive."""
    answer = await connection.ask(withdrawal)
    # Whatever lay in our own sockets when the withdrawal's answer came is read by then.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return Answer(answer.status, answer.body, answer.asked_at, time.monotonic())


def permits(server: BankServer) -> dict[str, Counter[bool]]:
    """Return, by request, how many of its permit entries are in effect and how many void."""
    found: dict[str, Counter[bool]] = {}
    for table in ("log_pending", "log_entries"):
        for row in server.rows(f"SELECT leaf, shown, effect FROM {table}"):
            leaf = Leaf.parse(row["leaf"])
            assert leaf.in_effect == (row["effect"] == 1)
            fields = {each.name: each.value for each in check_shown(row["shown"], leaf).openings}
            if fields["kind"] == "permit":
                found.setdefault(str(fields["request"]), Counter())[leaf.in_effect] += 1
    return found


def released(answers: Sequence[Answer]) -> list[str]:
    """Return the names of the requests that were answered with records."""
    documents = [json.loads(answer.body) for answer in answers if answer.status == 200]
    assert all(document["records"] for document in documents)
    return [document["request"] for document in documents]


def check_against_log(server: BankServer, answers: Sequence[Answer], before: set[str]) -> None:
    """Check that each release has one permit in effect, and no void one was released."""
    logged = {name: found for name, found in permits(server).items() if name not in before}
    given = released(answers)
    assert len(given) == len(set(given))
    assert all(logged[name][True] == 1 for name in given)
    unused = {name for name, found in logged.items() if found[True]} - set(given)
    refused = sum(answer.status == 503 for answer in answers)
    # A permit that was not released is one whose release was refused or cut off at the last check.
    assert len(unused) <= refused + sum(answer.status == 0 for answer in answers)


async def race(
    workers: Workers, grants: tuple[Grant, Grant], act: Callable[[], Awaitable[Answer]]
) -> tuple[Race, Race, Answer]:
    """Let two consents' reads run, act in the middle; return both races and the act's answer."""
    withdrawn, other = (
        Race(one.reads(count)) for one, count in zip(grants, (READS, 200), strict=True)
    )
    connections = await connections_to(workers.addresses)
    beside = await connections_to(workers.addresses, 4)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(withdrawn.run(connections))
            tasks.create_task(other.run(beside))
            await withdrawn.after(READS // 3)
            answer = await act()
    finally:
        for connection in (*connections, *beside):
            connection.close()
    return withdrawn, other, answer


@pytest.mark.parametrize("time_it_is_tried", range(3))
async def test_nothing_is_released_after_a_withdrawal_returned(
    bank_server: BankServer, workers: Workers, time_it_is_tried: int
):
    client = await asyncio.to_thread(register, bank_server)
    grants = await asyncio.to_thread(lambda: (grant(client, "hanako"), grant(client, "taro")))
    before = set(await asyncio.to_thread(permits, bank_server))
    withdrawal = await asyncio.to_thread(grants[0].withdrawal)
    portal = await connect(workers.addresses[time_it_is_tried % 2])
    reads, others, answer = await race(workers, grants, lambda: withdraw(portal, withdrawal))
    portal.close()
    assert answer.status == 200, answer.body
    statuses = Counter(each.status for each in reads.answers)
    assert len(reads.answers) == READS
    # A slow machine answers many reads with 503; some of those before the act went through.
    assert statuses[200] > 0
    assert statuses[403] > 0, "the withdrawal came too late to race with anything"
    assert set(statuses) <= {200, 403, 503}
    late = [each.arrived_at - answer.arrived_at for each in reads.answers if each.status == 200]
    assert max(late) <= 0, f"released {max(late):.4f} s after the withdrawal returned"
    begun_after = [each for each in reads.answers if each.asked_at > answer.arrived_at]
    assert begun_after
    assert {each.status for each in begun_after} == {403}
    assert {each.status for each in others.answers} == {200}
    everything = reads.answers + others.answers
    await asyncio.to_thread(check_against_log, bank_server, everything, before)


async def test_nothing_is_released_after_a_restriction_returned(
    bank_server: BankServer, workers: Workers
):
    client = await asyncio.to_thread(register, bank_server)
    grants = await asyncio.to_thread(lambda: (grant(client, "misaki"), grant(client, "taro")))
    before = set(await asyncio.to_thread(permits, bank_server))
    restriction = await asyncio.to_thread(grants[0].restriction)
    portal = await connect(workers.addresses[0])
    reads, others, answer = await race(workers, grants, lambda: withdraw(portal, restriction))
    portal.close()
    assert answer.status == 201, answer.body
    statuses = Counter(each.status for each in reads.answers)
    assert statuses[403] > 0, "the restriction came too late to race with anything"
    late = [each.arrived_at - answer.arrived_at for each in reads.answers if each.status == 200]
    assert max(late) <= 0, f"released {max(late):.4f} s after the restriction returned"
    begun_after = [each for each in reads.answers if each.asked_at > answer.arrived_at]
    assert {each.status for each in begun_after} == {403}
    everything = reads.answers + others.answers
    await asyncio.to_thread(check_against_log, bank_server, everything, before)
    made = json.loads(answer.body)["request"]
    home, stop = bank_server.residents["misaki"], bank_server.bank.rights.stop
    lifting = stop.lift(home, GivenBy.SELF, uuid.UUID(made))
    await asyncio.to_thread(bank_server.run, lifting)


async def test_a_hung_worker_delays_a_withdrawal_shortly_and_releases_nothing_afterwards(
    bank_server: BankServer, workers: Workers
):
    client = await asyncio.to_thread(register, bank_server)
    grants = await asyncio.to_thread(lambda: (grant(client, "misaki"), grant(client, "taro")))
    before = set(await asyncio.to_thread(permits, bank_server))
    withdrawal = await asyncio.to_thread(grants[0].withdrawal)
    portal = await connect(workers.addresses[0])
    hung = workers.processes[1]

    async def act() -> Answer:
        hung.suspend()
        try:
            return await withdraw(portal, withdrawal)
        finally:
            hung.resume()

    reads, others, answer = await race(workers, grants, act)
    portal.close()
    assert answer.status == 200, answer.body
    assert answer.arrived_at - answer.asked_at < LONGEST_WITHDRAWAL
    late = [each.arrived_at - answer.arrived_at for each in reads.answers if each.status == 200]
    assert max(late) <= 0, f"released {max(late):.4f} s after the withdrawal returned"
    everything = reads.answers + others.answers
    await asyncio.to_thread(check_against_log, bank_server, everything, before)


def test_a_withdrawal_with_nothing_in_flight_returns_at_once_and_twice_says_so(
    bank_server: BankServer,
):
    client = register(bank_server)
    given = grant(client, "kenji")
    consent = uuid.UUID(given.consent)
    begun = time.monotonic()
    bank_server.run(bank_server.bank.withdraw(bank_server.residents["kenji"], consent))
    assert time.monotonic() - begun < LONGEST_WITHDRAWAL - 2
    with pytest.raises(Exception, match="withdrawn before"):
        bank_server.run(bank_server.bank.withdraw(bank_server.residents["kenji"], consent))


DAYS_TOO_MANY = 16_000
"""Days of records whose answer no machine takes into its socket buffers whole."""


def test_a_reader_that_does_not_take_its_answer_loses_it(bank_server: BankServer, workers: Workers):
    category = bank_server.bank.policies.category("daily_activity")
    home, today = bank_server.residents["kenji"], bank_server.last_day
    values = tuple(field.maximum for field in category.fields)
    days = (today - timedelta(days=100 + number) for number in range(DAYS_TOO_MANY))
    many = [Record(day, values) for day in days]
    bank_server.run(bank_server.bank.deposit(category, "test", {home: many}))
    client = LongReader(**vars(register(bank_server)))
    given = grant(client, "kenji", category.field_names)
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(SECONDS)
        reader.connect(("127.0.0.1", urlsplit(workers.addresses[0]).port))
        reader.sendall(given.reads(1)[0])
        head = reader.recv(1024)
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        begun = time.monotonic()
        bank_server.run(bank_server.bank.withdraw(home, uuid.UUID(given.consent)))
        assert time.monotonic() - begun < LONGEST_WITHDRAWAL
        arrived = len(head)
        with suppress(ConnectionResetError):
            while taken := reader.recv(1 << 20):
                arrived += len(taken)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert arrived < length, "the whole answer arrived after the withdrawal"


class LongReader(ProviderClient):
    """A provider that asks for everything there is."""

    def element(self) -> dict[str, Any]:
        """Return what is asked for."""
        usual = super().element()
        fields = self.server.bank.policies.category("daily_activity").field_names
        period = usual["period"] | {"from": "1950-01-01"}
        return usual | {"fields": list(fields), "period": period}
