"""Open an erased resident's provision records: two holders together, and it is logged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.writer import open_sealed
from infobank.clock import Clock
from infobank.db import accesslog
from infobank.db.accesslog import KeptEntry
from infobank.db.ending import erasures
from infobank.db.unit import Units
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.vault.keyservice import KeyService
from infobank.vault.ending.escrow import Escrowed, open_escrow
from infobank.vault.errors import SealBrokenError
from infobank.vocabulary.identifiers import ResidentId

PROVISION: Final = frozenset(
    {EntryKind.PERMIT, EntryKind.CONSENT_GIVEN, EntryKind.CONSENT_WITHDRAWN}
)
"""What the law asks to keep: who got what, when, and by which consent (APPI article 29)."""

PAGE: Final = 1000
"""Entries that are read at once."""


@dataclass(frozen=True)
class ProvisionRecord:
    """One entry: what happened when, and all its fields; `index` is its place in the log."""

    index: int | None
    kind: EntryKind
    at: datetime
    fields: Mapping[str, FieldValue]


@dataclass(frozen=True)
class OpenProvision:
    """Read provision records with two holders' keys; the keys leave this process no more."""

    units: Units
    keyservice: KeyService
    record: Record
    clock: Clock
    tenant: UUID

    async def __call__(
        self, receipt_id: UUID, keys: tuple[X25519PrivateKey, X25519PrivateKey]
    ) -> list[ProvisionRecord]:
        """Return the provision records of the resident whose erasure a receipt states.

        Raises:
            NotFoundError: there is no such receipt, or nothing is in escrow (any more).
            InvalidInputError: the keys are not those of two different holders.
            LogTamperedError: an entry is not the one that was logged.
        """
        async with self.units() as unit:
            erasure = await erasures.of_receipt(unit, receipt_id)
        if erasure is None:
            raise NotFoundError("there is no such receipt")
        log_key = await self._log_key(erasure.resident, keys)
        shown = {"what": "provision_opened", "receipt": str(receipt_id)}
        async with self.units() as unit:
            await self.record(unit, Entry(EntryKind.STAFF_ACT, self.clock.now(), None, shown, {}))
            await unit.commit()
        found = [_opened(log_key, each) for each in await self._entries(erasure.resident)]
        return [each for each in found if each.kind in PROVISION]

    async def _log_key(
        self, resident: ResidentId, keys: tuple[X25519PrivateKey, X25519PrivateKey]
    ) -> bytes:
        escrow = await self.keyservice.escrow(resident)
        if escrow is None:
            raise NotFoundError("nothing of this resident is in escrow, or not any more")
        whose = Escrowed(self.tenant, resident, escrow.version, escrow.until)
        try:
            return open_escrow(keys, whose, escrow.sealed)
        except SealBrokenError:
            raise InvalidInputError(
                "two different holders open it together; these are not their keys"
            ) from None

    async def _entries(self, resident: ResidentId) -> list[KeptEntry]:
        """Return all of a resident's entries that are in effect, oldest first."""
        found: list[KeptEntry] = []
        before: int | None = None
        async with self.units() as unit:
            waiting = await accesslog.waiting_of(unit, resident)
            while page := await accesslog.history(unit, resident, before, PAGE):
                found += page
                before = page[-1].index
        return [each for each in [*found[::-1], *waiting] if each.effect]


def _opened(log_key: bytes, kept: KeptEntry) -> ProvisionRecord:
    entry, _ = open_sealed(log_key, kept.sealed, Leaf.parse(kept.leaf))
    return ProvisionRecord(kept.index, entry.kind, entry.at, {**entry.shown, **entry.hidden})
