"""Give a provider other keys, on the word of two stewards."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.approval import Act, Approval
from infobank.accounts.provider import OWN_CLASSES
from infobank.db import accounts
from infobank.db.unit import Unit
from infobank.errors import ConflictError, NotFoundError
from infobank.oauth.client import check_jwks
from infobank.usecases.accounts.approvals import Ask, Done
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import ProviderId


@dataclass(frozen=True)
class ReplaceKeys:
    """Whoever holds a provider's keys receives what it is given: so nobody replaces them alone."""

    ask: Ask
    genuine: Genuine

    async def __call__(self, provider: ProviderId, jwks: str, by: Account) -> Approval:
        """Ask that a provider have other keys.

        Raises:
            NotFoundError: there is no such provider, or who asks is no steward.
            OAuthError: the keys cannot be accepted; the message says why.
        """
        keys = check_jwks(jwks)
        async with self.ask.units() as unit:
            found = await accounts.provider_of(unit, provider)
        if found is None or found.kind in OWN_CLASSES:
            raise NotFoundError("there is no such provider")
        document = {"provider": str(provider), "jwks": json.dumps(keys, sort_keys=True)}
        return await self.ask(Act.PROVIDER_KEYS, by, document, {})

    async def carry_out(self, unit: Unit, approval: Approval, _: datetime) -> Done:
        """Replace the keys; what was signed with the old ones is accepted no more.

        Raises:
            ConflictError: the provider is gone, or its row is not the bank's.
        """
        provider = ProviderId(UUID(approval.document["provider"]))
        found = await self.genuine.client(await accounts.locked_provider(unit, provider))
        if found is None:
            raise ConflictError("this provider cannot be given keys")
        keys = check_jwks(approval.document["jwks"])
        await accounts.keep_provider(unit, await self.genuine.register(replace(found, jwks=keys)))
        return Done({})
