"""Do again what the log says was done since the backup, and count what cannot be."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from infobank.accesslog.commitment import check_shown
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.errors import LogTamperedError
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.writer import open_sealed
from infobank.accounts.rights import Right, RightsRequest, Status, Step, Subject
from infobank.consent.consent import Consent
from infobank.consent.ending.notice import Afterwards, NoticeKind
from infobank.db import consent as consents
from infobank.db.accesslog import KeptEntry
from infobank.db.consenting import mandates
from infobank.db.recovery import repairs
from infobank.db.rights import requests
from infobank.db.unit import Unit, Units
from infobank.errors import ConflictError
from infobank.publication.statistic import Statistic
from infobank.usecases.genuine import Genuine
from infobank.usecases.notices.notify import Ending, Notify
from infobank.usecases.recovery.staffacts import repeat_staff_act
from infobank.usecases.vault.keyservice import KeyService, OpenedResident
from infobank.vault.errors import KeyMissingError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, MandateId, NoticeId, ProviderId, ResidentId

Erase = Callable[[ResidentId], Awaitable[object]]

STOPPING: Final = frozenset({Right.RESTRICTION, Right.OBJECTION, Right.CLOSURE})
"""What a resident asked for and must not ask again: it takes from the bank, and gives nothing."""

_RESIDENTS_OWN: Final = frozenset(
    {
        EntryKind.CONSENT_NARROWED,
        EntryKind.CONSENT_WITHDRAWN,
        EntryKind.MANDATE_NARROWED,
        EntryKind.MANDATE_STOPPED,
        EntryKind.ERASURE,
        EntryKind.RIGHTS_REQUEST,
        EntryKind.RIGHTS_DECISION,
        EntryKind.STAFF_ACT,
    }
)

_LOST: Final = frozenset(
    {
        EntryKind.KEY_CREATED,
        EntryKind.RESIDENT_REGISTERED,
        EntryKind.DEPOSIT,
        EntryKind.CONSENT_GIVEN,
        EntryKind.MANDATE_GIVEN,
        EntryKind.CONTACT_CHANGED,
        EntryKind.PROVIDER_REGISTERED,
        EntryKind.KEY_EPOCH,
    }
)
"""What a log cannot bring back: it holds no data and no key."""


@dataclass
class Repeated:
    """What was done again, and what is lost: it came after the backup, and no log holds it."""

    withdrawn: int = 0
    erased: int = 0
    stopped: int = 0
    spends: int = 0
    unknown: int = 0
    """Entries about residents whose keys the backup does not have."""
    lost: Counter[str] = field(default_factory=Counter)
    """By kind of entry, at most: what waited for its index at the backup is in it and here."""
    staff: int = 0
    """Proxies that ended, holds that were set or released."""
    todo: list[str] = field(default_factory=list)
    """What else staff did, for staff to do again."""


@dataclass(frozen=True)
class Repeat:
    """Carry out again what entries say.  Doing it twice changes nothing more.

    `erase` destroys a resident's data key as any erasure does, with an entry of its own.
    """

    units: Units
    keyservice: KeyService
    genuine: Genuine
    notify: Notify
    erase: Erase
    statistics: Mapping[str, Statistic]

    async def __call__(self, entries: Sequence[KeptEntry], told: Repeated) -> None:
        """Repeat some entries, in their order.

        Raises:
            LogTamperedError: an entry is not about the resident it stands with.
            UnavailableError: a database is away.
        """
        for kept in entries:
            if not kept.effect:
                continue
            kind, at, shown = _shown(kept)
            if kind in _RESIDENTS_OWN and kept.resident is not None:
                await self._for_resident(kept, kept.resident, told)
            elif kind is EntryKind.PUBLICATION and shown.get("step") == "spend":
                told.spends += await self._spend(str(shown.get("release", "")), at)
            elif kind is EntryKind.STAFF_ACT:
                told.todo.append(" ".join(f"{name}={value}" for name, value in shown.items()))
            elif kind in _LOST:
                told.lost[kind.value] += 1

    async def _for_resident(self, kept: KeptEntry, resident: ResidentId, told: Repeated) -> None:
        try:
            opened = (await self.keyservice.open([resident]))[resident]
            entry = _opened(kept, opened)
        except KeyMissingError:
            # Registered after the backup, or erased for good: nothing of theirs opens.
            told.unknown += 1
            return
        if entry.resident != resident:
            raise LogTamperedError("an entry of the log stands with another resident")
        if entry.kind is EntryKind.CONSENT_WITHDRAWN:
            told.withdrawn += await self._withdraw(resident, entry)
        elif entry.kind is EntryKind.CONSENT_NARROWED:
            told.withdrawn += await self._end_wider(resident, entry)
        elif entry.kind in {EntryKind.MANDATE_NARROWED, EntryKind.MANDATE_STOPPED}:
            told.withdrawn += await self._stop_mandate(resident, entry)
        elif entry.kind is EntryKind.ERASURE:
            told.erased += await self._erase(resident, opened)
        elif entry.kind is EntryKind.STAFF_ACT:
            await self._staff(resident, entry, told)
        elif Right(str(entry.shown["right"])) in STOPPING:
            told.stopped += await self._stop(resident, entry)
        else:
            told.lost[entry.kind.value] += 1

    async def _withdraw(self, resident: ResidentId, entry: Entry) -> bool:
        consent_id = ConsentId(UUID(str(entry.hidden["consent"])))
        async with self.units() as unit:
            ended = await consents.withdraw(unit, resident, consent_id, entry.at)
            if ended is not None:
                await self._tell_again(unit, ended, entry)
                await consents.mark(unit, await self.genuine.mark([ended]))
            await unit.commit()
        return ended is not None

    async def _end_wider(self, resident: ResidentId, entry: Entry) -> bool:
        """End a consent that came back wider than its resident had left it.

        An entry does not hold every term: what cannot be narrowed again is withdrawn, and
        the resident may give it anew.
        """
        consent_id = ConsentId(UUID(str(entry.hidden["consent"])))
        async with self.units() as unit:
            held = await consents.one(unit, resident, consent_id)
            if held is None or held.version >= int(entry.hidden["version"]):
                return False
            ended = await consents.withdraw(unit, resident, consent_id, entry.at)
            if ended is not None:
                items, afterwards = ended.terms.items, Afterwards.DELETE
                ending = Ending(ended, NoticeKind.WITHDRAWN, items, afterwards)
                await self.notify(unit, [ending], entry.at)
                await consents.mark(unit, await self.genuine.mark([ended]))
            await unit.commit()
        return ended is not None

    async def _stop_mandate(self, resident: ResidentId, entry: Entry) -> bool:
        """Stop a mandate that came back as it was before its resident narrowed or stopped it."""
        mandate_id = MandateId(UUID(str(entry.hidden["mandate"])))
        async with self.units() as unit:
            held = await mandates.one(unit, resident, mandate_id, lock=True)
            if (
                held is None
                or held.stopped_at is not None
                or held.version >= int(entry.hidden["version"])
            ):
                return False
            drawn = replace(held, version=held.version + 1, stopped_at=entry.at)
            stopped = await self.genuine.mark_mandate(drawn)
            await mandates.change(unit, stopped, entry.at, GivenBy.SELF)
            await unit.commit()
        return True

    async def _tell_again(self, unit: Unit, ended: Consent, entry: Entry) -> None:
        """Write the notice of a withdrawal again, if it had one."""
        name = entry.hidden.get("notice")
        if name is None:
            return
        afterwards = Afterwards(str(entry.shown["afterwards"]))
        ending = Ending(ended, NoticeKind.WITHDRAWN, ended.terms.items, afterwards)
        await self.notify.again(unit, ending, NoticeId(UUID(str(name))), entry.at)

    async def _erase(self, resident: ResidentId, opened: OpenedResident) -> bool:
        if opened.erased:
            return False  # by an earlier try of this replay
        await self.erase(resident)
        return True

    async def _staff(self, resident: ResidentId, entry: Entry, told: Repeated) -> None:
        async with self.units() as unit:
            changed = await repeat_staff_act(unit, resident, entry)
            await unit.commit()
        if changed is None:
            told.lost[str(entry.shown.get("what"))] += 1
        else:
            told.staff += changed

    async def _stop(self, resident: ResidentId, entry: Entry) -> bool:
        told = _request(resident, entry)
        async with self.units() as unit:
            held = await requests.one(unit, resident, told.request_id, lock=True)
            if held is None:
                await requests.add(unit, told)
            elif told.steps[0] not in held.steps:
                await requests.keep(unit, replace(held, steps=(*held.steps, told.steps[0])))
            else:
                return False
            await unit.commit()
        return True

    async def _spend(self, release: str, at: datetime) -> bool:
        """Take again what a release has cost: a budget is not given back by a restore."""
        for statistic in self.statistics.values():
            if release.startswith(f"{statistic.code}-"):
                wanted = statistic.epsilon.release
                epsilon = (wanted.numerator, wanted.denominator)
                async with self.units() as unit:
                    missing = await repairs.add_spend_again(
                        unit, release, statistic.code, epsilon, at
                    )
                    await unit.commit()
                return missing
        raise LogTamperedError("the log tells of a statistic that the policies do not know")


def _shown(kept: KeptEntry) -> tuple[EntryKind, datetime, dict[str, str | int]]:
    openings = check_shown(kept.shown, Leaf.parse(kept.leaf)).openings
    fields = {opening.name: opening.value for opening in openings}
    try:
        kind = EntryKind(str(fields.pop("kind")))
    except ValueError:
        raise ConflictError(
            "the log tells of something that this release does not know; use the one that wrote it"
        ) from None
    return kind, datetime.fromisoformat(str(fields.pop("at"))), fields


def _opened(kept: KeptEntry, opened: OpenedResident) -> Entry:
    entry, _ = open_sealed(opened.log_key(), kept.sealed, Leaf.parse(kept.leaf))
    return entry


def _request(resident: ResidentId, entry: Entry) -> RightsRequest:
    """Return the request an entry tells of, as it stood after that step alone."""
    provider = str(entry.hidden["provider"])
    by, status = str(entry.shown["by"]), Status(str(entry.shown["status"]))
    return RightsRequest(
        request_id=UUID(str(entry.shown["request"])),
        resident=resident,
        right=Right(str(entry.shown["right"])),
        by=GivenBy(by) if by in set(GivenBy) else GivenBy.SELF,
        subject=Subject(
            category=str(entry.hidden["category"]),
            provider=ProviderId(UUID(provider)) if provider else None,
            purpose=str(entry.hidden["purpose"]),
        ),
        due=date.fromisoformat(str(entry.shown["due"])),
        steps=(Step(entry.at, status, by, str(entry.shown.get("reasons", ""))),),
    )
