"""Sign what the bank states to the outside, with the key that only the key service holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from infobank.oauth.wire.signing import bank_key, compact, signing_input
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.text.canonical import Plain


@dataclass(frozen=True)
class Sign:
    """Sign claims as a JWT (RFC 7519) with the bank's receipt key."""

    keyservice: KeyService

    async def __call__(self, typ: str, claims: Mapping[str, Plain]) -> str:
        """Return the claims as a compact JWS of a kind.

        Raises:
            UnavailableError: the key service is away.
        """
        signed = signing_input(typ, await self.keyservice.receipt_key(), claims)
        return compact(signed, await self.keyservice.sign(signed))

    async def key_set(self) -> Mapping[str, object]:
        """Return the public keys by which anybody checks the signatures (RFC 7517 section 5)."""
        return {"keys": [bank_key(await self.keyservice.receipt_key())]}
