"""Answer a request that a resident opens, where a mandate of hers admits it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.clock import Clock
from infobank.consent.consent import Consent
from infobank.db import accounts, oauth
from infobank.db.consenting import mandates, requests
from infobank.db.consenting.requests import WaitingRequest
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy
from infobank.oauth.authorize import success_redirect
from infobank.oauth.token import CODE_LIFE, StoredCode, new_secret, secret_hash
from infobank.usecases.mandates.answer import AnswerByMandate
from infobank.usecases.oauth.asked import asked_terms
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class AnswerRequest:
    """Say yes to a provider's request for the resident who opens it."""

    units: Units
    answer: AnswerByMandate
    clock: Clock
    entropy: Entropy
    policies: Policies
    issuer: str
    zone: str

    async def __call__(self, resident: ResidentId, request_id: UUID) -> str | None:
        """Return where to send the browser; None where the request waits for her own word.

        What would change a consent she gave always does.
        """
        now = self.clock.now()
        async with self.units() as unit:
            decided = await requests.decide(unit, resident, request_id, now)
            if decided is None or decided.stored.request.access.consent is not None:
                return None  # nothing is committed: the request was not decided
            given = await self._given(unit, resident, decided, now)
            if given is None:
                return None
            request, code = decided.stored.request, new_secret(self.entropy)
            kept = StoredCode(
                client_id=request.client_id,
                redirect_uri=request.redirect_uri,
                code_challenge=request.code_challenge,
                jkt=request.jkt,
                consent_id=given.consent_id,
                resident_id=resident,
                expires_at=now + CODE_LIFE,
            )
            await oauth.add_code(unit, secret_hash(code), kept, decided.provider)
            await unit.commit()
        return success_redirect(request.redirect_uri, code, request.state, self.issuer)

    async def _given(
        self, unit: Unit, resident: ResidentId, decided: WaitingRequest, now: datetime
    ) -> Consent | None:
        provider = await accounts.provider_of(unit, decided.provider)
        if provider is None or decided.stored.request.redirect_uri not in provider.redirect_uris:
            return None
        offered = asked_terms(decided.access, now, self.zone)
        found = [
            each
            for each in reversed(await mandates.of_resident(unit, resident))
            if each.live(now) and each.conditions.admit(offered, provider.kind, self.policies)
        ]
        given = await self.answer(unit, found[:1], provider, offered, now)
        return given[0] if given else None
