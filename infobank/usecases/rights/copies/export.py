"""Hand a resident everything the bank holds about her, in one archive."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from infobank.accesslog.entry import EntryRef
from infobank.accounts.errors import RightsRequestOverError
from infobank.accounts.rights import Right, RightsRequest, Status
from infobank.clock import day_in
from infobank.db import accounts
from infobank.db.consenting import mandates, told
from infobank.db.notices import outbox
from infobank.db.unit import Units
from infobank.usecases.accesslog.prove import Prove
from infobank.usecases.accesslog.record import Record as RecordEntry
from infobank.usecases.consent.review import ReviewConsents
from infobank.usecases.rights.copies import leaflet
from infobank.usecases.rights.copies.archive import ArchiveWriter
from infobank.usecases.rights.copies.documents import (
    both_forms,
    consents_csv,
    consents_json,
    mandate_members,
    notice_members,
    requests_json,
    told_members,
)
from infobank.usecases.rights.copies.tables import schema_of, to_csv, to_json
from infobank.usecases.rights.desk import Desk
from infobank.usecases.rights.entries import export_entry
from infobank.usecases.rights.trail import Trail
from infobank.usecases.vault.alarm import Alarm
from infobank.usecases.vault.deposit import EARLIEST
from infobank.usecases.vault.keyservice import KeyService, OpenedResident, Wanted
from infobank.usecases.vault.shelf import Released, read_records, read_shelves
from infobank.vocabulary.category import Category, Record
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.policies import Policies

FORMAT = "infobank-export/1"


@dataclass(frozen=True)
class Export:
    """Take requests for a copy, and make the archive when it is fetched.

    It is made then, and not before: what waits nowhere cannot be stolen, is in no backup,
    and is never older than the fetching.

    `log_key` is the log's public key; `verifier` is where the offline verifier is had.
    """

    units: Units
    desk: Desk
    keyservice: KeyService
    record: RecordEntry
    alarm: Alarm
    prove: Prove
    review: ReviewConsents
    policies: Policies
    tenant: UUID
    log_key: str
    verifier: str

    async def ask(self, resident: ResidentId, by: GivenBy) -> RightsRequest:
        """Take a request; its archive may be fetched at once, until its deadline."""
        request = self.desk.begin(resident, Right.EXPORT, by, Status.READY)
        async with self.units() as unit:
            await self.desk.enter(unit, request)
            await unit.commit()
        return request

    async def fetch(
        self, resident: ResidentId, by: GivenBy, request_id: UUID
    ) -> AsyncIterator[bytes]:
        """Record that the archive leaves, then return its bytes as they are made.

        INVARIANT: the keys of the records are released against that entry, so none opens
        before it is durable.

        Raises:
            UnknownRightsRequestError: the resident made no such request.
            RightsRequestOverError: its time is over; she may ask again.
            SealBrokenError: what is stored is not what was deposited.
        """
        async with self.units() as unit:
            request = await self.desk.locked(unit, resident, request_id)
            if not request.fetchable(day_in(self.desk.zone, self.desk.clock.now())):
                raise RightsRequestOverError("this copy can be fetched no more; ask for another")
            if request.status is Status.READY:
                request = await self.desk.move(unit, request, Status.CARRIED_OUT, by.value)
            (permit,) = await self.record(unit, export_entry(request))
            await unit.commit()
        opened = await self.keyservice.open([resident])
        released = await self._release(resident, permit)
        return self._written(request, opened[resident], released)

    async def _release(self, resident: ResidentId, permit: EntryRef) -> list[Released]:
        """Return each category the resident has something of, with its key."""
        reading = read_shelves(self.units.direct, self.keyservice.open, self.tenant, [resident])
        manifest = (await self.alarm.over(resident, reading))[resident].manifest
        held = {entry.category for entry in manifest.entries}
        found = [each for each in self.policies.categories.values() if each.number in held]
        keys = await self.keyservice.release(
            [Wanted(resident, category.number, permit) for category in found]
        )
        everything = Period(EARLIEST, date.max)
        return [
            Released(category, everything, {resident: key})
            for category, key in zip(found, keys, strict=True)
        ]

    async def _written(
        self, request: RightsRequest, opened: OpenedResident, released: Sequence[Released]
    ) -> AsyncIterator[bytes]:
        now = self.desk.clock.now()
        about = {
            "format": FORMAT,
            "request": str(request.request_id),
            "made_at": now.isoformat(),
            "policies": self.policies.digest.hex(),
        }
        made_at = now.astimezone(ZoneInfo(self.desk.zone))
        writer = ArchiveWriter(made_at, about)
        for name, words in (("README.ja.txt", leaflet.JA), ("README.en.txt", leaflet.EN)):
            said = words.format(made_at=_minute(made_at), verifier=self.verifier)
            yield writer.add(name, said)
        for part in released:
            records = await self._records(request.resident, opened, part)
            for name, content in _files(part.category, records):
                yield writer.add(f"records/{name}", content)
        async for part_of_rest in self._rest(writer, request, opened):
            yield part_of_rest
        yield writer.end()

    async def _records(
        self, resident: ResidentId, opened: OpenedResident, part: Released
    ) -> list[Record]:
        """Open one category; one at a time, so that no two are in memory together."""
        reading = read_records(
            self.units.direct, self.keyservice, self.tenant, {resident: opened}, [part]
        )
        (found,) = await self.alarm.over(resident, reading)
        return found[resident]

    async def _rest(
        self, writer: ArchiveWriter, request: RightsRequest, opened: OpenedResident
    ) -> AsyncIterator[bytes]:
        """Yield consents, mandates, notices, requests and the history with its proofs."""
        resident = request.resident
        consents = await self.review.of_resident(resident)
        yield writer.add("consents.json", consents_json(consents))
        yield writer.add("consents.csv", consents_csv(consents))
        for name, content in await self._mandates(resident):
            yield writer.add(name, content)
        yield writer.add("requests.json", requests_json(await self.desk.all(resident)))
        trail = Trail(self.units, self.prove, resident, opened.log_key())
        lines = [line async for line in trail.lines()]
        yield writer.add("history/history.jsonl", "".join(f"{line}\n" for line in lines))
        yield writer.add("history/log-key.txt", f"{self.log_key}\n")
        newest = await self.prove.checkpoint()
        yield writer.add("history/checkpoint", newest.note)
        async for index, proof in trail.proofs(newest):
            yield writer.add(f"history/proofs/{index}.tlog-proof", proof)

    async def _mandates(self, resident: ResidentId) -> list[tuple[str, str]]:
        """Return her mandates, what she was told of them, and what recipients were told."""
        async with self.units() as unit:
            known = {each.provider_id: each.name for each in await accounts.all_providers(unit)}
            given = await mandates.of_resident(unit, resident)
            said = await told.of_resident(unit, resident)
            sent = await outbox.of_resident(unit, resident)
        return [
            *both_forms("mandates", [mandate_members(each) for each in given]),
            *both_forms("told", [told_members(each, known[each.provider]) for each in said]),
            *both_forms(
                "notices", [notice_members(each, known[each.notice.provider]) for each in sent]
            ),
        ]


def _files(category: Category, records: Sequence[Record]) -> tuple[tuple[str, str], ...]:
    return (
        (f"{category.code}.csv", to_csv(category, records)),
        (f"{category.code}.json", to_json(category, records)),
        (f"{category.code}.schema.json", schema_of(category)),
    )


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}"
