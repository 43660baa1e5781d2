"""The key service itself: the only code that holds root and shard keys."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infobank.accesslog.entry import Entry, EntryRef
from infobank.clock import Clock
from infobank.db import keys
from infobank.db.across.permits import ENTRIES, PERMITS, AskedPermit, KeptPermit, kept_permits
from infobank.db.ending.destroyed import Escrow
from infobank.db.keys import KeptKeys, Move
from infobank.db.rotation import epochs, renewals
from infobank.db.rotation.epochs import EpochLife
from infobank.db.unit import Units
from infobank.entropy import Entropy
from infobank.errors import ConflictError
from infobank.keystore.service.alarms import Alarms
from infobank.keystore.service.destruction import Destruction
from infobank.keystore.service.inforce import InForce
from infobank.keystore.service.permits import OvertakenError, Permits
from infobank.keystore.service.shards import Shards
from infobank.keystore.service.survey import Survey, knowable
from infobank.oauth.subject import pairwise_subject
from infobank.usecases.vault.keyservice import (
    EXPORT,
    Destroyed,
    OpenedResident,
    Row,
    Settled,
    Wanted,
    residents_digest,
)
from infobank.vault.bankkeys import PREFIX_LENGTH, BankKeys, WriterKeys
from infobank.vault.errors import KeyMissingError, KeyRefusedError, SealBrokenError
from infobank.vault.keyring import (
    ResidentKeys,
    WrappedResidentKeys,
    new_resident_keys,
    shard_of,
)
from infobank.vocabulary.identifiers import ProviderId, ResidentId

STEP = 0.01
"""Seconds.  A refusal is told at a whole number of steps after it was asked for."""


@dataclass(frozen=True)
class KeyCore:
    """Do what `infobank.usecases.vault.keyservice.KeyService` promises, in this process.

    `units` reaches the keys' database, `records` the records' one, of which this role may
    read entries, consents and providers and write entries.  Shard keys stay in memory once
    opened; resident keys are opened for each call and wiped before it returns.
    """

    units: Units
    records: Units
    shards: Shards
    bank: BankKeys
    alarms: Alarms
    destruction: Destruction
    rules: InForce
    tenant: UUID
    clock: Clock
    entropy: Entropy

    async def writer(self) -> WriterKeys:
        """Return the log-writing keys of a process that has none yet."""
        return self.bank.writer_keys(self.entropy.bytes(PREFIX_LENGTH))

    async def writers(self, prefixes: Sequence[bytes]) -> list[WriterKeys]:
        """Return other processes' log-writing keys."""
        return [self.bank.writer_keys(prefix) for prefix in prefixes]

    async def create(self, residents: Sequence[ResidentId]) -> None:
        """Make random keys for new residents, durably."""
        try:
            await self._create(residents, await self.shards.epoch())
        except ConflictError:  # an epoch was left within the second for which it is believed
            await self._create(residents, await self.shards.epoch(anew=True))

    async def open(self, residents: Sequence[ResidentId]) -> dict[ResidentId, OpenedResident]:
        """Open what may be known of residents without opening a record."""
        kept = await self._kept(residents)
        await self.alarms.look_for_decoys(residents)
        opened = {}
        for resident, row in kept.items():
            with await self._opened(resident, row) as found:
                opened[resident] = knowable(found, row)
        return opened

    async def release(self, wanted: Sequence[Wanted]) -> list[bytes]:
        """Give out category keys, each against its durable entry, in the order asked."""
        await self.alarms.look_for_decoys({each.resident for each in wanted})
        return await self._released(wanted, self._permits())

    async def announce(self, moves: Sequence[Move]) -> None:
        """Note, durably, which manifest a deposit is about to write."""
        noted = await keys.announce(self.units.direct, moves)
        if len(noted) < len({move.resident for move in moves}):
            await self.alarms.sound("stale_manifest")
            raise SealBrokenError

    async def confirm(self, written: Sequence[tuple[ResidentId, int]]) -> None:
        """Note that announced manifests were written."""
        await keys.confirm(self.units.direct, written)

    async def index(self, name: str, identifiers: Sequence[tuple[str, str]]) -> list[bytes]:
        """Return the blind index of each identifier in a named index."""
        return self.bank.indexes(name, identifiers)

    async def pairwise(self, provider: ProviderId, residents: Sequence[ResidentId]) -> list[str]:
        """Return the names by which a provider knows residents."""
        key = self.bank.pairwise_key()
        return [pairwise_subject(key, provider, resident) for resident in residents]

    async def authenticate(self, rows: Sequence[Row]) -> list[bytes]:
        """Return the MAC of each row."""
        return [self.bank.row_mac(row.kind, row.content) for row in rows]

    async def check(self, rows: Sequence[Row]) -> list[bool]:
        """Tell of each row whether it carries the MAC it must."""
        genuine = [self.bank.check_row(row.kind, row.content, row.mac) for row in rows]
        if not all(genuine):
            await self.alarms.sound("row_not_genuine")
        return genuine

    async def destroy(self, resident: ResidentId, permit: EntryRef) -> Destroyed:
        """Destroy a resident's data key, against a durable entry that says so."""
        try:
            return await self.destruction.destroy(resident, permit, self._permits())
        except KeyRefusedError:
            await self.alarms.sound("key_refused")
            raise

    async def settle(self) -> Settled:
        """Destroy the log keys whose time is over, and give to the holders those that wait."""
        return await self.destruction.settle()

    async def residents(self, after: UUID, limit: int) -> list[ResidentId]:
        """Return who has keys, in order."""
        return await self._survey.residents(after, limit)

    async def survey(
        self, residents: Sequence[ResidentId]
    ) -> dict[ResidentId, OpenedResident | None]:
        """Open what may be known of residents, for the caretaker."""
        return await self._survey.survey(residents)

    async def retire(self, wanted: Sequence[Wanted]) -> list[bytes]:
        """Give out category keys against the entries of retention alone."""
        return await self._released(wanted, replace(self._permits(), retiring=True))

    async def add_decoys(self, residents: Sequence[ResidentId]) -> None:
        """Note residents as decoys."""
        await self._survey.add_decoys(residents)

    async def escrow(self, resident: ResidentId) -> Escrow | None:
        """Return an erased resident's log key as two holders open it."""
        return await self.destruction.escrow(resident)

    async def epochs(self) -> list[EpochLife]:
        """Return the lives of the root keys."""
        return await epochs.lives(self.units.direct)

    async def sign(self, document: bytes) -> bytes:
        """Return the Ed25519 signature under a receipt."""
        return self.bank.receipt_key().sign(document)

    async def receipt_key(self) -> bytes:
        """Return the public key that checks receipts."""
        public = self.bank.receipt_key().public_key()
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw)

    async def warm(self) -> None:
        """Connect, prepare and open what the first callers would otherwise wait for."""
        await self.units.direct.warm({keys.WRAPPED: 1, keys.DECOYS: 0, epochs.LIVING: 0})
        await self.records.direct.warm({PERMITS: 4, ENTRIES: 2})
        await self.shards.open_all()

    async def reachable(self) -> None:
        """Return when keystore and key database are fit for work."""
        await renewals.check_none(self.units.direct)
        await self.shards.epoch()

    async def _create(self, residents: Sequence[ResidentId], epoch: int) -> None:
        groups = defaultdict(list)
        for resident in residents:
            groups[shard_of(resident)].append(resident)
        wrapped: dict[ResidentId, WrappedResidentKeys] = {}
        for number, members in groups.items():
            shard = await self.shards.open(epoch, number)
            await self.shards.count(epoch, number, 2 * len(members))
            for resident in members:
                made, wrapped[resident] = new_resident_keys(shard, resident)
                made.wipe()
        if wrapped:
            async with self.units() as unit:
                await keys.add_resident_keys(unit, wrapped)
                await unit.commit()

    async def _released(self, wanted: Sequence[Wanted], judge: Permits) -> list[bytes]:
        asked = [AskedPermit(each.permit, each.resident, each.consent) for each in wanted]
        # INVARIANT: erased, unknown, broken and not permitted are one answer, after the same steps
        # and at a full step of time: both databases are asked, and one alarm is durable.
        begun = asyncio.get_running_loop().time()
        rows, permits = await asyncio.gather(
            keys.kept_keys(self.units.direct, sorted({each.resident for each in wanted})),
            kept_permits(self.records.direct, asked),
        )
        try:
            return await self._judged(judge, wanted, permits, rows)
        except OvertakenError:
            pass  # A withdrawal that came between is no reason for an alarm.
        except (KeyRefusedError, KeyMissingError):
            await self.alarms.sound("key_refused")
        except SealBrokenError:
            await self.alarms.sound("key_broken")
        await _full_step(begun)
        raise KeyRefusedError

    async def _judged(
        self,
        judge: Permits,
        wanted: Sequence[Wanted],
        permits: Sequence[KeptPermit | None],
        rows: dict[ResidentId, KeptKeys],
    ) -> list[bytes]:
        """Return the keys that the stored entries permit.

        Raises:
            KeyRefusedError: one entry does not permit what it is shown for, or there is no key.
            SealBrokenError: a key is not what was stored.
        """
        together = _digests(wanted)
        released = []
        shared: dict[EntryRef, Entry] = {}  # one about nobody may permit thousands: opened once
        for each, kept in zip(wanted, permits, strict=True):
            # INVARIANT: no key is opened for an entry about somebody else: whether there is one,
            # and whether it is whole, makes no difference then.
            if kept is None or kept.about not in {None, each.resident}:
                raise KeyRefusedError
            if each.resident not in rows:
                raise KeyRefusedError
            wrapped = rows[each.resident].wrapped
            with await self.shards.open_keys(each.resident, wrapped) as found:
                entry = shared.get(each.permit)
                if entry is None:
                    entry = judge.opened(kept, found.log_key() if kept.about else None)
                if kept.about is None:
                    shared[each.permit] = entry
                judge.check(entry, each, kept, together[each.permit])
                released.append(
                    found.export_key()
                    if each.category == EXPORT
                    else found.category_key(each.category)
                )
        return released

    @property
    def _survey(self) -> Survey:
        return Survey(self.units, self.shards, self.bank)

    def _permits(self) -> Permits:
        return Permits(self.bank, self.rules.policies, self.clock.now())

    async def _kept(self, residents: Iterable[ResidentId]) -> dict[ResidentId, KeptKeys]:
        named = set(residents)
        found = await keys.kept_keys(self.units.direct, sorted(named))
        if len(found) < len(named):
            raise KeyMissingError("a resident has no key")
        return found

    async def _opened(self, resident: ResidentId, row: KeptKeys) -> ResidentKeys:
        try:
            return await self.shards.open_keys(resident, row.wrapped)
        except SealBrokenError:
            await self.alarms.sound("key_broken")
            raise


async def _full_step(begun: float) -> None:
    """Wait until a whole number of steps has passed since an instant of the loop's clock."""
    passed = asyncio.get_running_loop().time() - begun
    await asyncio.sleep(STEP - passed % STEP)


def _digests(wanted: Sequence[Wanted]) -> dict[EntryRef, str]:
    """Return, per entry, the digest of all residents for whom it is shown."""
    shown = defaultdict(list)
    for each in wanted:
        shown[each.permit].append(each.resident)
    return {entry: residents_digest(residents) for entry, residents in shown.items()}
