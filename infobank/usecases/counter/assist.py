"""Take a resident's consent at the counter: one steward enters it, another approves it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.approval import Act, Approval
from infobank.consent.change import agree
from infobank.consent.consent import Consent
from infobank.consent.terms import Terms
from infobank.db.consenting import requests
from infobank.db.consenting.requests import WaitingRequest
from infobank.db.unit import Unit
from infobank.errors import ConflictError, InvalidInputError
from infobank.oauth.authorization_details import render
from infobank.usecases.accounts.approvals import Ask, Done
from infobank.usecases.counter.visit import Visits
from infobank.usecases.oauth.authorize import Authorize
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class AssistConsent:
    """Ask for the consent that a resident gave by word of mouth, and give it when approved."""

    ask: Ask
    visits: Visits
    authorize: Authorize
    policies: Policies

    async def __call__(
        self, visit_id: UUID, request_id: UUID, places: Sequence[int], by: Account
    ) -> Approval:
        """Ask that a request be agreed to; `places` are its items she said yes to, from 0.

        Raises:
            NotFoundError: the visit is over, or no such request waits for the resident.
            EmptyConsentError: she said yes to nothing.
            ConflictError: it was asked for before, or the request changes a consent.
        """
        visit = await self.visits.one(visit_id, by)
        waiting, _, terms = await self.authorize.one(visit.resident, request_id)
        if waiting.access.consent is not None:
            raise ConflictError("what changes a consent is answered in the portal")
        self._agreed(terms, places)
        document = {
            "resident": str(visit.resident),
            "request": str(request_id),
            "items": ",".join(map(str, places)),
            "asked": _asked(waiting),
        }
        return await self.ask(Act.ASSISTED_CONSENT, by, document, {})

    async def carry_out(self, unit: Unit, approval: Approval, _: datetime) -> Done:
        """Give the consent, and let the provider's program find it by its request.

        Raises:
            ConflictError: the request waits no more, or asks for something else by now.
            ObjectedError: the resident objects to this provider's use for this purpose.
        """
        document = approval.document
        resident, request = ResidentId(UUID(document["resident"])), UUID(document["request"])

        def agreed(waiting: WaitingRequest, terms: Terms) -> Terms:
            # INVARIANT: what is given is what she heard at the counter.
            if _asked(waiting) != document["asked"]:
                raise ConflictError("the request asks for something else by now")
            return self._agreed(terms, places_of(approval))

        consent: Consent = await self.authorize.give_in(
            unit, resident, request, agreed, GivenBy.COUNTER
        )
        await requests.note_given(unit, resident, request, consent.consent_id)
        return Done({"provider": str(consent.provider)})

    def _agreed(self, terms: Terms, places: Sequence[int]) -> Terms:
        """Return the terms to which she said yes; to special care she said it by itself."""
        if any(not 0 <= place < len(terms.items) for place in places):
            raise InvalidInputError("the request has no such item", field="items")
        items = tuple(terms.items[place] for place in sorted(set(places)))
        care = (each.category for each in items)
        explicit = frozenset(code for code in care if self.policies.category(code).special_care)
        return agree(terms, items, terms.valid_from, explicit)


def places_of(approval: Approval) -> tuple[int, ...]:
    """Return the items of a request that an approval is about, by their places from 0."""
    return tuple(int(place) for place in approval.document["items"].split(",") if place)


def _asked(waiting: WaitingRequest) -> str:
    return json.dumps(render(waiting.access), sort_keys=True)
