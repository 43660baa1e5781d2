"""Make a consent reach less far, or end it: what narrowing and withdrawing share."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from infobank.accesslog.entry import Entry, EntryKind
from infobank.consent.change import uses_under
from infobank.consent.consent import Consent, Stamp
from infobank.consent.ending.notice import Afterwards, NoticeKind
from infobank.consent.terms import Terms
from infobank.db import consent as consents
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.consent.give import consent_entry
from infobank.usecases.genuine import Genuine
from infobank.usecases.notices.notify import Ending, Notify, noticed
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.item import uncovered

PATIENCE = "2s"
"""How long a withdrawal waits for releases in flight.

Longer than `disclose.LEASE`, after which a worker refuses by its own clock to release
what it was permitted: so a worker that hangs delays a withdrawal, and cannot outlive it.
"""


class Act(NamedTuple):
    """One act of the resident: who did it for her, what becomes of the data, and when it was.

    `besides` is logged with it, where it changes anything.
    """

    by: GivenBy
    afterwards: Afterwards
    at: datetime
    besides: tuple[Entry, ...] = ()


async def drain(units: Units, changed: Iterable[Consent]) -> None:
    """Wait until nothing is in flight under what consents permitted before they changed."""
    for consent in changed:
        async with units() as unit:
            if not await consents.drain(unit, consent.consent_id, PATIENCE):
                # Longer than any lease: what was in flight anywhere may leave no more.
                return


@dataclass(frozen=True)
class Lessen:
    """Change one consent inside the unit of work of whatever the resident does.

    The recipient's notice is written with the act: nothing ends, or shrinks, without one.
    """

    record: Record
    genuine: Genuine
    notify: Notify

    async def narrow(self, unit: Unit, held: Consent, terms: Terms, act: Act) -> Consent:
        """Keep a consent's next version, with terms that the held ones cover."""
        drawn = replace(
            held,
            version=held.version + 1,
            terms=terms,
            uses=uses_under(held, terms),
            change=Stamp(act.at, act.by),
        )
        (narrowed,) = await self.genuine.mark([drawn])
        await consents.change(unit, narrowed)
        parts = (uncovered(item, terms.items) for item in held.terms.items)
        taken = tuple(part for part in parts if part is not None)
        endings = [Ending(held, NoticeKind.NARROWED, taken, act.afterwards)] if taken else []
        entry = consent_entry(EntryKind.CONSENT_NARROWED, narrowed, act.by, act.at)
        await self._tell(unit, endings, entry, act)
        return narrowed

    async def end(self, unit: Unit, held: Consent, act: Act) -> Consent | None:
        """End one consent; None when it was withdrawn before."""
        withdrawn = await consents.withdraw(unit, held.resident, held.consent_id, act.at, act.by)
        if withdrawn is None:
            return None
        items = withdrawn.terms.items
        ending = Ending(withdrawn, NoticeKind.WITHDRAWN, items, act.afterwards)
        entry = consent_entry(EntryKind.CONSENT_WITHDRAWN, withdrawn, act.by)
        await self._tell(unit, [ending], entry, act)
        (marked,) = await self.genuine.mark([withdrawn])
        await consents.mark(unit, [marked])
        return marked

    async def _tell(self, unit: Unit, endings: list[Ending], entry: Entry, act: Act) -> None:
        """Write the notice, and the act's entry that names it."""
        made = await self.notify(unit, endings, act.at)
        notice = made.get(endings[0].consent.consent_id) if endings else None
        await self.record(unit, noticed(entry, act.afterwards, notice))
