"""Bring a restored bank up to what it promised since its backup, and let it answer again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from infobank.accesslog.entry import Entry, EntryKind
from infobank.clock import Clock
from infobank.db import accesslog
from infobank.db.accesslog import KeptEntry
from infobank.db.ending import erasures
from infobank.db.recovery import logs, repairs, restorations
from infobank.db.unit import Units
from infobank.errors import ConflictError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.accounts.homes import move_out
from infobank.usecases.circumstances import MarkCircumstances
from infobank.usecases.recovery.continuing import ContinueLog
from infobank.usecases.recovery.repeat import Repeat, Repeated
from infobank.vocabulary.identifiers import ResidentId

BATCH: Final = 1000
_FIRST: Final = UUID(int=0)


@dataclass
class Replayed:
    """What a replay did."""

    restored: tuple[str, ...]
    appended: int = 0
    repeated: Repeated = field(default_factory=Repeated)
    buried: int = 0
    """Erased residents whose rows came back with the records; no key opens them."""
    realigned: int = 0
    """Residents whose two databases were of different instants."""
    unkeyed: int = 0
    """Residents with records, whose keys the backup does not have: nothing of theirs opens."""
    revoked: int = 0


@dataclass(frozen=True)
class Replay:
    """Replay what came after a backup.  Killed and started again, it ends the same way.

    `records` and `keys` reach the databases as their owners, past the mark;
    `continue_log` is asked where the records were restored; elsewhere the log is whole.
    """

    records: Units
    keys: Units
    continue_log: ContinueLog
    repeat: Repeat
    record: Record
    clock: Clock

    async def __call__(self) -> Replayed:
        """Replay, and take the mark away in the end.

        Raises:
            ConflictError: nothing was restored, or another replay runs.
            LogTamperedError: the log's copy is not sound or not of this log; the bank
                stays shut.
        """
        async with self.records() as turn:
            if not await logs.take_turn(turn):
                raise ConflictError("another replay is running")
            try:
                return await self._replay()
            finally:
                await turn.connection.invalidate()  # the turn goes with its connection

    async def _replay(self) -> Replayed:
        async with self.records() as unit:
            of_records = await restorations.standing(unit)
        async with self.keys() as unit:
            of_keys = await restorations.standing(unit)
        marks = {"records": of_records, "keys": of_keys}
        standing = {name: mark for name, mark in marks.items() if mark is not None}
        if not standing:
            raise ConflictError("nothing was restored here, or it was replayed already")
        told = Replayed(tuple(standing))
        if of_records is not None:
            told.appended = await self.continue_log()
        first = min(mark.log_size for mark in standing.values())
        async for entries in self._entries(first):
            await self.repeat(entries, told.repeated)
        told.buried = await self._bury()
        told.realigned = await self._align()
        told.unkeyed = await self._unkeyed()
        await self._let_in(told)
        return told

    async def _entries(self, first: int) -> AsyncIterator[list[KeptEntry]]:
        async with self.records() as unit:
            size, _ = await accesslog.counted(unit)
        for start in range(first, size, BATCH):
            async with self.records() as unit:
                entries = await accesslog.entries_between(unit, start, min(start + BATCH, size))
            yield entries
        async with self.records() as unit:
            waiting = await logs.all_waiting(unit)
        yield waiting

    async def _bury(self) -> int:
        """Delete the rows of whoever is erased in the keys: the records' backup had them still."""
        buried, after, now = 0, _FIRST, self.clock.now()
        while True:
            async with self.keys() as unit:
                erased = await repairs.erased_after(unit, after, BATCH)
            if not erased:
                return buried
            async with self.records() as unit:
                for resident in await repairs.still_housed(unit, erased):
                    await erasures.shut_out(unit, resident, now)
                    await move_out(unit, MarkCircumstances(self.repeat.keyservice), resident)
                    await erasures.delete_rows(unit, resident)
                    buried += 1
                await unit.commit()
            after = erased[-1]

    async def _align(self) -> int:
        """Let what both databases hold fit together: they were backed up at two instants."""
        changed, after = 0, _FIRST
        while True:
            async with self.keys() as unit:
                residents = await repairs.keyed_after(unit, after, BATCH)
            if not residents:
                return changed
            async with self.records() as unit:
                states = await repairs.manifest_states(unit, residents)
            async with self.keys() as unit:
                aligned = {resident: states.get(resident) for resident in residents}
                changed += await repairs.align(unit, aligned)
                await unit.commit()
            after = residents[-1]

    async def _unkeyed(self) -> int:
        missing, after = 0, _FIRST
        while residents := await self._shelved(after):
            async with self.keys() as unit:
                missing += len(residents) - await repairs.count_keyed(unit, residents)
            after = residents[-1]
        return missing

    async def _shelved(self, after: UUID) -> list[ResidentId]:
        async with self.records() as unit:
            return await repairs.shelved_after(unit, after, BATCH)

    async def _let_in(self, told: Replayed) -> None:
        # INVARIANT: the keys first: while the records' mark stands nobody is let in at all.
        now = self.clock.now()
        async with self.keys() as unit:
            await restorations.clear_mark(unit, now)
            await unit.commit()
        async with self.records() as unit:
            told.revoked = await repairs.revoke_secrets(unit)
            await self.record(unit, _entry(told, now))
            await restorations.clear_mark(unit, now)
            await unit.commit()


def _entry(told: Replayed, now: datetime) -> Entry:
    repeated = told.repeated
    shown: dict[str, str | int] = {
        "restored": " ".join(told.restored),
        "appended": told.appended,
        "withdrawn": repeated.withdrawn,
        "erased": repeated.erased,
        "stopped": repeated.stopped,
        "staff_acts": repeated.staff,
        "buried": told.buried,
        "realigned": told.realigned,
        "unkeyed": told.unkeyed,
        "lost": sum(repeated.lost.values()),
    }
    return Entry(EntryKind.RESTORE, now, None, shown, {})
