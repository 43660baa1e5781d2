"""Notices are pushed to an endpoint until it takes them, whatever it does meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from desk import Desk
from recipient import Recipient, recipient
from running_bank import BankServer, listen

from infobank.app.installation import Databases
from infobank.cli.custody.notices import Notifier, open_notifier
from infobank.clock import ShiftedClock
from infobank.oauth.events.delivery import FIRST_WAIT, LONGEST_WAIT

MOMENT = timedelta(seconds=5)


@dataclass
class Endpoint:
    """A recipient's endpoint: it answers the next of its `answers`, then takes everything."""

    url: str = ""
    answers: list[int | str] = field(default_factory=list)
    came: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Keep what came, and answer."""
        self.came.append((await request.read()).decode())
        answer = self.answers.pop(0) if self.answers else 202
        if answer == "close":
            assert request.transport is not None
            request.transport.abort()
        if answer == "hang":
            await asyncio.Event().wait()
        if answer == 400:
            return web.json_response({"err": "invalid_key"}, status=400)
        return web.Response(status=answer if isinstance(answer, int) else 202)


@pytest.fixture
def told(bank_server: BankServer) -> Recipient:
    return recipient(bank_server)


@pytest.fixture
def endpoint(bank_server: BankServer, told: Recipient) -> Iterator[Endpoint]:
    """The provider's endpoint, registered by the steward."""
    found, listening = Endpoint(), listen()
    found.url = f"http://127.0.0.1:{listening.getsockname()[1]}/events"
    application = web.Application()
    application.router.add_post("/events", found.take)
    with bank_server.loop.serving(application, listening):
        assert register(bank_server, told, found.url) == 204
        yield found
        assert register(bank_server, told, None) == 204


def register(server: BankServer, told: Recipient, url: str | None, by: str = "steward") -> int:
    """Register where a provider's notices are pushed to; return the status."""
    path = f"/api/v1/providers/{told.client.client_id}/endpoint"
    return Desk(server, by).post(path, {"url": url}).status_code


def withdraw(told: Recipient) -> None:
    """Give a consent to the provider and take it back."""
    told.client.tokens("hanako")
    desk = Desk(told.server, "hanako")
    document = {"provider": told.client.client_id, "afterwards": "delete"}
    assert desk.post("/api/v1/withdrawals", document).status_code == 200


@asynccontextmanager
async def notifier(server: BankServer, later: timedelta) -> AsyncIterator[Notifier]:
    """Open a notifier that lives later."""
    found, clock = Databases(server.settings, None), ShiftedClock(later)
    async with open_notifier(server.settings, found, clock, seconds=0.5) as opened:
        yield opened


def pushed(server: BankServer, later: timedelta = MOMENT) -> int:
    """Push what is due at a later time; return how many notices were taken."""

    async def work() -> int:
        async with notifier(server, later) as opened:
            taken, _ = await opened()
            return taken

    return server.run(work())


def test_a_notice_is_pushed_and_that_it_was_taken_is_its_acknowledgement(
    bank_server: BankServer, told: Recipient, endpoint: Endpoint
):
    withdraw(told)
    assert pushed(bank_server) == 1
    (token,) = endpoint.came
    claims = told.checked(token)
    entry = Desk(bank_server, "hanako").events()[0]
    assert entry["kind"] == "notice_acknowledged"
    assert entry["fields"]["notice"] == claims["jti"]
    assert pushed(bank_server, timedelta(days=1)) == 0
    assert told.notices() == []
    assert told.state(claims, told.statement(claims)).status_code == 200


@pytest.mark.parametrize("failure", [500, 503, 404, 307, 200, "close", "hang"])
def test_what_was_not_taken_comes_again_the_same(
    bank_server: BankServer, told: Recipient, endpoint: Endpoint, failure: int | str
):
    endpoint.answers = [failure]
    withdraw(told)
    assert pushed(bank_server) == 0
    assert pushed(bank_server, FIRST_WAIT + 2 * MOMENT) == 1
    first, second = endpoint.came
    assert first == second


def test_a_refusal_is_kept_for_the_resident_and_tried_again(
    bank_server: BankServer, told: Recipient, endpoint: Endpoint
):
    endpoint.answers = [400]
    withdraw(told)
    assert pushed(bank_server) == 0
    desk = Desk(bank_server, "hanako")
    (consent, *_) = desk.get("/api/v1/consents").json()["consents"]
    path = f"/api/v1/consents/{consent['consent']}/aftermath"
    (notice,) = desk.get(path).json()["notices"]
    assert (notice["error"], notice["state"]) == ("invalid_key", "delivered")
    assert pushed(bank_server, FIRST_WAIT + 2 * MOMENT) == 1
    (notice,) = desk.get(path).json()["notices"]
    assert (notice["error"], notice["state"]) == ("", "acknowledged")


def test_attempts_grow_rarer_to_a_limit(
    bank_server: BankServer, told: Recipient, endpoint: Endpoint
):
    withdraw(told)
    now, waits = MOMENT, []
    for _ in range(12):
        endpoint.answers = [500]
        pushed(bank_server, now)
        (row,) = bank_server.rows(
            "SELECT next_attempt_at - now() AS wait FROM notices WHERE provider_id = $1",
            told.client.client_id,
        )
        waits.append(row["wait"] - now)
        now = row["wait"] + MOMENT
    assert len(endpoint.came) == 12
    assert waits[-1] <= LONGEST_WAIT
    assert waits[-1] >= LONGEST_WAIT / 2 - MOMENT
    assert waits[0] <= FIRST_WAIT


def test_two_notifiers_at_once_push_a_notice_once(
    bank_server: BankServer, told: Recipient, endpoint: Endpoint
):
    for _ in range(5):
        withdraw(told)

    async def race() -> list[int]:
        async with notifier(bank_server, MOMENT) as one, notifier(bank_server, MOMENT) as other:
            return list(await asyncio.gather(one.push(), other.push()))

    assert sum(bank_server.run(race())) == 5
    assert len(endpoint.came) == len(set(endpoint.came)) == 5


def test_a_notifier_that_died_after_the_push_only_brings_the_same_again(
    bank_server: BankServer,
    told: Recipient,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
):
    """It was taken, but the bank does not know: the recipient sees one `jti` twice."""
    withdraw(told)

    async def die(*_: object) -> None:
        raise RuntimeError("as a power cut would")

    with monkeypatch.context() as broken:
        broken.setattr("infobank.usecases.notices.push.PushNotices._note", die)
        with pytest.raises(RuntimeError):
            pushed(bank_server)
    assert pushed(bank_server, FIRST_WAIT + 2 * MOMENT) == 1
    first, second = endpoint.came
    assert first == second


def test_an_address_written_by_sql_is_not_called(
    bank_server: BankServer, told: Recipient, endpoint: Endpoint
):
    bank_server.rows(
        "UPDATE endpoints SET url = url || '?of=somebody' WHERE provider_id = $1",
        told.client.client_id,
    )
    withdraw(told)
    assert pushed(bank_server) == 0
    assert endpoint.came == []
    assert len(told.notices()) == 1


def test_only_the_steward_registers_an_endpoint_and_only_a_public_one(
    bank_server: BankServer, told: Recipient
):
    assert register(bank_server, told, "https://provider.example/events", "hanako") == 403
    for url in ("https://10.0.0.1/", "http://provider.example/", "file:///etc/passwd", ""):
        assert register(bank_server, told, url) == 400
    path = "/api/v1/providers/6f1e0c5c-9a0b-4c7d-8a53-2f9d8a3f7b11/endpoint"
    answer = Desk(bank_server, "steward").post(path, {"url": "https://provider.example/"})
    assert answer.status_code == 404
