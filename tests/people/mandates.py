"""Mandates of residents, and calls of providers, as their programs make them."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from desk import Desk
from provider_client import SECONDS, ProviderClient
from running_bank import BankServer, keys_at

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.clock import Clock
from infobank.usecases.bank import Bank

CONSENT_GRANT = "urn:infobank:params:oauth:grant-type:consent"


class Later(Clock):
    """The machine's clock, some time ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """Return an instant that has not come yet."""
        return datetime.now(UTC) + self._ahead


@asynccontextmanager
async def bank_ahead(server: BankServer, ahead: timedelta) -> AsyncIterator[Bank]:
    """Open the bank, and its key service, some time ahead."""
    clock = Later(ahead)
    async with (
        keys_at(server.settings, clock) as settings,
        open_bank(settings, Databases(settings, None), clock) as bank,
    ):
        yield bank


def conditions(**members: object) -> dict[str, Any]:
    """Return conditions that admit what a service asks for, with other members."""
    usual = {
        "group": "health",
        "classes": ["service"],
        "categories": ["daily_activity"],
        "mode": "records",
    }
    return usual | members


def give(server: BankServer, handle: str = "hanako", **members: object) -> requests.Response:
    """Let a resident give a mandate for half a year."""
    until = (server.last_day + timedelta(days=180)).isoformat()
    return Desk(server, handle).post("/api/v1/mandates", conditions(until=until) | members)


def given(server: BankServer, handle: str = "hanako", **members: object) -> str:
    """Let a resident give a mandate; return its name."""
    answer = give(server, handle, **members)
    assert answer.status_code == 201, answer.text
    name: str = answer.json()["mandate"]
    return name


def stop(server: BankServer, mandate: str, handle: str = "hanako") -> requests.Response:
    """Let a resident stop a mandate."""
    return Desk(server, handle).post(f"/api/v1/mandates/{mandate}/stop")


def told(server: BankServer, handle: str = "hanako") -> list[dict[str, Any]]:
    """Return what a resident was told, newest first."""
    found: list[dict[str, Any]] = Desk(server, handle).get("/api/v1/told").json()["told"]
    return found


def call(client: ProviderClient) -> requests.Response:
    """Call on everybody whose mandate admits what this provider asks for."""
    return requests.post(
        f"{client.server.url}/api/v1/calls",
        json={"authorization_details": [client.element()]},
        headers={"Authorization": f"Bearer {client.assertion()}"},
        timeout=SECONDS,
    )


def called(client: ProviderClient) -> list[Mapping[str, str]]:
    """Make a call; return what it was given."""
    made = call(client)
    assert made.status_code == 202, made.text
    return grants(client, made.json()["call"]).json()["grants"]  # type: ignore[no-any-return]


def grants(client: ProviderClient, name: str) -> requests.Response:
    """Ask what a call was given."""
    return requests.get(
        f"{client.server.url}/api/v1/calls/{name}",
        headers={"Authorization": f"Bearer {client.assertion()}"},
        timeout=SECONDS,
    )


def exchange(
    client: ProviderClient, grant: str, at: str | None = None, ahead: timedelta = timedelta()
) -> requests.Response:
    """Ask for a token for a consent that a mandate gave, at a worker that lives ahead."""
    return redeem(client, {"grant_type": CONSENT_GRANT, "grant_id": grant}, at, ahead)


def redeem(
    client: ProviderClient,
    form: Mapping[str, str],
    at: str | None = None,
    ahead: timedelta = timedelta(),
) -> requests.Response:
    """Ask for a token with a form, at a worker that lives ahead."""
    now = int(time.time() + ahead.total_seconds())
    signed = client.signed(form, client.assertion(iat=now, exp=now + 60))
    return client.post(
        "/oauth/token", signed, at=at, proof=client.proof("POST", "/oauth/token", iat=now)
    )


def read(
    client: ProviderClient, token: str, at: str | None = None, ahead: timedelta = timedelta()
) -> requests.Response:
    """Read records, at a worker that lives ahead."""
    now = int(time.time() + ahead.total_seconds())
    proof = client.proof("GET", "/api/v1/records", token, iat=now)
    return client.read(token, at=at, proof=proof)
