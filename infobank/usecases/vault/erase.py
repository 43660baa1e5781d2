"""Erase a resident, for good: the key first, then what it sealed, and a receipt for it.

No commit spans both databases.  So the intent is durable first, with every way in closed;
then the key is destroyed; then the rows go and the receipt is kept.  `finish_interrupted`
carries on what a crash cut off, from wherever it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind, EntryRef, FieldValue
from infobank.accounts.errors import HeldError
from infobank.clock import Clock, day_in
from infobank.consent.consent import Consent
from infobank.consent.ending.notice import Afterwards, Notice, NoticeKind
from infobank.db import accounts
from infobank.db import consent as consents
from infobank.db.ending import erasures, holds
from infobank.db.ending.erasures import Erasure
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.accounts.homes import move_out
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.consent.give import consent_entry
from infobank.usecases.consent.lessen import drain
from infobank.usecases.notices.notify import Ending, Notify, noticed
from infobank.usecases.rights.entries import by_whom
from infobank.usecases.vault.keyservice import Destroyed, KeyService
from infobank.vault.ending.receipt import ErasureReceipt, SignedReceipt
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ResidentId

FRESH: Final = timedelta(seconds=20)
"""How long the entry of an erasure is shown to the key service, which believes it for 30 s."""

INTERRUPTED: Final = timedelta(minutes=1)
"""After this long an erasure that is not done was interrupted, and is carried on."""

MOST_AT_ONCE: Final = 100
"""Interrupted erasures that are carried on in one go."""


@dataclass(frozen=True)
class Erase:
    """Destroy a resident's data key (NIST SP 800-88r2: cryptographic erase) and all her rows.

    The access log keeps its leaves, so old proofs verify; its sealed entries about her open
    no more, but for the provision records, which two holders open until the day the law says.
    """

    units: Units
    record: Record
    keyservice: KeyService
    clock: Clock
    entropy: Entropy
    rules: RetentionPolicy
    tenant: UUID
    zone: str
    notify: Notify

    async def __call__(self, resident: ResidentId, by: GivenBy = GivenBy.SELF) -> SignedReceipt:
        """Erase a resident; a second time returns the same receipt.

        When this returns nothing of hers opens, on any node, requests in flight included.

        Raises:
            HeldError: a legal hold stands; nothing was changed.
            KeyMissingError: there is no such resident.
        """
        await drain(self.units, await self._begin(resident, by))
        return await self._carry_out(resident)

    async def finish_interrupted(self) -> int:
        """Carry on erasures that a crash cut off; return how many there were."""
        async with self.units() as unit:
            before = self.clock.now() - INTERRUPTED
            found = await erasures.unfinished(unit, before, MOST_AT_ONCE)
        for resident in found:
            await self._carry_out(resident)
        return len(found)

    async def receipt(self, receipt_id: UUID) -> tuple[SignedReceipt, EntryRef]:
        """Return a receipt by its number, with the name of the log entry that states it.

        Raises:
            NotFoundError: there is none, or its erasure is not complete.
        """
        async with self.units() as unit:
            found = await erasures.of_receipt(unit, receipt_id)
        signed = _signed(found)
        if found is None or signed is None:
            raise NotFoundError("there is no such receipt")
        return signed, found.entry

    async def _begin(self, resident: ResidentId, by: GivenBy) -> Sequence[Consent]:
        """Make the intent durable, unless it is; return the consents that ended with it."""
        now = self.clock.now()
        async with self.units() as unit:
            await accounts.lock_residents(unit, [resident])
            if await erasures.of_resident(unit, resident) is not None:
                return ()
            # INVARIANT: a hold is set under the same lock, so none is overlooked.
            if await holds.held(unit, [resident]):
                raise HeldError("a legal hold stands: nothing may be erased until it is released")
            withdrawn = await erasures.withdraw_all(unit, resident, now)
            told = await self._tell(unit, resident, now)
            await erasures.shut_out(unit, resident, now)
            until = await self._provision_until(unit, resident, now)
            ended = [_ended(each, by, told.get(each.consent_id)) for each in withdrawn]
            refs = await self.record(unit, *ended, _entry(resident, now, until, by_whom(by)))
            begun = Erasure(resident, new_uuid(self.entropy), now, refs[-1])
            await erasures.begin(unit, begun)
            await unit.commit()
        return withdrawn

    async def _tell(
        self, unit: Unit, resident: ResidentId, now: datetime
    ) -> Mapping[ConsentId, Notice]:
        """Tell every recipient that may still have something of hers to delete it."""
        held = await consents.of_resident(unit, resident)
        endings = [
            Ending(each, NoticeKind.ERASURE, each.terms.items, Afterwards.DELETE)
            for each in held
            if now < _kept_until(each)
        ]
        return await self.notify(unit, endings, now)

    async def _carry_out(self, resident: ResidentId) -> SignedReceipt:
        """Do what is left of an erasure that was begun; each step may be done twice."""
        entry = await self._entry(resident)
        async with self.units() as unit:
            # INVARIANT: the key goes under the resident's lock: no deposit is half done then.
            await accounts.lock_residents(unit, [resident])
            begun = await erasures.of_resident(unit, resident, lock=True)
            if begun is None:
                raise NotFoundError("no erasure was begun")
            destroyed = await self.keyservice.destroy(resident, entry)
            kept = _signed(begun)
            if kept is not None:
                return kept
            signed = await self._receipt(begun, destroyed)
            await move_out(unit, MarkCircumstances(self.keyservice), resident)
            await erasures.delete_rows(unit, resident)
            # INVARIANT: about nobody: nothing can be sealed for her any more.
            now = self.clock.now()
            (ref,) = await self.record(unit, _destroyed(signed, now))
            await erasures.finish(unit, resident, now, ref, signed)
            await unit.commit()
        return signed

    async def _entry(self, resident: ResidentId) -> EntryRef:
        """Return an entry that the key service believes: the intent's own, or a newer one."""
        opened = (await self.keyservice.open([resident]))[resident]
        now = self.clock.now()
        async with self.units() as unit:
            begun = await erasures.of_resident(unit, resident)
            if begun is None:
                raise NotFoundError("no erasure was begun")
            # A finished erasure names the entry of its receipt, which permits nothing.
            fresh = _signed(begun) is None and now - begun.begun_at <= FRESH
            if opened.erased or fresh:
                return begun.entry
            until = await self._provision_until(unit, resident, now)
            (entry,) = await self.record(unit, _entry(resident, now, until, {"resumed": 1}))
            await unit.commit()
        return entry

    async def _provision_until(
        self, unit: Unit, resident: ResidentId, now: datetime
    ) -> date | None:
        """Return until when provision records are kept; None when there are none to keep."""
        last = await erasures.last_provision(unit, resident)
        if last is None:
            return None
        until = self.rules.provision_until(day_in(self.zone, last))
        return until if until >= day_in(self.zone, now) else None

    async def _receipt(self, begun: Erasure, destroyed: Destroyed) -> SignedReceipt:
        erased_on = day_in(self.zone, destroyed.at)
        planned = day_in(self.zone, destroyed.epoch_begun) + timedelta(days=self.rules.epoch_days)
        document = ErasureReceipt(
            receipt_id=begun.receipt_id,
            tenant=self.tenant,
            erased_at=destroyed.at,
            epoch=destroyed.epoch,
            # An epoch that is overdue ends next; it never ended before the erasure.
            backups_until=max(planned, erased_on + timedelta(days=1)),
            log_key=destroyed.log_key,
            holders=destroyed.holders,
            provision_until=destroyed.provision_until,
        ).encode()
        return SignedReceipt(document, await self.keyservice.sign(document))


def _signed(erasure: Erasure | None) -> SignedReceipt | None:
    if erasure is None or erasure.document is None or erasure.signature is None:
        return None
    return SignedReceipt(erasure.document, erasure.signature)


def _kept_until(consent: Consent) -> datetime:
    """Return until when the recipient promised at most to keep what it received."""
    ended = consent.terms.valid_until
    if consent.withdrawn_at is not None:
        ended = min(ended, consent.withdrawn_at)
    return ended + timedelta(days=consent.terms.retention_days)


def _ended(consent: Consent, by: GivenBy, notice: Notice | None) -> Entry:
    entry = consent_entry(EntryKind.CONSENT_WITHDRAWN, consent, by)
    return noticed(entry, Afterwards.DELETE, notice)


def _entry(
    resident: ResidentId, now: datetime, until: date | None, more: Mapping[str, FieldValue]
) -> Entry:
    shown: dict[str, FieldValue] = {"provision_until": until.isoformat() if until else "", **more}
    return Entry(EntryKind.ERASURE, now, resident, shown, {})


def _destroyed(signed: SignedReceipt, now: datetime) -> Entry:
    receipt = signed.receipt
    shown: dict[str, FieldValue] = {
        "receipt": str(receipt.receipt_id),
        "receipt_digest": signed.digest,
        "epoch": receipt.epoch,
        "backups_until": receipt.backups_until.isoformat(),
    }
    return Entry(EntryKind.KEY_DESTROYED, now, None, shown, {})
