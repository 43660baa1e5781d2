"""A provider changes its own keys: it asks, and two stewards give their word."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infobank.accounts.account import Account
from infobank.accounts.approval import Act, Approval
from infobank.accounts.provider import Provider
from infobank.clock import Clock
from infobank.db.rights import approvals
from infobank.db.unit import Units
from infobank.errors import InvalidInputError, NotFoundError
from infobank.oauth.client import LONGEST_JWKS
from infobank.oauth.wire.keys import PRIVATE_MEMBERS
from infobank.oauth.wire.strictjson import strict_object
from infobank.usecases.accesslog.search import LogQuestion, SearchLog
from infobank.usecases.accounts.replace_keys import ReplaceKeys
from infobank.vocabulary.identifiers import ProviderId

CHANGED: Final = {"kind": "staff_act", "what": "provider_keys_given"}
_DEEPEST: Final = 5


class PrivateKeyError(InvalidInputError):
    """Refuse a key that should never have left whoever made it."""


@dataclass(frozen=True)
class ProviderKeys:
    """Add a key beside the others, and take one away: so a rotation has no gap.

    INVARIANT: what a provider asks counts as no steward's word: whoever sits at its screen
    still needs two of them.
    """

    units: Units
    clock: Clock
    replace: ReplaceKeys
    search: SearchLog

    async def add(self, provider: Provider, jwk: str, by: Account) -> Approval:
        """Ask that a provider have one more key.

        Raises:
            PrivateKeyError: a private key was sent; it is not repeated anywhere.
            InvalidInputError: it is no JSON object.
            OAuthError: the keys cannot be accepted; the message says why.
            ConflictError: exactly this was asked for already.
        """
        return await self._ask(provider, [*keys_of(provider), read_jwk(jwk)], by)

    async def remove(self, provider: Provider, kid: str, by: Account) -> Approval:
        """Ask that a provider have a key no more.

        Raises:
            NotFoundError: it has no such key.
            OAuthError: it is the last one.
            ConflictError: exactly this was asked for already.
        """
        left = [each for each in keys_of(provider) if each.get("kid") != kid]
        if len(left) == len(keys_of(provider)):
            raise NotFoundError("this provider has no such key")
        return await self._ask(provider, left, by)

    async def waiting(self, provider: ProviderId) -> Sequence[Approval]:
        """Return what waits for stewards about a provider's keys, oldest first."""
        async with self.units() as unit:
            found = await approvals.waiting(unit, self.clock.now())
        return [
            each
            for each in found
            if each.act is Act.PROVIDER_KEYS and each.document.get("provider") == str(provider)
        ]

    async def changed_at(self, provider: Provider) -> datetime:
        """Return since when the keys are as they are, as far as the log is looked through."""
        question = LogQuestion({**CHANGED, "provider": str(provider.provider_id)})
        found = await self.search(question, limit=1)
        return found.events[0].at if found.entries else provider.registered_at

    async def _ask(
        self, provider: Provider, keys: Sequence[Mapping[str, object]], by: Account
    ) -> Approval:
        return await self.replace(provider.provider_id, json.dumps({"keys": keys}), by)


def keys_of(provider: Provider) -> list[Mapping[str, object]]:
    """Return a provider's public keys in JWK form."""
    found = provider.jwks.get("keys")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def read_jwk(text: str) -> Mapping[str, object]:
    """Return one key in JWK form; whether it can be used is asked when it is kept.

    Raises:
        PrivateKeyError: it is, or holds, a private key.
        InvalidInputError: it is no JSON object.
    """
    if "PRIVATE KEY" in text:
        raise PrivateKeyError("this is a private key: make another one", field="jwk")
    found = strict_object(text, longest=LONGEST_JWKS, deepest=_DEEPEST)
    keys = found.get("keys")
    if isinstance(keys, list) and len(keys) == 1 and isinstance(keys[0], dict):
        found = keys[0]
    if PRIVATE_MEMBERS & found.keys():
        raise PrivateKeyError("this is a private key: make another one", field="jwk")
    return found
