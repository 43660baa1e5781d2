"""Retention: carry out, once a day, how long the rules let the bank keep anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock, day_in
from infobank.consent.consent import Consent
from infobank.db.ending import erasures, retention
from infobank.db.unit import Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.custody.caretaker import Caretaker
from infobank.usecases.custody.forget import Forget, Forgotten
from infobank.usecases.custody.trim import Trim, Trimmed
from infobank.usecases.vault.keyservice import Settled
from infobank.vault.ending.retention import RetentionPolicy
from infobank.vocabulary.identifiers import ResidentId

BATCH: Final = 500
"""Residents, or consents, that are looked through at once: what bounds memory."""


@dataclass(frozen=True)
class Retained:
    """What one run did.

    `ended` counts consents whose end was noted, `forgotten` those that were deleted.
    """

    ended: int = 0
    forgotten: int = 0
    besides: Forgotten = field(default_factory=Forgotten)
    trimmed: Trimmed = field(default_factory=Trimmed)
    log_keys: Settled = field(default_factory=lambda: Settled(0, 0))


@dataclass(frozen=True)
class Retain:
    """End what is over.  A run that was cut off goes on where it was."""

    units: Units
    caretaker: Caretaker
    record: Record
    forget: Forget
    trim: Trim
    clock: Clock
    rules: RetentionPolicy
    zone: str

    async def __call__(self) -> Retained | None:
        """Carry out today's run, or what is left of it; None when it is done already.

        Raises:
            UnavailableError: a database or the key service is away; another call goes on.
        """
        now = self.clock.now()
        async with self.units() as unit:
            run = await retention.run_of(unit, day_in(self.zone, now))
            await unit.commit()
        if run.finished_at is not None:
            return None
        ended, forgotten = await self._consents(now)
        besides = await self.forget()
        trimmed = await self._records(run)
        settled = await self._log_keys()
        async with self.units() as unit:
            await retention.finish(unit, run.day, self.clock.now())
            await unit.commit()
        return Retained(ended, forgotten, besides, trimmed, settled)

    async def _records(self, run: retention.Run) -> Trimmed:
        done = Trimmed()
        residents = await self._after(run.reached)
        while residents:
            done += await self.trim(residents, run.day)
            run = replace(run, reached=residents[-1])
            async with self.units() as unit:
                await retention.reach(unit, run.day, residents[-1])
                await unit.commit()
            residents = await self._after(run.reached)
        return done

    async def _after(self, reached: ResidentId | None) -> list[ResidentId]:
        async with self.units() as unit:
            return await retention.residents_after(unit, reached, BATCH)

    async def _consents(self, now: datetime) -> tuple[int, int]:
        """Note which consents ran out, and forget those that ended long ago."""
        ended = forgotten = 0
        while True:
            async with self.units() as unit:
                over = await retention.end_consents(unit, now, BATCH)
                old = await retention.forget_consents(unit, now, self.rules.consent_days, BATCH)
                entries = [
                    *_entries("consent_over", over, now),
                    *_entries("consent_forgotten", old, now),
                ]
                if entries:
                    await self.record(unit, *entries)
                requests = await erasures.forget_requests(unit, BATCH)
                await unit.commit()
            ended, forgotten = ended + len(over), forgotten + len(old)
            if max(len(over), len(old), requests) < BATCH:
                return ended, forgotten

    async def _log_keys(self) -> Settled:
        settled, more = Settled(0, 0), await self.caretaker.settle()
        while more != Settled(0, 0):
            settled = Settled(settled.destroyed + more.destroyed, settled.given + more.given)
            more = await self.caretaker.settle()
        if settled != Settled(0, 0):
            shown: dict[str, str | int] = {
                "what": "log_keys",
                "destroyed": settled.destroyed,
                "escrowed": settled.given,
            }
            async with self.units() as unit:
                entry = Entry(EntryKind.RETENTION, self.clock.now(), None, shown, {})
                await self.record(unit, entry)
                await unit.commit()
        return settled


def _entries(what: str, found: Sequence[Consent], now: datetime) -> list[Entry]:
    return [
        Entry(
            EntryKind.RETENTION,
            now,
            consent.resident,
            {
                "what": what,
                "provider": str(consent.provider),
                "purpose": consent.terms.purpose,
                "retention_days": consent.terms.retention_days,
            },
            {"consent": str(consent.consent_id)},
        )
        for consent in found
    ]
