"""Take a provider's request before the resident hears of it (RFC 9126)."""

from dataclasses import dataclass
from datetime import datetime

from infobank.clock import day_in
from infobank.db import oauth
from infobank.db.oauth import WaitingRequest
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.oauth.authorize import StoredRequest
from infobank.oauth.checks import check_pushed
from infobank.oauth.client import Client
from infobank.oauth.pushed import PUSHED_LIFE, WAITING_LIFE, new_request_uri
from infobank.oauth.token import secret_hash
from infobank.oauth.wire.form import Pairs
from infobank.vocabulary.policies import Policies


@dataclass(frozen=True)
class Push:
    """Check a request, and keep it under a name nobody can guess."""

    units: Units
    entropy: Entropy
    policies: Policies
    zone: str

    async def __call__(
        self, pairs: Pairs, client: Client, proof_jkt: str | None, now: datetime
    ) -> str:
        """Return the `request_uri` that the client sends the resident with.

        Raises:
            OAuthError: a check of the request failed; nothing was kept.
        """
        request = check_pushed(pairs, client, proof_jkt, self.policies, day_in(self.zone, now))
        request_uri = new_request_uri(self.entropy)
        waiting = WaitingRequest(
            request_id=new_uuid(self.entropy),
            provider=client.provider_id,
            resident=None,
            pushed_at=now,
            waits_until=now + WAITING_LIFE,
            stored=StoredRequest(request, now + PUSHED_LIFE),
        )
        async with self.units() as unit:
            await oauth.add_request(unit, waiting, secret_hash(request_uri))
            await unit.commit()
        return request_uri
