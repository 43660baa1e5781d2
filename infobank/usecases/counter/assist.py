"""Take a resident's consent at the counter: one steward enters it, another approves it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.approval import Act, Approval
from infobank.accounts.provider import Provider
from infobank.consent.change import agree
from infobank.consent.consent import Consent
from infobank.consent.difference import Change
from infobank.consent.errors import UnknownConsentError
from infobank.consent.terms import Terms
from infobank.db.consenting import requests
from infobank.db.consenting.requests import WaitingRequest
from infobank.db.unit import Unit
from infobank.errors import ConflictError, InvalidInputError
from infobank.oauth.authorization_details import render
from infobank.usecases.accounts.approvals import Ask, Done
from infobank.usecases.counter.visit import Visits
from infobank.usecases.oauth.amended import changes_to
from infobank.usecases.oauth.authorize import Authorize
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Heard:
    """What is read to a resident: a request, who asks, and the consent it would change, if any.

    `kept` are the places, from 0, of the items that she gives already just as they are asked
    for: she is asked about the others alone.
    """

    waiting: WaitingRequest
    provider: Provider
    terms: Terms
    held: Consent | None = None
    kept: frozenset[int] = frozenset()

    @property
    def changes(self) -> tuple[Change, ...] | None:
        """What would change of the consent; None where it is a new one."""
        return None if self.held is None else self.changes_by(self.terms.items)

    def changes_by(self, items: tuple[Item, ...]) -> tuple[Change, ...]:
        """Return what would change if she agreed to some of the items; nothing in a new consent."""
        if self.held is None or not items:
            return ()
        return changes_to(self.held, replace(self.terms, items=items))

    @property
    def bounded_anew(self) -> bool:
        """Tell whether something changes besides what she is asked item by item."""
        return any(change.category is None for change in self.changes or ())


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

        Items that she gives already just so stay with them.

        Raises:
            NotFoundError: the visit is over, or no such request waits for the resident.
            EmptyConsentError: she said yes to nothing.
            ConflictError: it was asked for before.
        """
        visit = await self.visits.one(visit_id, by)
        heard = await self.heard(visit.resident, request_id)
        agreed = sorted(heard.kept.union(places))
        self._agreed(heard.terms, agreed)
        document = {
            "resident": str(visit.resident),
            "request": str(request_id),
            "items": ",".join(map(str, agreed)),
            "asked": _asked(heard.waiting),
            "version": str(heard.held.version if heard.held else 0),
        }
        return await self.ask(Act.ASSISTED_CONSENT, by, document, {})

    async def heard(self, resident: ResidentId, request_id: UUID) -> Heard:
        """Return what is to be read to a resident of a request.

        Raises:
            NotFoundError: no such request waits for her, or the consent it would change ended.
        """
        waiting, provider, terms = await self.authorize.one(resident, request_id)
        held = await self.authorize.held(resident, waiting)
        kept = frozenset() if held is None else frozenset(self._kept(held, terms))
        return Heard(waiting, provider, terms, held, kept)

    def _kept(self, held: Consent, terms: Terms) -> Iterator[int]:
        """Yield the places of what she gives just so; of special care, where she said so."""
        for place, item in enumerate(terms.items):
            special = self.policies.category(item.category).special_care
            said = item.category in held.terms.explicit or not special
            if said and item in held.terms.items:
                yield place

    async def carry_out(self, unit: Unit, approval: Approval, _: datetime) -> Done:
        """Give the consent, and let the provider's program find it by its request.

        Raises:
            ConflictError: the request waits no more, or asks for something else by now, or the
                consent it would change is another by now.
            ObjectedError: the resident objects to this provider's use for this purpose.
        """
        document = approval.document
        resident, request = ResidentId(UUID(document["resident"])), UUID(document["request"])

        def agreed(waiting: WaitingRequest, terms: Terms) -> Terms:
            # INVARIANT: what is given is what she heard at the counter.
            if _asked(waiting) != document["asked"]:
                raise ConflictError("the request asks for something else by now")
            return self._agreed(terms, places_of(approval))

        try:
            consent: Consent = await self.authorize.give_in(
                unit, resident, request, agreed, GivenBy.COUNTER
            )
        except UnknownConsentError:
            raise ConflictError("the consent it would change has ended") from None
        # INVARIANT: what changes is the consent that it was compared with at the counter.
        if consent.version != int(document["version"]) + 1:
            raise ConflictError("the consent is another by now")
        await requests.note_given(unit, resident, request, consent.consent_id)
        return Done({"provider": str(consent.provider)}, changed=(consent,))

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
