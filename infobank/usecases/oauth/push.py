"""Take a provider's request before the resident hears of it (RFC 9126)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from infobank.clock import day_in
from infobank.db.consenting import requests
from infobank.db.consenting.requests import RequestState, WaitingRequest
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.oauth.authorize import StoredRequest
from infobank.oauth.checks import check_pushed
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidAuthorizationDetailsError, InvalidRequestError
from infobank.oauth.pushed import PUSHED_LIFE, WAITING_LIFE, new_request_uri
from infobank.oauth.token import secret_hash
from infobank.oauth.wire.form import Pairs
from infobank.usecases.oauth.asked import check_in_use, keeps_to
from infobank.vocabulary.rules.policies import Policies


class Pushed(NamedTuple):
    """A request that is kept: what a browser opens it by, and what it is asked about by."""

    request_uri: str
    request_id: UUID


@dataclass(frozen=True)
class Push:
    """Check a request, and keep it under a name nobody can guess."""

    units: Units
    entropy: Entropy
    policies: Policies
    zone: str

    async def __call__(
        self, pairs: Pairs, client: Client, proof_jkt: str | None, now: datetime
    ) -> Pushed:
        """Keep a request for the resident whom the client sends.

        Raises:
            OAuthError: a check of the request failed; nothing was kept.
        """
        request = check_pushed(pairs, client, proof_jkt, self.policies, day_in(self.zone, now))
        check_in_use(request.access, self.policies, now)
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
            if request.accepts is not None:
                await self._check_accepts(unit, request.accepts, waiting)
            await requests.add(unit, waiting, secret_hash(request_uri))
            await unit.commit()
        return Pushed(request_uri, waiting.request_id)

    async def _check_accepts(self, unit: Unit, accepts: UUID, waiting: WaitingRequest) -> None:
        """Accept a request that keeps to a counter-offer to its own provider."""
        now = waiting.pushed_at
        countered = await requests.of_provider(unit, waiting.provider, accepts)
        offer = countered.counter_offer if countered else None
        if (
            countered is None
            or offer is None
            or countered.state(now) is not RequestState.COUNTER_OFFERED
        ):
            raise InvalidRequestError("request_id must be that of a request with a counter-offer")
        if not keeps_to(offer.access, waiting.access, now, self.zone):
            raise InvalidAuthorizationDetailsError("this reaches further than the counter-offer")
