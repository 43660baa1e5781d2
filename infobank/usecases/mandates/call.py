"""A provider calls on everybody whose mandate admits what it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from infobank.accounts.provider import OWN_CLASSES, Provider
from infobank.clock import Clock, day_in
from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.consent.terms import Terms
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
        """Take a call, and answer it for everybody whose mandate admits it now.

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
        await self.again(call)
        return call

    async def again(self, call: Call) -> int:
        """Answer a call for those who did not answer it before; return how many there were."""
        answered = 0
        after: ResidentId | None = mandates.NOBODY
        while after is not None:
            async with self.units() as unit:
                after, given = await self._page(unit, call, after)
                await unit.commit()
            answered += given
        return answered

    async def all_open(self) -> int:
        """Answer every call that is kept; forget the others; return how many answers there were."""
        async with self.units() as unit:
            await calls.forget(unit, self.clock.now())
            found = await calls.open_at(unit, self.clock.now())
            await unit.commit()
        return sum([await self.again(each) for each in found])

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

    async def _page(
        self, unit: Unit, call: Call, after: ResidentId
    ) -> tuple[ResidentId | None, int]:
        """Answer for the next residents; return the last of them, None at the end, and how many.

        INVARIANT: the call is locked, so that two who answer it at once do not give twice.
        """
        now = self.clock.now()
        held = await calls.one(unit, call.call_id, lock=True)
        provider = await accounts.provider_of(unit, call.provider)
        if held is None or provider is None or provider.kind in OWN_CLASSES:
            return None, 0
        if not _lasts(held.terms, now):
            return None, 0
        found = await mandates.admitting(
            unit, held.terms, provider.kind, self.policies, now, after=after, limit=PAGE
        )
        if not found:
            return None, 0
        before = await calls.granted(unit, held, [each.resident for each in found])
        anew = [each for each in found if each.resident not in before]
        given = await self._give(unit, held, provider, anew, now)
        return found[-1].resident, given

    async def _give(
        self, unit: Unit, call: Call, provider: Provider, anew: Sequence[Mandate], now: datetime
    ) -> int:
        given = await self.answer(unit, anew, provider, call.terms, now)
        await calls.grant(unit, call, given)
        return len(given)

    async def _subjects(
        self, provider: ProviderId, residents: Sequence[ResidentId]
    ) -> Sequence[str]:
        return await self.keyservice.pairwise(provider, list(residents)) if residents else []


def _lasts(terms: Terms, now: datetime) -> bool:
    return now < terms.valid_until
