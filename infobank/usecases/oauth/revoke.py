"""Let a provider give a token back (RFC 7009); the consent stays as it is."""

from dataclasses import dataclass
from datetime import datetime

from infobank.db import oauth
from infobank.db.unit import Units
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidRequestError
from infobank.oauth.token import secret_hash
from infobank.oauth.wire.form import Pairs, single


@dataclass(frozen=True)
class Revoke:
    """Revoke tokens of the calling client."""

    units: Units

    async def __call__(self, pairs: Pairs, client: Client, now: datetime) -> None:
        """Revoke a token, and with a refresh token everything that came from its code.

        A token that is unknown, or another client's, is passed over in silence, so that
        nobody learns whether it exists (RFC 7009 section 2.2).

        Raises:
            InvalidRequestError: no token is named.
        """
        token = single(pairs).get("token")
        if token is None:
            raise InvalidRequestError("token is required")
        async with self.units() as unit:
            found = await oauth.token_of(unit, secret_hash(token))
            if found is not None and found[0].client_id == client.client_id:
                await oauth.revoke_issued(unit, found[1], now)
                await unit.commit()
