"""Disclose records: decide, record, and only then open."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from infobank.clock import Clock
from infobank.consent.coarsen import coarsen
from infobank.consent.consent import Consent
from infobank.consent.decision import Decision, decide
from infobank.consent.question import DisclosureRequest, Question
from infobank.db import consent as consents
from infobank.db.grouped import Draft, GroupedLog, InFlight
from infobank.db.unit import Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import UnavailableError
from infobank.usecases.consent.grounds import Grounds, ReadGrounds
from infobank.usecases.decisions.entries import decision_entry
from infobank.usecases.genuine import Genuine
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.keyservice import KeyService, OpenedResident, Wanted
from infobank.usecases.vault.shelf import Released, read_columns
from infobank.vault.errors import KeyRefusedError
from infobank.vocabulary.category import Category, TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import EXACT, NumberStep, PlaceStep, Precision, TimeStep
from infobank.vocabulary.rules.policies import Policies

LEASE = 1.5
"""Seconds after its permit was recorded during which something may be released.

Shorter than the time a withdrawal waits (`lessen.PATIENCE`).
"""

NOTHING = Columns(TimeUnit.DAY, (), ())
"""What is released after a refusal."""

MOST_TRIES = 8
"""How often one request is decided again because its consent changed meanwhile."""


@dataclass(frozen=True)
class Disclosure:
    """What came of a request: the decision, and the records when it was a permit.

    `subject` is the resident's name for this recipient alone; the columns stand in the
    order of `item.fields`, and are empty after a refusal.
    """

    request_id: UUID
    decision: Decision
    item: Item
    subject: str
    category: Category | None
    columns: Columns
    _flight: InFlight
    _until: float

    def check_release(self) -> float:
        """Accept that the records are released now; return the seconds left to do it.

        Raises:
            UnavailableError: too much time has passed, or the connection that holds the
                consent was lost: nothing may be released.
        """
        left = self._until - time.monotonic()
        if not self._flight.held or left <= 0:
            raise UnavailableError("the permit ran out before its release; ask again")
        return left

    def when_lost(self, act: Callable[[], None]) -> AbstractContextManager[None]:
        """Do something, at once, should the consent be lost while the records leave."""
        return self._flight.when_lost(act)


@dataclass(frozen=True)
class Disclose:
    """Give a recipient the records that a consent permits, after recording that it does."""

    units: Units
    grouped: GroupedLog
    keyservice: KeyService
    genuine: Genuine
    alarm: Alarm
    clock: Clock
    entropy: Entropy
    policies: Policies
    tenant: UUID

    @asynccontextmanager
    async def __call__(
        self, request: DisclosureRequest, grounds: Grounds
    ) -> AsyncIterator[Disclosure]:
        """Decide, record and open; the release happens inside the block.

        `grounds` are what the recipient's token points at, as it was read with the
        token.  Inside the block the consent is held: a withdrawal returns only after it.

        Raises:
            UnavailableError: the log or the database is away; nothing is released.
            SealBrokenError: what is stored is not what was deposited.
        """
        opened, (subject,) = await asyncio.gather(
            self.keyservice.open([request.resident]),
            self.keyservice.pairwise(request.recipient.provider, [request.resident]),
        )
        request_id = new_uuid(self.entropy)
        for _ in range(MOST_TRIES):
            question = grounds.question(request, self.policies, self.clock.now())
            decision = decide(question)
            draft = draft_of(request_id, question, decision, opened[request.resident])
            until = time.monotonic() + LEASE
            async with self.grouped.recorded([draft]) as [flight]:
                if flight.effective:
                    category = self.policies.categories.get(request.item.category)
                    columns = NOTHING
                    if decision.permitted and category is not None:
                        reading = self._open(request, category, opened, draft, flight)
                        columns = await self.alarm.over(request.resident, reading)
                    yield Disclosure(
                        request_id,
                        decision,
                        request.item,
                        subject,
                        category,
                        columns,
                        flight,
                        until,
                    )
                    return
            grounds = await self._again(grounds)
        raise UnavailableError("the consent keeps changing; ask again")

    async def _open(
        self,
        request: DisclosureRequest,
        category: Category,
        opened: Mapping[ResidentId, OpenedResident],
        draft: Draft,
        flight: InFlight,
    ) -> Columns:
        wanted = Wanted(request.resident, category.number, flight.entry, draft.consent)
        try:
            (key,) = await self.keyservice.release([wanted])
        except KeyRefusedError:
            await self._check_overtaken(request.resident, draft)
            raise
        # INVARIANT: only the fields that were asked for, and permitted, are read at all.
        places = tuple(category.field_names.index(name) for name in request.item.fields)
        released = [Released(category, request.item.period, {request.resident: key}, places)]
        (found,) = await read_columns(
            self.units.direct, self.keyservice, self.tenant, opened, released
        )
        fields = [category.fields[place] for place in places]
        return coarsen(
            found[request.resident], fields, request.item.precision, self.policies.places
        )

    async def _check_overtaken(self, resident: ResidentId, draft: Draft) -> None:
        """Tell a refused key apart from a consent that changed since its permit was recorded.

        Raises:
            UnavailableError: it changed: nothing is wrong, and asking again is decided anew.
        """
        if draft.consent is None:
            return
        async with self.units() as unit:
            found = await consents.one(unit, resident, draft.consent)
        if found is None or found.version != draft.version:
            raise UnavailableError("the consent changed meanwhile; ask again") from None

    async def _again(self, grounds: Grounds) -> Grounds:
        held = grounds.consent
        if held is None:
            return grounds
        return await ReadGrounds(self.units, self.genuine)(held.resident, held.consent_id)


@dataclass(frozen=True)
class Wish:
    """What a recipient asks for, as far as it says; `time`, `place` and `number` are steps."""

    category: str
    fields: tuple[str, ...] = ()
    period: Period | None = None
    time: TimeStep | None = None
    place: PlaceStep | None = None
    number: NumberStep | None = None

    def item(self, held: Item | None) -> Item:
        """Return the wish, filled with what an item of a consent says."""
        period, step = (held.period, held.precision) if held else (_ALWAYS, EXACT)
        return Item(
            self.category,
            self.fields or (held.fields if held else ()),
            self.period or period,
            Precision(self.time or step.time, self.place or step.place, self.number or step.number),
        )


_ALWAYS = Period(date.min, date.max)


def wanted_item(consent: Consent | None, wish: Wish) -> Item:
    """Return what a recipient asks for; what it leaves open is what its consent says.

    A consent without the category leaves nothing to fill in: the item then asks for what
    no consent covers, and is refused and logged like any other.
    """
    items = consent.terms.items if consent else ()
    held = [item for item in items if item.category == wish.category]
    wished = [(wish.item(item), item) for item in held]
    fitting = (wanted for wanted, item in wished if item.covers(wanted))
    return next(fitting, wish.item(held[0] if held else None))


def draft_of(
    request_id: UUID, question: Question, decision: Decision, opened: OpenedResident
) -> Draft:
    """Return the entry of a decision, ready for its group: a permit holds its consent."""
    held = question.consent if decision.permitted else None
    return Draft(
        entry=decision_entry(request_id, question, decision),
        seal_key=opened.log_key(),
        consent=held.consent_id if held else None,
        version=held.version if held else 0,
        stretch=held.stretch(question.now) if held else 0,
    )
