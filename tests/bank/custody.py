"""The keys of a running bank: rotate them, look at their rows, put old rows back."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import asyncpg
from running_bank import BankServer

from infobank.accesslog.entry import EntryKind
from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice
from infobank.cli.custody.epochs import ending, rotation
from infobank.cli.custody.vault import open_scrub
from infobank.db.rotation import epochs
from infobank.db.rotation.rewrapping import FIRST, LAST
from infobank.keystore.service.core import KeyCore
from infobank.usecases.vault.keyservice import KeyService, OpenedResident
from infobank.vault.inspection import Fault
from infobank.vocabulary.identifiers import ResidentId

T = TypeVar("T")


class KilledError(Exception):
    """Stands for a kill in the middle."""


@dataclass(frozen=True)
class Custody:
    """What an operator does to the keys of a running bank, and what a thief does to their rows."""

    server: BankServer

    @property
    def keyservice(self) -> KeyService:
        """The key service as a web worker reaches it."""
        return self.server.bank.holdings.keyservice

    def with_core(self, work: Callable[[KeyCore], Coroutine[Any, Any, T]]) -> T:
        """Return what becomes of work beside the running service, as a command does it."""

        async def opened() -> T:
            settings = self.server.settings
            async with open_keyservice(settings, Databases(settings, None)) as core:
                return await work(core)

        return self.server.run(opened())

    def rotate(self) -> int:
        """Run a rotation to its end; return how many residents' keys were wrapped anew."""
        return self.with_core(lambda core: rotation(core)(lambda _done, _total: None))

    def interrupt_after(self, residents: int) -> None:
        """Run a rotation, and end it when so many residents' keys are wrapped anew."""

        def stop(done: int, _total: int) -> None:
            if done >= residents:
                raise KilledError

        try:
            self.with_core(lambda core: replace(rotation(core), batch=1)(stop))
        except KilledError:
            return
        raise AssertionError("the rotation was not interrupted")

    def end_epoch(self) -> int:
        """End the older epoch; the living database stands for its restored backup."""

        async def end(core: KeyCore) -> int:
            await ending(core).verify(core.units)
            return await ending(core)()

        return self.with_core(end)

    def rows(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """Return the rows of a statement, run by the owner of the keys' database."""

        async def fetch() -> list[asyncpg.Record]:
            owner = self.server.databases.libpq("infobank_keys_owner")
            connection = await asyncpg.connect(owner)
            try:
                return await connection.fetch(statement, *arguments)
            finally:
                await connection.close()

        return self.server.run(fetch())

    def row(self, resident: ResidentId) -> asyncpg.Record:
        """Return a resident's wrapped keys as they are stored."""
        (found,) = self.rows("SELECT * FROM resident_keys WHERE resident_id = $1", resident)
        return found

    def epochs(self) -> list[int]:
        """Return the epochs whose root key was not destroyed, oldest first."""
        found = self.rows("SELECT epoch FROM epochs WHERE destroyed_at IS NULL ORDER BY epoch")
        return [row["epoch"] for row in found]

    def put_back(self, row: asyncpg.Record) -> None:
        """Write a resident's row as it was at another time."""
        names = [name for name in dict(row) if name != "resident_id"]
        columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(names, 2))
        self.rows(
            f"UPDATE resident_keys SET {columns} WHERE resident_id = $1",
            row["resident_id"],
            *(row[name] for name in names),
        )

    def open(self, resident: ResidentId) -> OpenedResident:
        """Open a resident through the running service."""
        return self.server.run(self.keyservice.open([resident]))[resident]

    def said(self, kind: EntryKind, *fields: str) -> list[tuple[object, ...]]:
        """Return shown fields of every log entry of a kind, oldest first."""
        return [
            tuple(event.fields.get(name) for name in fields) for event in self.server.recorded(kind)
        ]

    def scrub(self) -> dict[ResidentId, set[Fault]]:
        """Look at everybody as `infobank vault scrub` does; return what is found."""
        settings = self.server.settings

        async def work() -> dict[ResidentId, set[Fault]]:
            found: dict[ResidentId, set[Fault]] = {}
            async with open_scrub(settings, Databases(settings, None)) as step:
                after = FIRST
                while after != LAST:
                    done = await step(after)
                    found |= {resident: set(faults) for resident, faults in done.found.items()}
                    after = done.last
            return found

        return self.server.run(work())

    def alarms(self) -> list[str]:
        """Return what every alarm in the log is about, oldest first."""
        return [str(what) for (what,) in self.said(EntryKind.ALARM, "what")]


@contextmanager
def custody_of(server: BankServer) -> Iterator[Custody]:
    """Hold the keys of a bank; an epoch that a test left behind is ended after it."""
    custody = Custody(server)
    yield custody

    async def tidy(core: KeyCore) -> int:
        living = await epochs.living_epochs(core.units.direct)
        return len(living) if living[0].rewrapped_at is None else 0

    left = custody.with_core(tidy)
    if left > 1:
        custody.rotate()
    if left != 1:
        custody.end_epoch()
