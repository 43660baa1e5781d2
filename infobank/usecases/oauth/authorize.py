"""The resident opens a provider's request, and answers it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.provider import Provider
from infobank.clock import Clock
from infobank.consent.consent import Terms, agree
from infobank.db import accounts, oauth
from infobank.db.oauth import WaitingRequest
from infobank.db.rights.requests import objecting
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy
from infobank.errors import NotFoundError
from infobank.oauth.authorization_details import RequestedAccess
from infobank.oauth.authorize import Reference, error_redirect, success_redirect
from infobank.oauth.checks import check_authorize
from infobank.oauth.client import provider_of
from infobank.oauth.errors import AccessDeniedError, InvalidRequestUriError, RequestDeferredError
from infobank.oauth.token import CODE_LIFE, StoredCode, new_secret, secret_hash
from infobank.usecases.consent.give import GiveConsent
from infobank.usecases.oauth.clients import to_client
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item


def asked_terms(access: RequestedAccess, now: datetime, zone: str) -> Terms:
    """Return a request as the terms of a consent; its last day is included whole."""
    end = datetime.combine(access.until + timedelta(days=1), time(), ZoneInfo(zone))
    return Terms(
        purpose=access.purpose,
        mode=access.mode,
        items=access.items,
        valid_from=now,
        valid_until=end.astimezone(UTC),
        retention_days=access.retention_days,
    )


async def _check_provider(unit: Unit, waiting: WaitingRequest, now: datetime) -> None:
    """Accept a request whose provider may still ask: a request waits for up to 30 days.

    Raises:
        NotFoundError: it was struck off, its vetting lapsed, or its address was removed.
    """
    provider = await accounts.provider_of(unit, waiting.provider)
    if (
        provider is None
        or not provider.active
        or provider.vetted_until <= now
        or waiting.stored.request.redirect_uri not in provider.redirect_uris
    ):
        raise NotFoundError("this provider may not ask any more")


def _objections(resident: ResidentId, waiting: WaitingRequest, now: datetime) -> list[Entry]:
    """Return one refusal for each thing a provider asked for against an objection."""
    access = waiting.stored.request.access
    said = {
        "provider": str(waiting.provider),
        "purpose": access.purpose,
        "mode": access.mode.value,
        "reasons": "objected",
    }
    return [
        Entry(
            EntryKind.REFUSAL,
            now,
            resident,
            {**said, "category": item.category, "fields": ",".join(item.fields)},
            {},
        )
        for item in access.items
    ]


@dataclass(frozen=True)
class Authorize:
    """Let a resident open, narrow, agree to, put off or refuse a request."""

    units: Units
    give: GiveConsent
    clock: Clock
    entropy: Entropy
    issuer: str
    zone: str

    async def open(self, reference: Reference, resident: ResidentId) -> UUID:
        """Open a pushed request; from now on it waits for this resident alone.

        Raises:
            InvalidRequestUriError: it is unknown, another's, too old, or was decided.
        """
        now = self.clock.now()
        async with self.units() as unit:
            waiting = await oauth.request_by_uri(unit, secret_hash(reference.request_uri))
            provider_id = provider_of(reference.client_id)
            provider = await accounts.provider_of(unit, provider_id) if provider_id else None
            client = to_client(provider) if provider else None
            check_authorize(reference, client, waiting.stored if waiting else None, now)
            if waiting is None or not await oauth.open_request(unit, waiting.request_id, resident):
                raise InvalidRequestUriError(
                    "the request is unknown or no longer open; start again at the provider",
                    detail="opened by another resident",
                )
            await unit.commit()
        return waiting.request_id

    async def turn_away(self, resident: ResidentId, request_id: UUID) -> str | None:
        """Refuse a request against which an objection of the resident stands, and log it.

        Returns where to send the browser; None where no objection stands.
        """
        now = self.clock.now()
        async with self.units() as unit:
            found = await oauth.request_of(unit, resident, request_id)
            if found is None:
                return None
            purpose = found.stored.request.access.purpose
            if not await objecting(unit, [resident], found.provider, purpose):
                return None
            await oauth.decide_request(unit, resident, request_id, now)
            await self.give.record(unit, *_objections(resident, found, now))
            await unit.commit()
        return self._refused(found)

    async def waiting(self, resident: ResidentId) -> list[tuple[WaitingRequest, Provider]]:
        """Return the requests that wait for the resident, each with who asks."""
        async with self.units() as unit:
            found = await oauth.requests_waiting(unit, resident, self.clock.now())
            known = {each.provider_id: each for each in await accounts.all_providers(unit)}
        return [(request, known[request.provider]) for request in found]

    async def one(
        self, resident: ResidentId, request_id: UUID
    ) -> tuple[WaitingRequest, Provider, Terms]:
        """Return one waiting request of the resident, who asks, and what for.

        Raises:
            NotFoundError: no such request waits for this resident.
        """
        now = self.clock.now()
        async with self.units() as unit:
            found = await oauth.request_of(unit, resident, request_id)
            provider = await accounts.provider_of(unit, found.provider) if found else None
        if found is None or provider is None or found.stored.decided_at or found.waits_until <= now:
            raise NotFoundError("this request is not waiting for you any more")
        return found, provider, asked_terms(found.stored.request.access, now, self.zone)

    async def answered(self, resident: ResidentId, request_id: UUID) -> bool:
        """Tell whether the resident once had this request, and it waits no more."""
        async with self.units() as unit:
            found = await oauth.request_of(unit, resident, request_id)
        return found is not None and (
            found.stored.decided_at is not None or found.waits_until <= self.clock.now()
        )

    async def agree(
        self,
        resident: ResidentId,
        request_id: UUID,
        items: tuple[Item, ...],
        by: GivenBy = GivenBy.SELF,
    ) -> str:
        """Give a consent to some or all of what is asked; return where to send the browser.

        Consent, code and log entry are one transaction: all of them, or none.

        Raises:
            NotFoundError: no such request waits for this resident.
            EmptyConsentError: nothing was agreed to.
            WideningError: something was agreed to that was not asked for.
            ObjectedError: the resident objects to this provider's use for this purpose.
        """
        now = self.clock.now()
        code = new_secret(self.entropy)
        async with self.units() as unit:
            decided = await oauth.decide_request(unit, resident, request_id, now)
            if decided is None:
                raise NotFoundError("this request is not waiting for you any more")
            await _check_provider(unit, decided, now)
            request = decided.stored.request
            terms = agree(asked_terms(request.access, now, self.zone), items, now)
            [consent] = await self.give(unit, [resident], decided.provider, terms, by)
            kept = StoredCode(
                client_id=request.client_id,
                redirect_uri=request.redirect_uri,
                code_challenge=request.code_challenge,
                jkt=request.jkt,
                consent_id=consent.consent_id,
                resident_id=resident,
                expires_at=now + CODE_LIFE,
            )
            await oauth.add_code(unit, secret_hash(code), kept, decided.provider)
            await unit.commit()
        return success_redirect(request.redirect_uri, code, request.state, self.issuer)

    async def refuse(self, resident: ResidentId, request_id: UUID) -> str:
        """Refuse a request; return where to send the browser.  The provider is not told why.

        Raises:
            NotFoundError: no such request waits for this resident.
        """
        async with self.units() as unit:
            decided = await oauth.decide_request(unit, resident, request_id, self.clock.now())
            if decided is None:
                raise NotFoundError("this request is not waiting for you any more")
            await unit.commit()
        return self._refused(decided)

    def _refused(self, waiting: WaitingRequest) -> str:
        request = waiting.stored.request
        refusal = AccessDeniedError("the resident did not agree")
        return error_redirect(request.redirect_uri, refusal, request.state, self.issuer)

    async def defer(self, resident: ResidentId, request_id: UUID) -> str:
        """Leave a request waiting; return where to send the browser meanwhile.

        Raises:
            NotFoundError: no such request waits for this resident.
        """
        found, _, _ = await self.one(resident, request_id)
        request = found.stored.request
        later = RequestDeferredError("the resident will decide later")
        return error_redirect(request.redirect_uri, later, request.state, self.issuer)
