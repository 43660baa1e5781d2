"""Issue tokens for a code, and later for a refresh token."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from infobank.clock import day_in
from infobank.consent.consent import Consent, ConsentState
from infobank.db import consent as consents
from infobank.db import oauth
from infobank.db.consenting import mandates
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy
from infobank.oauth.authorization_details import RequestedAccess
from infobank.oauth.client import Client
from infobank.oauth.dpop import Proof
from infobank.oauth.errors import CodeReplayedError, InvalidGrantError
from infobank.oauth.token import (
    ACCESS_TOKEN_LIFE,
    CodeExchange,
    ConsentGrant,
    Refresh,
    StoredToken,
    TokenKind,
    check_code_exchange,
    check_refresh,
    new_secret,
    read_token_request,
    secret_hash,
    token_response,
)
from infobank.oauth.wire.form import Pairs
from infobank.vocabulary.identifiers import ConsentId, ResidentId


@dataclass(frozen=True)
class Issue:
    """Turn a code or a refresh token into an access token."""

    units: Units
    entropy: Entropy
    zone: str

    async def __call__(
        self, pairs: Pairs, client: Client, proof: Proof, now: datetime
    ) -> dict[str, object]:
        """Return the token response.

        Raises:
            OAuthError: the request is malformed, or the code or token does not count.
        """
        match read_token_request(pairs):
            case CodeExchange() as exchange:
                return await self._exchange(exchange, client, proof, now)
            case Refresh() as refresh:
                return await self._refresh(refresh, client, proof, now)
            case ConsentGrant() as granted:
                return await self._granted(granted, client, proof, now)

    async def _exchange(
        self, exchange: CodeExchange, client: Client, proof: Proof, now: datetime
    ) -> dict[str, object]:
        code_hash = secret_hash(exchange.code)
        async with self.units() as unit:
            kept = await oauth.code_of(unit, code_hash)
            try:
                stored = check_code_exchange(exchange, client, kept, proof, now)
                if not await oauth.use_code(unit, code_hash, now):
                    raise CodeReplayedError("code used before")  # noqa: TRY301 - same answer
            except CodeReplayedError:
                # The revocation stands although the answer is a refusal.
                await oauth.revoke_issued(unit, code_hash, now)
                await unit.commit()
                raise
            consent = await _held(unit, stored.resident_id, stored.consent_id, now)
            refresh_token = new_secret(self.entropy)
            end = consent.terms.valid_until
            kept_token = _token(TokenKind.REFRESH, client, proof, consent, end)
            refresh_hash = secret_hash(refresh_token)
            await oauth.add_token(unit, refresh_hash, kept_token, client.provider_id, code_hash)
            caller = _Caller(client, proof, code_hash, now)
            return await self._issue(unit, caller, consent, refresh_token)

    async def _refresh(
        self, refresh: Refresh, client: Client, proof: Proof, now: datetime
    ) -> dict[str, object]:
        async with self.units() as unit:
            found = await oauth.token_of(unit, secret_hash(refresh.refresh_token))
            stored = check_refresh(client, found[0] if found else None, proof, now)
            consent = await _held(unit, stored.resident_id, stored.consent_id, now)
            caller = _Caller(client, proof, found[1] if found else b"", now)
            return await self._issue(unit, caller, consent, None)

    async def _granted(
        self, granted: ConsentGrant, client: Client, proof: Proof, now: datetime
    ) -> dict[str, object]:
        """Issue a token for a consent that no browser brought: a mandate answered for her."""
        async with self.units() as unit:
            consent = await mandates.given_to(unit, client.provider_id, granted.consent_id)
            if consent is None or not client.active:
                raise InvalidGrantError("unknown grant_id, or another client's")
            if consent.state(now) is not ConsentState.LIVE:
                raise InvalidGrantError("the consent has not begun, was withdrawn, or is over")
            caller = _Caller(client, proof, secret_hash(str(granted.consent_id)), now)
            return await self._issue(unit, caller, consent, None)

    async def _issue(
        self, unit: Unit, caller: "_Caller", consent: Consent, refresh_token: str | None
    ) -> dict[str, object]:
        access_token = new_secret(self.entropy)
        end = min(caller.now + ACCESS_TOKEN_LIFE, consent.terms.valid_until)
        token = _token(TokenKind.ACCESS, caller.client, caller.proof, consent, end)
        await oauth.add_token(
            unit, secret_hash(access_token), token, caller.client.provider_id, caller.code_hash
        )
        await unit.commit()
        granted = granted_access(consent, self.zone)
        return token_response(
            access_token, refresh_token, end - caller.now, granted, consent.consent_id
        )


@dataclass(frozen=True)
class _Caller:
    """Who asks for a token, with which key, from which code, when."""

    client: Client
    proof: Proof
    code_hash: bytes
    now: datetime


async def _held(unit: Unit, resident: ResidentId, consent_id: ConsentId, now: datetime) -> Consent:
    """Return a consent that has not ended: one that begins later gives nothing until then."""
    consent = await consents.one(unit, resident, consent_id)
    if consent is None or consent.state(now) not in {ConsentState.LIVE, ConsentState.WAITING}:
        raise InvalidGrantError("the consent was withdrawn or is over")
    return consent


def _token(
    kind: TokenKind, client: Client, proof: Proof, consent: Consent, expires_at: datetime
) -> StoredToken:
    return StoredToken(
        kind=kind,
        client_id=client.client_id,
        jkt=proof.jkt,
        consent_id=consent.consent_id,
        resident_id=consent.resident,
        expires_at=expires_at,
    )


def granted_access(consent: Consent, zone: str) -> RequestedAccess:
    """Return what a consent grants now, as the token response states it."""
    terms = consent.terms
    # A consent's end is the first midnight after its last day.
    last_day = day_in(zone, terms.valid_until) - timedelta(days=1)
    return RequestedAccess(
        purpose=terms.purpose,
        mode=terms.mode,
        items=terms.items,
        until=last_day,
        retention_days=terms.retention_days,
        most_uses=terms.most_uses,
        frequency=terms.frequency,
        onward=terms.onward,
        abroad=terms.abroad,
        benefit=terms.benefit,
    )
