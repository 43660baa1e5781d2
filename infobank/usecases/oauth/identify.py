"""Identify a read: whose token it is, under which consent, with a proof used once."""

from dataclasses import dataclass
from datetime import datetime

from infobank.accounts.provider import Provider
from infobank.db.across.identify import Shown, identify
from infobank.db.unit import Units
from infobank.oauth.access import check_access_token
from infobank.oauth.dpop import Proof, replay_key
from infobank.oauth.errors import InvalidDpopProofError, InvalidTokenError
from infobank.oauth.token import secret_hash
from infobank.usecases.consent.grounds import Grounds
from infobank.usecases.genuine import Genuine
from infobank.usecases.readiness import check_clock
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Reader:
    """A provider that reads with a token: who it is, whom it is about, what it leans on."""

    provider: Provider
    resident: ResidentId
    grounds: Grounds


@dataclass(frozen=True)
class Identify:
    """Resolve an access token and its proof in one statement."""

    units: Units
    genuine: Genuine

    async def __call__(self, access_token: str, proof: Proof, now: datetime) -> Reader:
        """Return who reads.

        The proof is used up, durably, whatever becomes of the read.

        Raises:
            InvalidDpopProofError: the proof was used before.
            InvalidTokenError: the token does not count.
            UnavailableError: the clock is behind the log: no expiry could be trusted.
        """
        shown = Shown(secret_hash(access_token), replay_key(proof), proof.expires_at)
        found = await identify(self.units.direct, shown)
        check_clock(now, found.newest_checkpoint)
        if not found.fresh:
            raise InvalidDpopProofError("DPoP proof: used before")
        token = check_access_token(found.token, proof, now)
        if found.circumstances is None:
            raise InvalidTokenError("the resident is unknown")
        circumstances, consent, provider, mandate = await self.genuine.party(
            found.circumstances, found.consent, found.provider, found.mandate
        )
        if provider is None:
            raise InvalidTokenError("the provider is unknown")
        return Reader(provider, token.resident_id, Grounds(consent, circumstances, mandate))
