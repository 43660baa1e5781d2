"""What a reviewer tried against a running bank: each of these once went through."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest
import requests
from provider_client import FIELDS, ProviderClient, register
from running_bank import BankServer

from infobank.accesslog.errors import LogTamperedError
from infobank.accesslog.merkle import leaf_hash
from infobank.accesslog.tiles import integrate
from infobank.clock import Clock, SystemClock
from infobank.db import consent as consents
from infobank.vocabulary.identifiers import ConsentId
from infobank.web import server as web_server

SECONDS = 30
PAR = "/oauth/par"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def client(bank_server: BankServer) -> ProviderClient:
    """A registered provider."""
    return register(bank_server)


@dataclass(frozen=True)
class OtherForm(ProviderClient):
    """A provider whose request is for another form than records."""

    mode: str = "answers"
    purpose: str = "health_promotion"

    def element(self) -> dict[str, Any]:
        """Return what is asked for."""
        return super().element() | {"mode": self.mode, "purpose": self.purpose}


@pytest.mark.parametrize(
    ("mode", "purpose"), [("answers", "health_promotion"), ("statistics", "open_statistics")]
)
def test_a_consent_to_answers_or_statistics_gives_no_records(
    client: ProviderClient, mode: str, purpose: str
):
    other = OtherForm(client.server, client.client_id, client.key, mode=mode, purpose=purpose)
    answer = other.read(other.tokens()["access_token"])
    assert answer.status_code == 403, answer.text
    assert "consent_for_other_mode" in answer.json()["detail"]
    assert "records" not in answer.json()


class MovedClock(Clock):
    """The machine's clock, moved on by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return the instant."""
        return SystemClock().now() + self.ahead


@pytest.mark.parametrize("path", [PAR, "/oauth/token", "/oauth/revoke"])
def test_a_body_that_comes_late_is_judged_by_the_time_it_came(client: ProviderClient, path: str):
    clock = MovedClock()
    body = urlencode(client.signed(client.request_form() | {"token": "x"})).encode()
    with client.server.worker(clock) as at:
        answer = _late(at, path, client.proof("POST", path), body, clock)
    assert b'"error": "invalid_client"' in answer


def _late(at: str, path: str, proof: str, body: bytes, clock: MovedClock) -> bytes:
    """Send the head of a request, wait an hour, and send its body; return the answer."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"DPoP: {proof}", f"Content-Type: {FORM}"]
    lines += [f"Content-Length: {len(body)}", "Expect: 100-continue", "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", urlsplit(at).port or 0), SECONDS) as caller:
        caller.sendall("\r\n".join(lines).encode())
        # The bank has begun with the request when it asks for the body.
        assert caller.recv(1024).startswith(b"HTTP/1.1 100 ")
        time.sleep(0)
        clock.ahead = timedelta(hours=1)
        caller.sendall(body)
        answer = b""
        while found := caller.recv(1 << 16):
            answer += found
    return answer


FORMS = {
    "an unknown encoding": (f"{FORM}; charset=x-unknown", b"handle=hanako"),
    "an encoding that costs much": (f"{FORM}; charset=punycode", b"handle=hanako"),
    "bytes that are no text": (FORM, b"handle=\xff\xfe"),
    "parts without an end": ("multipart/form-data; boundary=b", b"no boundary"),
    "parts without a boundary": ("multipart/form-data", b"--b--"),
}


@pytest.mark.parametrize("path", ["/oauth/token", "/sign-in", "/sign-out"])
@pytest.mark.parametrize("case", FORMS)
def test_a_form_that_cannot_be_read_is_the_callers_fault(
    bank_server: BankServer, path: str, case: str
):
    kind, body = FORMS[case]
    secret, _ = bank_server.run(bank_server.bank.sign_in.by_handle("hanako"))
    answer = requests.post(
        bank_server.url + path,
        data=body,
        headers={"Content-Type": kind},
        cookies={"infobank": secret},
        timeout=SECONDS,
        allow_redirects=False,
    )
    assert 400 <= answer.status_code < 500, answer.status_code


def test_a_second_withdrawal_waits_for_what_is_in_flight_too(client: ProviderClient):
    server, home = client.server, client.server.residents["taro"]
    consent = ConsentId(UUID(client.tokens("taro", FIELDS)["grant_id"]))
    lock = f"hashtextextended('{consent}', 0)"

    async def work() -> float:
        bank = server.bank
        async with bank.withdraw.units() as holder:
            # As the group's connection does while something is released.
            await holder.fetch(f"SELECT pg_advisory_xact_lock_shared({lock})")
            async with bank.withdraw.units() as unit:
                await consents.withdraw(unit, home, consent, bank.clock.now())
                await unit.commit()
            begun = time.monotonic()
            with contextlib.suppress(Exception):
                await bank.withdraw(home, consent)
            return time.monotonic() - begun

    assert server.run(work()) > 1.5


@pytest.fixture
def forged_root(bank_server: BankServer) -> Iterator[None]:
    """A tree that holds together, under a root that was never signed."""
    bank_server.sequence()
    tables = ("log_entries", "log_tiles", "log_checkpoints")
    with bank_server.put_back(tables):
        leaves = [
            bytes(row["leaf"])
            for row in bank_server.rows("SELECT leaf FROM log_entries ORDER BY log_index")
        ]
        leaves[0] = leaves[0][:-1] + bytes([leaves[0][-1] ^ 1])
        forged = integrate(0, {}, [leaf_hash(leaf) for leaf in leaves])
        bank_server.rows("UPDATE log_entries SET leaf = $1 WHERE log_index = 0", leaves[0])
        for tile, hashes in forged.tiles.items():
            bank_server.rows(
                "UPDATE log_tiles SET hashes = $1 WHERE level = $2 AND place = $3",
                hashes,
                tile.level,
                tile.index,
            )
        bank_server.rows(
            "UPDATE log_checkpoints SET root = $1 WHERE size = $2", forged.root, forged.size
        )
        yield


@pytest.mark.usefixtures("forged_root")
def test_the_sequencer_signs_nothing_that_grows_from_what_it_never_signed(
    bank_server: BankServer,
):
    bank_server.run(bank_server.bank.upkeep.announce_policies())
    with pytest.raises(LogTamperedError):
        bank_server.sequence()


def test_tidying_goes_on_after_a_statement_failed(
    bank_server: BankServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(web_server, "TIDY_SECONDS", 0.05)
    bank_server.rows("ALTER TABLE codes RENAME TO codes_away")
    stop = threading.Event()

    async def work() -> None:
        tidying = asyncio.create_task(web_server.tidy(bank_server.bank))
        try:
            while not stop.is_set():
                assert not tidying.done(), "tidying ended"
                await asyncio.sleep(0.05)
        finally:
            tidying.cancel()
            await asyncio.gather(tidying, return_exceptions=True)

    running = asyncio.run_coroutine_threadsafe(work(), bank_server.loop._loop)
    try:
        bank_server.rows("SELECT pg_sleep(0.5)")
    finally:
        bank_server.rows("ALTER TABLE codes_away RENAME TO codes")
    past = SystemClock().now() - timedelta(hours=1)
    bank_server.rows("INSERT INTO used_proofs VALUES ($1, $2)", b"x" * 32, past)
    left = 1
    deadline = time.monotonic() + 5
    while left and time.monotonic() < deadline and not running.done():
        left = len(bank_server.rows("SELECT FROM used_proofs WHERE replay_key = $1", b"x" * 32))
    stop.set()
    running.result(SECONDS)
    assert left == 0


@dataclass(frozen=True)
class Greedy(ProviderClient):
    """A provider that asks for as much as one request can hold."""

    def request_form(self) -> dict[str, str]:
        """Return a request of 20 elements, each for every field of another year."""
        fields = self.server.bank.policies.category("daily_activity").field_names
        usual = self.element() | {"fields": list(fields)}
        years = [{"from": f"{year}-01-01", "to": f"{year}-12-31"} for year in range(2006, 2026)]
        details = json.dumps([usual | {"period": year} for year in years])
        return super().request_form() | {"authorization_details": details}


def test_the_largest_request_can_be_agreed_to_and_withdrawn(client: ProviderClient):
    greedy = Greedy(client.server, client.client_id, client.key)
    fields = client.server.bank.policies.category("daily_activity").field_names
    grant = greedy.tokens("taro", fields)["grant_id"]
    home = client.server.residents["taro"]
    client.server.run(client.server.bank.withdraw(home, ConsentId(UUID(grant))))
