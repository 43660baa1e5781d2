"""Prove which provider is calling, and that what it shows was not used before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.provider import Provider
from infobank.db import accounts, oauth
from infobank.db.unit import Units
from infobank.oauth.authentication import read_assertion, verify_assertion
from infobank.oauth.client import Client, provider_of
from infobank.oauth.dpop import Proof, replay_key
from infobank.oauth.errors import InvalidClientError, InvalidDpopProofError
from infobank.usecases.genuine import Genuine


def to_client(provider: Provider) -> Client:
    """Return a provider as the protocol knows it."""
    return Client(
        provider_id=provider.provider_id,
        jwks=provider.jwks,
        redirect_uris=provider.redirect_uris,
        active=provider.active,
    )


@dataclass(frozen=True)
class Authenticate:
    """Authenticate a client by its assertion, once."""

    units: Units
    genuine: Genuine
    issuer: str

    async def __call__(
        self, form: Mapping[str, str], authorization: Sequence[str], now: datetime
    ) -> Client:
        """Return the client that signed the assertion.

        The assertion is used up even when what follows is refused.

        Raises:
            InvalidClientError: unknown, inactive, badly signed, stale or used before.
        """
        unverified = read_assertion(form, authorization)
        async with self.units() as unit:
            provider_id = provider_of(unverified.client_id)
            found = await accounts.provider_of(unit, provider_id) if provider_id else None
            provider = await self.genuine.client(found)
            client = to_client(provider) if provider else None
            verified = verify_assertion(unverified, client, self.issuer, now)
            fresh = await oauth.remember(unit, verified.replay_key, verified.expires_at)
            await unit.commit()
        if not fresh or client is None:
            raise InvalidClientError("the assertion was used before")
        return client


@dataclass(frozen=True)
class UseProof:
    """Use DPoP proofs up, in the table that all workers share."""

    units: Units

    async def __call__(self, proof: Proof) -> None:
        """Use a proof up, durably, whatever becomes of its request.

        Raises:
            InvalidDpopProofError: it was used before, here or by another worker.
        """
        async with self.units() as unit:
            fresh = await oauth.remember(unit, replay_key(proof), proof.expires_at)
            await unit.commit()
        if not fresh:
            raise InvalidDpopProofError("DPoP proof: used before")
