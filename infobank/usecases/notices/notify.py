"""Write notices, in the transaction of the act that they tell of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from infobank.accesslog.entry import Entry
from infobank.consent.consent import Consent
from infobank.consent.ending.notice import Afterwards, Notice, NoticeKind, notice_bytes
from infobank.db import accounts
from infobank.db.notices import outbox
from infobank.db.unit import Unit
from infobank.entropy import Entropy, new_uuid
from infobank.usecases.vault.keyservice import KeyService, Row
from infobank.vault.bankkeys import RowKind
from infobank.vocabulary.identifiers import ConsentId, NoticeId
from infobank.vocabulary.item import Item
from infobank.vocabulary.rules.house import HouseRules


@dataclass(frozen=True)
class Ending:
    """What ends: a consent, or the `items` of it that are given no more."""

    consent: Consent
    kind: NoticeKind
    items: tuple[Item, ...]
    afterwards: Afterwards


@dataclass(frozen=True)
class Notify:
    """Put notices into the outbox: the act stands with its notices, or not at all."""

    keyservice: KeyService
    entropy: Entropy
    house: HouseRules

    async def __call__(
        self, unit: Unit, endings: Iterable[Ending], now: datetime
    ) -> Mapping[ConsentId, Notice]:
        """Write one notice for each ending, by its consent; the caller commits.

        The bank's own publication desk is told nothing: it reads consents anew each time.
        """
        desk = await accounts.publication_desk(unit)
        own = desk.provider_id if desk else None
        drawn = [self._drawn(each, now) for each in endings if each.consent.provider != own]
        return await self._keep(unit, drawn)

    async def again(
        self, unit: Unit, ending: Ending, notice_id: NoticeId, made_at: datetime
    ) -> None:
        """Write a notice that was lost, under the name it had: its recipient may know it."""
        drawn = replace(self._drawn(ending, made_at), notice_id=notice_id)
        await self._keep(unit, [drawn])

    async def _keep(self, unit: Unit, drawn: list[Notice]) -> Mapping[ConsentId, Notice]:
        if not drawn:
            return {}
        macs = await self.keyservice.authenticate([_row(each) for each in drawn])
        made = [replace(each, mac=mac) for each, mac in zip(drawn, macs, strict=True)]
        await outbox.add(unit, made)
        return {each.consent: each for each in made}

    def _drawn(self, ending: Ending, now: datetime) -> Notice:
        consent, deletes = ending.consent, ending.afterwards is Afterwards.DELETE
        days = self.house.deletion_days if deletes else self.house.notice_days
        return Notice(
            notice_id=NoticeId(new_uuid(self.entropy)),
            resident=consent.resident,
            provider=consent.provider,
            consent=consent.consent_id,
            kind=ending.kind,
            items=ending.items,
            afterwards=ending.afterwards,
            made_at=now,
            deadline=now + timedelta(days=days),
        )


async def genuine_notices(keyservice: KeyService, found: Sequence[Notice]) -> frozenset[NoticeId]:
    """Return the names of those notices that the bank made.

    Of those that were written by SQL the key service has sounded its alarm.
    """
    marks = await keyservice.check([_row(each) for each in found]) if found else []
    return frozenset(each.notice_id for each, mark in zip(found, marks, strict=True) if mark)


def _row(notice: Notice) -> Row:
    return Row(RowKind.NOTICE, notice_bytes(notice), notice.mac)


def noticed(entry: Entry, afterwards: Afterwards, notice: Notice | None) -> Entry:
    """Return an act's entry with what becomes of the data, and the name of the notice of it."""
    hidden = {} if notice is None else {"notice": str(notice.notice_id)}
    return replace(
        entry,
        shown={**entry.shown, "afterwards": afterwards.value},
        hidden={**entry.hidden, **hidden},
    )
