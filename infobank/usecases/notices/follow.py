"""Follow notices to their end: the resident hers, the steward those that are overdue."""

from collections.abc import Sequence
from dataclasses import dataclass

from infobank.accesslog.entry import EntryKind
from infobank.accounts.provider import Provider
from infobank.clock import Clock
from infobank.consent.ending.notice import Followed
from infobank.consent.errors import UnknownConsentError
from infobank.db import accounts
from infobank.db import consent as consents
from infobank.db.notices import outbox
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.notices.entries import enter
from infobank.usecases.notices.notify import genuine_notices
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.identifiers import ConsentId, ResidentId

MOST_SHOWN = 500
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class FollowNotices:
    """Look at what became of notices, and escalate what did not.

    One that was written by SQL, and not by the bank, is as if it did not exist.
    """

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock

    async def aftermath(self, resident: ResidentId, consent: ConsentId) -> Sequence[Followed]:
        """Return what was told about a consent of a resident, newest first.

        Raises:
            UnknownConsentError: the resident has no such consent.
        """
        async with self.units() as unit:
            if await consents.one(unit, resident, consent) is None:
                raise UnknownConsentError("you have no such consent")
            found = await outbox.of_consent(unit, resident, consent)
        return await self._genuine(found)

    async def overdue(self) -> list[tuple[Followed, Provider]]:
        """Return what recipients owe an answer to beyond its deadline, the newest first."""
        async with self.units() as unit:
            found = await outbox.overdue(unit, self.clock.now(), MOST_SHOWN)
            known = {each.provider_id: each for each in await accounts.all_providers(unit)}
        return [(each, known[each.notice.provider]) for each in await self._genuine(found)]

    async def escalate(self) -> int:
        """Log, once each, the deletions that are overdue by now; return how many."""
        now = self.clock.now()
        async with self.units() as unit:
            late = await self._genuine(await outbox.escalate(unit, now, MOST_AT_ONCE))
            for each in late:
                await enter(unit, self.record, EntryKind.DELETION_OVERDUE, each.notice, now)
            await unit.commit()
        return len(late)

    async def forget_erased(self) -> int:
        """Delete what is settled about residents who were erased; return how many."""
        async with self.units() as unit:
            gone = await outbox.forget_erased(unit, MOST_AT_ONCE)
            await unit.commit()
        return gone

    async def _genuine(self, found: Sequence[Followed]) -> list[Followed]:
        named = await genuine_notices(self.keyservice, [each.notice for each in found])
        return [each for each in found if each.notice.notice_id in named]
