"""Requests of providers that residents' programs answer, and providers' programs follow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from desk import Desk
from provider_client import SECONDS, ProviderClient, open_request
from running_bank import BankServer
from signed_in import signed_in


@dataclass(frozen=True)
class Pushed:
    """A request of a provider, as both sides go on with it."""

    client: ProviderClient
    request: str
    request_uri: str

    @property
    def server(self) -> BankServer:
        """The bank."""
        return self.client.server

    def opened(self, handle: str = "hanako") -> "Pushed":
        """Let a resident open it."""
        url = self.client.authorization_url(self.request_uri)
        _, name = open_request(self.server, handle, url)
        assert str(name) == self.request
        return self

    def program(self, method: str, by: ProviderClient | None = None) -> requests.Response:
        """Call the request's own address, as its provider's program or as another's."""
        return requests.request(
            method,
            f"{self.server.url}/api/v1/requests/{self.request}",
            headers={"Authorization": f"Bearer {(by or self.client).assertion()}"},
            timeout=SECONDS,
        )

    def followed(self) -> dict[str, Any]:
        """Return how it stands."""
        answer = self.program("GET")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def state(self) -> str:
        """Return where it stands."""
        return str(self.followed()["state"])

    def answer(
        self, how: str, document: Mapping[str, Any] | None = None, handle: str = "hanako"
    ) -> requests.Response:
        """Answer it as its resident's program does."""
        return Desk(self.server, handle).post(f"/api/v1/requests/{self.request}/{how}", document)

    def countered(self, **document: object) -> list[dict[str, Any]]:
        """Answer it with a counter-offer; return the offer as its provider sees it."""
        answer = self.answer("counter", document)
        assert answer.status_code == 200, answer.text
        told = parse_qs(urlsplit(answer.json()["redirect"]).query)
        assert told["error"] == ["request_deferred"]
        assert told["request_id"] == [self.request]
        offered: list[dict[str, Any]] = self.followed()["counter_offer"]
        return offered


def item(client: ProviderClient, **members: object) -> dict[str, Any]:
    """Return the item that is asked for, with other members."""
    element = client.element()
    return {name: element[name] for name in ("category", "fields", "period")} | members


def push(client: ProviderClient, **form: str) -> requests.Response:
    """Push a request with more members in its form."""
    return client.post("/oauth/par", client.signed(client.request_form() | form))


def pushed(client: ProviderClient, **form: str) -> Pushed:
    """Push a request; return it by its names."""
    answer = push(client, **form)
    assert answer.status_code == 201, answer.text
    return Pushed(client, answer.json()["request_id"], answer.json()["request_uri"])


def accepting(of: Pushed, offered: list[dict[str, Any]]) -> Pushed:
    """Push what was offered, with the name of the request it was offered for."""
    return pushed(of.client, request_id=of.request, authorization_details=json.dumps(offered))


def visit(asked: Pushed, handle: str = "hanako") -> str:
    """Follow the provider's link as a signed-in browser; return where the bank sends it."""
    answer = signed_in(asked.server, handle).get(
        asked.client.authorization_url(asked.request_uri),
        allow_redirects=False,
        timeout=SECONDS,
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]
