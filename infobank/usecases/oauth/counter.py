"""Answer a request with a counter-offer: less than was asked for, good for thirty days."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock, day_in
from infobank.consent.change import narrow
from infobank.consent.terms import Terms
from infobank.db.consenting import requests
from infobank.db.consenting.requests import CounterOffer, WaitingRequest, offer_document
from infobank.db.unit import Units
from infobank.errors import InvalidInputError, NotFoundError
from infobank.oauth.authorization_details import RequestedAccess, parse, render
from infobank.oauth.authorize import deferred_redirect
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.consent.give import items_fields
from infobank.usecases.oauth.asked import asked_terms, offered_access, request_entry
from infobank.usecases.vault.keyservice import KeyService, Row
from infobank.vault.bankkeys import RowKind
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.canonical import canonical_json


@dataclass(frozen=True)
class CounterRequest:
    """Keep what a resident would agree to instead, until its provider accepts or withdraws."""

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock
    policies: Policies
    issuer: str
    zone: str

    async def __call__(
        self,
        resident: ResidentId,
        request_id: UUID,
        wanted: Callable[[Terms], Terms],
        explicit: frozenset[str] = frozenset(),
        by: GivenBy = GivenBy.SELF,
    ) -> str:
        """Offer less; return where to send the browser.  A new offer takes an old one's place.

        `wanted` makes the offered terms of those that are asked for.  `explicit` are the
        special-care categories to which the resident said yes one by one: when the provider
        accepts, she is not asked again.

        Raises:
            NotFoundError: no such request waits for this resident.
            WideningError: somewhere the offer reaches further than what was asked for.
            InvalidInputError: it is no less, or no provider could ask for it.
        """
        now = self.clock.now()
        async with self.units() as unit:
            found = await requests.of_resident(unit, resident, request_id)
            if found is None:
                raise NotFoundError("this request is not waiting for you any more")
            terms = self._offered(found, wanted, explicit, now)
            access = offered_access(found.access, terms, self.zone)
            self._check(access, now)
            offer = CounterOffer(access, explicit, now, by)
            (mac,) = await self.keyservice.authenticate([counter_row(request_id, resident, offer)])
            kept = await requests.counter(unit, resident, request_id, replace(offer, mac=mac))
            if kept is None:
                raise NotFoundError("this request is not waiting for you any more")
            said = {**items_fields(terms), "until": terms.valid_until.isoformat()}
            entry = request_entry(EntryKind.COUNTER_OFFERED, found, now, by, said)
            await self.record(unit, entry)
            await unit.commit()
        request = found.stored.request
        return deferred_redirect(request.redirect_uri, request_id, request.state, self.issuer)

    def _offered(
        self,
        found: WaitingRequest,
        wanted: Callable[[Terms], Terms],
        explicit: frozenset[str],
        now: datetime,
    ) -> Terms:
        asked = asked_terms(found.access, now, self.zone)
        terms = narrow(asked, wanted(asked))
        if terms == asked:
            raise InvalidInputError("this is all that was asked for; agree to it instead")
        return replace(terms, explicit=explicit)

    def _check(self, access: RequestedAccess, now: datetime) -> None:
        """Accept an offer that its provider can push as it stands."""
        try:
            parse(json.dumps(render(access)), self.policies, day_in(self.zone, now))
        except InvalidAuthorizationDetailsError as error:
            raise InvalidInputError(error.message) from None


def counter_row(request_id: UUID, resident: ResidentId, offer: CounterOffer) -> Row:
    """Return a counter-offer as the key service marks it."""
    content = canonical_json(
        {"request": str(request_id), "resident": str(resident), **offer_document(offer)}
    )
    return Row(RowKind.COUNTER_OFFER, content, offer.mac)
