"""Show a provider what it was given, what it asked for, and what it was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infobank.clock import Clock
from infobank.consent.consent import Consent, ConsentState
from infobank.consent.ending.notice import Followed
from infobank.db.consenting import provided
from infobank.db.consenting.requests import WaitingRequest
from infobank.db.notices import endpoints, outbox
from infobank.db.unit import Units
from infobank.errors import NotFoundError
from infobank.usecases.consent.review import MOST_COUNTED
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.identifiers import ProviderId

PAGE: Final = 25
"""Rows on a page."""

MOST_REQUESTS: Final = 100
"""Requests that are shown: those that are over are forgotten within a day or so."""


@dataclass(frozen=True)
class ProvidedPage:
    """One page of a provider's consents, each with the name it knows the resident by.

    `further` tells whether a page comes after it.
    """

    consents: Sequence[tuple[str, Consent]]
    total: Counted
    further: bool

    @property
    def pages(self) -> int | None:
        """How many pages there are, at least one; None where not all consents are counted."""
        return None if self.total.more else max(1, -(-self.total.number // PAGE))


@dataclass(frozen=True)
class ToldPage:
    """One page of a provider's notices, each with the name it knows the resident by.

    `endpoint` is where they are pushed to, None where the provider polls.
    """

    notices: Sequence[tuple[str, Followed]]
    total: int
    endpoint: str | None

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Provided:
    """Read what is a provider's own; no resident is named in any of it."""

    units: Units
    keyservice: KeyService
    clock: Clock
    most: int = MOST_COUNTED

    async def consents(
        self,
        provider: ProviderId,
        number: int,
        state: ConsentState | None = None,
        purpose: str | None = None,
    ) -> ProvidedPage:
        """Return a page of consents by its number, from 1, newest first.

        Raises:
            NotFoundError: there is no such page.
        """
        now, skip = self.clock.now(), (number - 1) * PAGE
        async with self.units() as unit:
            found, total = await provided.consents_of(
                unit, provider, (state, purpose), now, (skip, PAGE + 1), most=self.most
            )
        if number > 1 and not found:
            raise NotFoundError("the list has no such page")
        shown, further = found[:PAGE], len(found) > PAGE
        names = await self._names(provider, shown)
        return ProvidedPage(list(zip(names, shown, strict=True)), total, further)

    async def requests(self, provider: ProviderId) -> Sequence[WaitingRequest]:
        """Return the newest requests that somebody may still answer, or that were just answered."""
        async with self.units() as unit:
            found = await provided.requests_of(unit, provider, MOST_REQUESTS)
        return [each for each in found if opened(each, self.clock.now())]

    async def notices(self, provider: ProviderId, number: int) -> ToldPage:
        """Return a page of notices by its number, from 1, newest first.

        Raises:
            NotFoundError: there is no such page.
        """
        async with self.units() as unit:
            found, total = await outbox.of_provider(unit, provider, (number - 1) * PAGE, PAGE)
            endpoint = await endpoints.url_of(unit, provider)
        if number > 1 and not found:
            raise NotFoundError("the list has no such page")
        residents = [each.notice.resident for each in found]
        names = await self.keyservice.pairwise(provider, residents) if residents else []
        return ToldPage(list(zip(names, found, strict=True)), total, endpoint)

    async def _names(self, provider: ProviderId, found: Sequence[Consent]) -> Sequence[str]:
        if not found:
            return []
        return await self.keyservice.pairwise(provider, [each.resident for each in found])


def opened(request: WaitingRequest, now: datetime) -> bool:
    """Tell whether somebody opened a request, or still may within its 90 seconds."""
    return request.resident is not None or now < request.stored.expires_at
