"""A provider calls on everybody whose mandate admits what it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from infobank.accounts.provider import OWN_CLASSES, Provider
from infobank.clock import Clock, day_in
from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.db import accounts
from infobank.db.consenting import calls, mandates
from infobank.db.consenting.calls import Call
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import NotFoundError
from infobank.oauth.authorization_details import parse
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.usecases.mandates.answer import AnswerByMandate
from infobank.usecases.oauth.asked import asked_terms, check_in_use
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import CallId, ProviderId, ResidentId
from infobank.vocabulary.rules.policies import Policies

KEPT: Final = timedelta(days=30)
"""How long a call is kept: who gives a mandate meanwhile answers it too."""

PAGE: Final = 200
"""Residents answered for in one unit of work."""


@dataclass(frozen=True)
class Grant:
    """A consent that a call was given: of whom, by the name that the provider knows."""

    subject: str
    consent: Consent


@dataclass(frozen=True)
class CallOnMandates:
    """Take calls, answer them, and tell the caller what it was given."""

    units: Units
    answer: AnswerByMandate
    keyservice: KeyService
    clock: Clock
    entropy: Entropy
    policies: Policies
    zone: str

    async def __call__(self, client: Client, authorization_details: str) -> Call:
        """Take a call, and answer it for the first residents whose mandates admit it now.

        `go_on` answers it for the others: nobody waits here until a whole city was asked.

        Raises:
            InvalidAuthorizationDetailsError: it is malformed, beyond the policies, for a retired
                purpose, or names a consent.
        """
        now = self.clock.now()
        access = parse(authorization_details, self.policies, day_in(self.zone, now))
        check_in_use(access, self.policies, now)
        if access.consent is not None:
            raise InvalidAuthorizationDetailsError("a call changes no consent: leave it out")
        call = Call(
            CallId(new_uuid(self.entropy)),
            client.provider_id,
            asked_terms(access, now, self.zone),
            now,
            now + KEPT,
        )
        async with self.units() as unit:
            await calls.add(unit, call)
            await unit.commit()
        asked = await self._page(call.call_id)
        return asked[0] if asked else call

    async def go_on(self) -> int:
        """Answer calls for whom they were not answered yet; return how many answers there were."""
        answered = 0
        while (asked := await self._page()) is not None:
            answered += asked[1]
        return answered

    async def all_open(self) -> int:
        """Answer every call that is kept anew, for those who did not answer it before.

        Forget the others; return how many answers there were.
        """
        async with self.units() as unit:
            await calls.forget(unit, self.clock.now())
            await calls.begin_again(unit, self.clock.now())
            await unit.commit()
        return await self.go_on()

    async def grants(self, client: Client, call_id: CallId) -> tuple[Call, list[Grant]]:
        """Return a call of this provider with the consents it was given that have not ended.

        Raises:
            NotFoundError: this provider made no such call, or it is kept no more.
        """
        async with self.units() as unit:
            call = await calls.one(unit, call_id)
            if call is None or call.provider != client.provider_id:
                raise NotFoundError("you made no such call, or it is kept no more")
            found = await calls.grants(unit, call, self.clock.now())
        subjects = await self._subjects(client.provider_id, [each.resident for each in found])
        return call, [Grant(*each) for each in zip(subjects, found, strict=True)]

    async def _page(self, call_id: CallId | None = None) -> tuple[Call, int] | None:
        """Answer a call for the next residents; None where none waits for that.

        Return it as it stands then, and how many consents it was given.

        INVARIANT: the call is locked, and how far it was answered is kept with the consents:
        whoever goes on, after a crash or beside another, gives nothing twice.
        """
        async with self.units() as unit:
            call = await calls.unanswered(unit, call_id)
            if call is None:
                return None
            to, given = await self._ask(unit, call)
            await calls.answered(unit, call, to)
            await unit.commit()
        return replace(call, answered_to=to), given

    async def _ask(self, unit: Unit, call: Call) -> tuple[ResidentId | None, int]:
        """Ask the next residents' mandates; return the last of them, None at the end."""
        now, after = self.clock.now(), call.answered_to
        provider = await accounts.provider_of(unit, call.provider)
        if provider is None or after is None or not _open(call, provider, now):
            return None, 0
        found = await mandates.admitting(
            unit, call.terms, provider.kind, self.policies, now, after=after, limit=PAGE
        )
        given = await self._give(unit, call, provider, found, now)
        return found[-1].resident if len(found) == PAGE else None, given

    async def _give(
        self, unit: Unit, call: Call, provider: Provider, found: Sequence[Mandate], now: datetime
    ) -> int:
        """Give the consents of those who gave none to this call before; return how many."""
        if not found:
            return 0
        before = await calls.granted(unit, call, [each.resident for each in found])
        anew = [each for each in found if each.resident not in before]
        given = await self.answer(unit, anew, provider, call.terms, now)
        await calls.grant(unit, call, given)
        return len(given)

    async def _subjects(
        self, provider: ProviderId, residents: Sequence[ResidentId]
    ) -> Sequence[str]:
        return await self.keyservice.pairwise(provider, list(residents)) if residents else []


def _open(call: Call, provider: Provider, now: datetime) -> bool:
    """Tell whether a call can still be given something."""
    return now < call.terms.valid_until and provider.kind not in OWN_CLASSES
