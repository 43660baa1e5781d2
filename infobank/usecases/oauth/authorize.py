"""The resident opens a provider's request, and answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.provider import SANDBOX, Provider
from infobank.clock import Clock
from infobank.consent.change import agree
from infobank.consent.consent import Consent
from infobank.consent.difference import Change
from infobank.consent.terms import Terms
from infobank.db import accounts, oauth
from infobank.db import consent as consents
from infobank.db.consenting import requests
from infobank.db.consenting.requests import CounterOffer, RequestState, WaitingRequest
from infobank.db.rights.requests import objecting
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy
from infobank.errors import ConflictError, NotFoundError
from infobank.oauth.authorize import (
    Reference,
    deferred_redirect,
    error_redirect,
    success_redirect,
)
from infobank.oauth.checks import check_authorize
from infobank.oauth.client import provider_of
from infobank.oauth.errors import AccessDeniedError, InvalidRequestUriError
from infobank.oauth.token import CODE_LIFE, StoredCode, new_secret, secret_hash
from infobank.usecases.consent.give import GiveConsent
from infobank.usecases.consent.lessen import drain
from infobank.usecases.oauth.amended import amended, changes_to
from infobank.usecases.oauth.asked import asked_terms, keeps_to, request_entry
from infobank.usecases.oauth.clients import to_client
from infobank.usecases.oauth.counter import counter_row
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item


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


async def _check_sandbox(unit: Unit, provider: Provider | None, resident: ResidentId) -> None:
    """Accept a request of a sandbox only before a resident who was made up.

    INVARIANT: here begins every consent that a request leads to, so a key for trying things out
    never opens anybody's records.

    Raises:
        InvalidRequestUriError: the resident is real.
    """
    sandbox = provider is not None and provider.kind == SANDBOX
    if sandbox and not await accounts.is_synthetic(unit, resident):
        raise InvalidRequestUriError("the request is unknown or no longer open")


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
    keyservice: KeyService
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
            waiting = await requests.by_uri(unit, secret_hash(reference.request_uri))
            provider_id = provider_of(reference.client_id)
            provider = await accounts.provider_of(unit, provider_id) if provider_id else None
            client = to_client(provider) if provider else None
            check_authorize(reference, client, waiting.stored if waiting else None, now)
            await _check_sandbox(unit, provider, resident)
            if waiting is None or not await requests.open_for(unit, waiting.request_id, resident):
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
            found = await requests.of_resident(unit, resident, request_id)
            if found is None:
                return None
            purpose = found.stored.request.access.purpose
            if not await objecting(unit, [resident], found.provider, purpose):
                return None
            await requests.decide(unit, resident, request_id, now)
            await self.give.record(unit, *_objections(resident, found, now))
            await unit.commit()
        return self._refused(found)

    async def waiting(self, resident: ResidentId) -> list[tuple[WaitingRequest, Provider]]:
        """Return the requests that wait for the resident, each with who asks."""
        async with self.units() as unit:
            found = await requests.waiting(unit, resident, self.clock.now())
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
            found = await requests.of_resident(unit, resident, request_id)
            provider = await accounts.provider_of(unit, found.provider) if found else None
        if found is None or provider is None or found.stored.decided_at or found.waits_until <= now:
            raise NotFoundError("this request is not waiting for you any more")
        return found, provider, asked_terms(found.stored.request.access, now, self.zone)

    async def state(self, resident: ResidentId, request_id: UUID) -> RequestState | None:
        """Return where a request stands that the resident once opened; None when she has not."""
        async with self.units() as unit:
            found = await requests.of_resident(unit, resident, request_id)
        return found.state(self.clock.now()) if found else None

    async def agree(
        self,
        resident: ResidentId,
        request_id: UUID,
        items: tuple[Item, ...],
        by: GivenBy = GivenBy.SELF,
        explicit: frozenset[str] = frozenset(),
    ) -> str:
        """Give a consent to some or all of what is asked; return where to send the browser.

        Consent, code and log entry are one transaction: all of them, or none.  A request that
        names a consent changes that one.  `explicit` are the special-care categories to which
        the resident said yes one by one.

        Raises:
            NotFoundError: no such request waits for this resident.
            EmptyConsentError: nothing was agreed to.
            WideningError: something was agreed to that was not asked for.
            ObjectedError: the resident objects to this provider's use for this purpose.
        """
        now = self.clock.now()
        async with self.units() as unit:
            decided = await requests.decide(unit, resident, request_id, now)
            if decided is None:
                raise NotFoundError("this request is not waiting for you any more")
            terms = agree(asked_terms(decided.access, now, self.zone), items, now, explicit)
            consent, code = await self._conclude(unit, decided, terms, by)
            await unit.commit()
        return await self._agreed(decided, consent, code)

    async def give_in(
        self,
        unit: Unit,
        resident: ResidentId,
        request_id: UUID,
        agreed: Callable[[WaitingRequest, Terms], Terms],
        by: GivenBy,
    ) -> Consent:
        """Give the consent that a request asks for where no browser is there for it.

        `agreed` makes its terms of those that are asked for.  The caller commits, and drains a
        consent that was there before.

        Raises:
            ConflictError: no such request waits for this resident any more.
            NotFoundError: its provider may not ask any more.
            ObjectedError: the resident objects to this provider's use for this purpose.
        """
        now = self.clock.now()
        decided = await requests.decide(unit, resident, request_id, now)
        if decided is None:
            raise ConflictError("the request is not waiting any more")
        await _check_provider(unit, decided, now)
        terms = agreed(decided, asked_terms(decided.access, now, self.zone))
        return await self._give(unit, decided, terms, by)

    async def accept(self, resident: ResidentId, request_id: UUID) -> str | None:
        """Give the consent at once where a request keeps to what the resident has offered.

        Returns where to send the browser; None where no offer of hers stands: then the request
        waits for her as any other does.

        Raises:
            NotFoundError: the provider was struck off, or its vetting lapsed.
        """
        now = self.clock.now()
        async with self.units() as unit:
            decided = await requests.decide(unit, resident, request_id, now)
            offer = await self._offer(unit, resident, decided, now) if decided else None
            if decided is None or offer is None:
                return None  # nothing is committed: the request was not decided
            asked = asked_terms(decided.access, now, self.zone)
            explicit = offer.explicit & asked.categories
            terms = agree(asked, asked.items, now, explicit)
            consent, code = await self._conclude(unit, decided, terms, offer.by)
            await unit.commit()
        return await self._agreed(decided, consent, code)

    async def _offer(
        self, unit: Unit, resident: ResidentId, decided: WaitingRequest, now: datetime
    ) -> CounterOffer | None:
        """Take up the counter-offer that a request keeps to; None where none stands.

        INVARIANT: an offer counts only with the key service's mark, for thirty days, once.
        """
        accepts = decided.stored.request.accepts
        countered = await requests.decide(unit, resident, accepts, now) if accepts else None
        offer = countered.counter_offer if countered else None
        if (
            countered is None
            or offer is None
            or countered.provider != decided.provider
            or offer.stands_until <= now
            or not keeps_to(offer.access, decided.access, now, self.zone)
        ):
            return None
        (genuine,) = await self.keyservice.check(
            [counter_row(countered.request_id, resident, offer)]
        )
        return offer if genuine else None

    async def _conclude(
        self, unit: Unit, decided: WaitingRequest, terms: Terms, by: GivenBy
    ) -> tuple[Consent, str]:
        """Give the consent of a decided request; return it with the code that stands for it."""
        now, request = terms.valid_from, decided.stored.request
        await _check_provider(unit, decided, now)
        consent = await self._give(unit, decided, terms, by)
        code = new_secret(self.entropy)
        kept = StoredCode(
            client_id=request.client_id,
            redirect_uri=request.redirect_uri,
            code_challenge=request.code_challenge,
            jkt=request.jkt,
            consent_id=consent.consent_id,
            resident_id=consent.resident,
            expires_at=now + CODE_LIFE,
        )
        await oauth.add_code(unit, secret_hash(code), kept, decided.provider)
        return consent, code

    async def _agreed(self, decided: WaitingRequest, consent: Consent, code: str) -> str:
        request = decided.stored.request
        if request.access.consent is not None:
            # Its terms are others now.  What was permitted before may be on its way still.
            await drain(self.units, [consent])
        return success_redirect(request.redirect_uri, code, request.state, self.issuer)

    async def _give(
        self, unit: Unit, decided: WaitingRequest, terms: Terms, by: GivenBy
    ) -> Consent:
        """Give a new consent, or the one that the request names on these terms.

        Raises:
            UnknownConsentError: it names none of this resident's to this provider.
        """
        resident, named = decided.resident, decided.stored.request.access.consent
        if resident is None:
            raise NotFoundError("this request is not waiting for you any more")
        if named is None:
            [given] = await self.give(unit, [resident], decided.provider, terms, by)
            return given
        held = await consents.locked(unit, resident, named)
        return await self.give.anew(unit, amended(held, decided), terms, by)

    async def held(self, resident: ResidentId, waiting: WaitingRequest) -> Consent | None:
        """Return the consent that a request names; None when it names none.

        Raises:
            UnknownConsentError: it names none of this resident's to this provider.
        """
        named = waiting.access.consent
        if named is None:
            return None
        async with self.units() as unit:
            return amended(await consents.one(unit, resident, named), waiting)

    async def changes(self, resident: ResidentId, request_id: UUID) -> tuple[Change, ...] | None:
        """Return what a request would change of the consent it names; None when it names none.

        Raises:
            NotFoundError: no such request waits for this resident.
            UnknownConsentError: it names none of this resident's to this provider.
        """
        waiting, _, asked = await self.one(resident, request_id)
        held = await self.held(resident, waiting)
        return None if held is None else changes_to(held, asked)

    async def refuse(
        self, resident: ResidentId, request_id: UUID, by: GivenBy = GivenBy.SELF
    ) -> str:
        """Refuse a request, and take back any offer made to it; return where to send the browser.

        The provider is not told why, or by whom.

        Raises:
            NotFoundError: no such request waits for this resident.
        """
        now = self.clock.now()
        async with self.units() as unit:
            decided = await requests.decide(unit, resident, request_id, now)
            if decided is None:
                raise NotFoundError("this request is not waiting for you any more")
            entry = request_entry(EntryKind.REQUEST_REFUSED, decided, now, by)
            await self.give.record(unit, entry)
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
        return deferred_redirect(request.redirect_uri, request_id, request.state, self.issuer)
