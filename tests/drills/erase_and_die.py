"""Erase a resident in a process that kills itself at a stated step, as a power cut would.

`python erase_and_die.py RESIDENT STEP`, in the environment of a bank's process.  The parts
are the real ones; only the way to the key service and to the database has a fault in it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.config import from_environment
from infobank.db.unit import Unit, Units
from infobank.vocabulary.identifiers import ResidentId

STEPS = (
    "before the intent is durable",
    "after the intent is durable",
    "before the key is destroyed",
    "after the key is destroyed",
    "before the receipt is signed",
    "after the receipt is signed",
    "before the end is durable",
    "after the end is durable",
)
"""Every place between two steps, in order."""


def die() -> None:
    """End this process at once: nothing is tidied, flushed or rolled back by it."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class DeadlyKeys:
    """The key service, reached by a process that dies on the way there or on the way back."""

    keyservice: object
    step: str

    def __getattr__(self, name: str) -> object:
        real = getattr(self.keyservice, name)
        event = {"destroy": "the key is destroyed", "sign": "the receipt is signed"}.get(name)

        async def call(*arguments: object) -> object:
            if self.step == f"before {event}":
                die()
            answer = await real(*arguments)
            if self.step == f"after {event}":
                die()
            return answer

        return call


@dataclass(frozen=True)
class DeadlyUnits(Units):
    """Units of work in a process that dies before or after one of its commits."""

    step: str = ""

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Unit]:
        """Open a unit of work whose commit may be the last thing that happens."""
        async with super().__call__() as unit:
            yield _DeadlyUnit(unit, self.step)  # type: ignore[misc]


class _DeadlyUnit:
    def __init__(self, unit: Unit, step: str) -> None:
        self._unit, self._step = unit, step

    def __getattr__(self, name: str) -> object:
        return getattr(self._unit, name)

    async def commit(self) -> None:
        what = await self._what()
        if self._step == f"before {what} is durable":
            die()
        await self._unit.commit()
        if self._step == f"after {what} is durable":
            die()

    async def _what(self) -> str:
        """Tell the commit of the intent from that of the end, by what is about to be kept."""
        (row,) = await self._unit.fetch(
            "SELECT count(*) FILTER (WHERE done_at IS NULL), "
            "count(*) FILTER (WHERE done_at IS NOT NULL) "
            "FROM erasures WHERE xmin = pg_current_xact_id()::xid"
        )
        return "the end" if row[1] else "the intent" if row[0] else "nothing"


async def main(resident: ResidentId, step: str) -> None:
    """Erase the resident; the step decides how far that comes."""
    settings = from_environment()
    async with open_bank(settings, Databases(settings, None)) as bank:
        erase = replace(
            bank.erase,
            keyservice=DeadlyKeys(bank.erase.keyservice, step),  # type: ignore[arg-type]
            units=DeadlyUnits(bank.erase.units.engine, bank.erase.units.writers, step),
        )
        signed = await erase(resident)
        print(signed.receipt.receipt_id)  # noqa: T201 - the program's whole output


if __name__ == "__main__":
    asyncio.run(main(ResidentId(UUID(sys.argv[1])), sys.argv[2]))
