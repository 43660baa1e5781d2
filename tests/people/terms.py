"""Consents with terms of every kind, and recipients of every class, as they are stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import requests
from provider_client import ProviderClient, register
from running_bank import BankServer

from infobank.accounts.provider import Provider
from infobank.db.accounts import provider_of
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import ProviderId

HEALTH_CHECK = {"category": "health_check", "fields": ["systolic", "bmi"]}
ELECTRICITY = {
    "category": "household_electricity",
    "fields": ["electricity"],
    "purpose": "energy_saving_advice",
}
BENEFIT = {"points": 10, "words": {"ja": "健康ポイント", "en": "Health points"}}


@dataclass(frozen=True)
class Granted:
    """A provider with a token for a consent of one resident."""

    client: ProviderClient
    resident: str
    token: str
    consent: str
    refresh_token: str

    @classmethod
    def by(cls, client: ProviderClient, resident: str, tokens: Mapping[str, str]) -> "Granted":
        """Return what a token response gave."""
        return cls(
            client,
            resident,
            tokens["access_token"],
            tokens["grant_id"],
            tokens["refresh_token"],
        )

    @property
    def server(self) -> BankServer:
        """The bank."""
        return self.client.server

    def read(self, **query: str) -> requests.Response:
        """Read what the consent gives."""
        return self.client.read(self.token, **query)

    def row(self) -> asyncpg.Record:
        """Return the consent as it is stored."""
        (found,) = self.server.rows(
            "SELECT * FROM consents WHERE consent_id::text = $1", self.consent
        )
        return found

    def uses(self) -> Mapping[str, Any] | None:
        """Return how often it counts as used."""
        found = self.server.rows(
            "SELECT total, stretch, recent FROM consent_uses WHERE consent_id::text = $1",
            self.consent,
        )
        return dict(found[0]) if found else None


def granted(
    server: BankServer,
    handle: str = "hanako",
    client: ProviderClient | None = None,
    **asked: object,
) -> Granted:
    """Let a resident agree to a fresh provider's request with these members."""
    asking = (client or register(server)).asking(**asked)
    return renewed(asking, handle)


def renewed(asking: ProviderClient, handle: str) -> Granted:
    """Let a resident agree to a provider's request as it stands."""
    share = tuple(asking.element()["fields"])
    return Granted.by(asking, handle, asking.tokens(handle, share))


def recast(server: BankServer, client: ProviderClient, **changes: object) -> None:
    """Make a provider another one, its marks included: what a steward will do once he may."""

    async def work() -> Provider:
        async with server.bank.review.units() as unit:
            found = await provider_of(unit, ProviderId(UUID(client.client_id)))
        assert found is not None
        return await Genuine(server.bank.holdings.keyservice).register(
            replace(found, **changes)  # type: ignore[arg-type]
        )

    made = server.run(work())
    certificates = {kind: until.isoformat() for kind, until in made.certificates.items()}
    server.rows(
        "UPDATE providers SET kind = $2, certificates = $3::text::jsonb, country = $4,"
        " keys_mac = $5, certificate_mac = $6, vetted_until = $7 WHERE provider_id = $1",
        made.provider_id,
        made.kind,
        json.dumps(certificates),
        made.country,
        made.keys_mac,
        made.certificate_mac,
        made.vetted_until,
    )


def certified(server: BankServer, kind: str) -> dict[str, Any]:
    """Return what makes a provider one of a class, with every certificate it needs."""
    now = server.bank.clock.now()
    needed = server.bank.policies.recipient(kind).certificates
    return {"kind": kind, "certificates": {each: now + timedelta(days=30) for each in needed}}


def reasons(answer: requests.Response) -> set[str]:
    """Return why a read was refused."""
    assert answer.status_code == 403, answer.text
    return set(answer.json()["detail"].partition(": ")[2].split(", "))
