"""Look whether all that is stored is what was deposited, resident by resident."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.across import shelves
from infobank.db.rotation.rewrapping import LAST
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.custody.caretaker import Caretaker
from infobank.usecases.custody.evidence import Evidence, Faults
from infobank.usecases.vault.keyservice import OpenedResident
from infobank.vault.inspection import Fault
from infobank.vocabulary.identifiers import ResidentId

BATCH: Final = 200
"""Residents looked at together: what bounds memory."""


@dataclass(frozen=True)
class Step:
    """One batch: how many residents were looked at, up to which, and what was found."""

    looked: int
    last: UUID
    found: Faults


@dataclass(frozen=True)
class Scrub:
    """Compare what is stored of every resident with what counts; open no record.

    Deposits go on meanwhile.  So what looks wrong is looked at again while no deposit can
    come between, and only what is wrong then is a finding.
    """

    units: Units
    caretaker: Caretaker
    evidence: Evidence
    record: Record
    clock: Clock

    async def __call__(self, after: UUID) -> Step:
        """Look at the residents after one; log an alarm, durably, for each finding.

        Raises:
            UnavailableError: a database or the key service is away; the step may come again.
        """
        listed = await self.caretaker.residents(after, BATCH)
        last = listed[-1] if len(listed) == BATCH else LAST
        stored = await shelves.present(self.units.direct, after, last)
        residents = sorted({*listed, *stored})
        surveyed = await self.caretaker.survey(residents)
        async with self.units() as unit:
            suspects = await self.evidence(unit, residents, surveyed)
        looked = {resident: await self._look_again(resident) for resident in suspects}
        found = {resident: faults for resident, faults in looked.items() if faults}
        return Step(len(residents), last, found)

    async def _look_again(self, resident: ResidentId) -> frozenset[Fault]:
        async with self.units() as unit:
            await accounts.lock_residents(unit, [resident])
            # INVARIANT: asked under the lock, so that no deposit comes between.
            surveyed = await self.caretaker.survey([resident])
            faults = (await self.evidence(unit, [resident], surveyed)).get(resident, frozenset())
            if faults:
                await self._alarm(unit, resident, surveyed.get(resident), faults)
                await unit.commit()
        return faults

    async def _alarm(
        self,
        unit: Unit,
        resident: ResidentId,
        opened: OpenedResident | None,
        faults: Iterable[Fault],
    ) -> None:
        """Log each fault: in the resident's own history where an entry can be sealed for her."""
        sealable = opened is not None and opened.material()[0] is not None
        about, now = resident if sealable else None, self.clock.now()
        entries = [
            Entry(EntryKind.ALARM, now, about, {"what": fault.value}, {})
            for fault in sorted(faults)
        ]
        await self.record(unit, *entries, opened={} if opened is None else {resident: opened})
