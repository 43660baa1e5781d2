"""Steps of a walk from outside: over HTTP alone, as the programs of all sides take them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from asked_requests import Pushed, item, pushed, visit
from desk import Desk
from provider_client import ProviderClient, registered
from running_bank import BankServer
from stewards import STEWARDS
from terms import Granted


@pytest.fixture
def client(bank_server: BankServer) -> ProviderClient:
    """Return a provider that the steward's program registered."""
    return registered(Desk(bank_server, STEWARDS[0]))


def opened(client: ProviderClient, handle: str) -> Pushed:
    """Push a request and let a resident's browser follow the provider's link."""
    asked = pushed(client)
    assert visit(asked, handle).endswith(f"/requests/{asked.request}")
    return asked


def agreed(client: ProviderClient, handle: str, **document: object) -> Granted:
    """Let a resident's program agree to all that a provider asks for; redeem the code."""
    answer = opened(client, handle).answer("agree", {"items": [item(client)]} | document, handle)
    assert answer.status_code == 200, answer.text
    return redeemed(client, handle, answer.json()["redirect"])


def redeemed(client: ProviderClient, handle: str, redirect: str) -> Granted:
    """Redeem the code that a redirect brings."""
    answer = client.redeem(parse_qs(urlsplit(redirect).query)["code"][0])
    assert answer.status_code == 200, answer.text
    return Granted.by(client, handle, answer.json())


def got(desk: Desk, path: str) -> dict[str, Any]:
    """Return what a resident's program reads."""
    answer = desk.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def event(desk: Desk, kind: str) -> dict[str, Any]:
    """Return a resident's newest event of a kind."""
    return next(each for each in desk.events() if each["kind"] == kind)
