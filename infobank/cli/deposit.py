"""`infobank deposit csv`: bring a file's records into the vault."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.progress import Progress
from infobank.cli.running import Commands, say, with_bank
from infobank.clock import day_in
from infobank.config import Settings
from infobank.connectors.csv import read_csv
from infobank.connectors.gathering import gathered
from infobank.connectors.mapping import Mapping, UnknownResident, read_mapping
from infobank.connectors.rejects import RejectFile
from infobank.connectors.rows import Chunk, Reject, Rows
from infobank.errors import ConfigurationError
from infobank.usecases.bank import Bank
from infobank.usecases.vault.deposit import Deposited
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.rules.policies import Policies

UNKNOWN = "the identifier belongs to no resident, and this mapping creates none"

MOST_PEOPLE = 1_000
"""People in one transaction: their homes are locked, and their keys in hand, only briefly."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("deposit", help="deposit records from existing data")
    inside = parser.add_subparsers(metavar="SOURCE", required=True)
    csv = inside.add_parser("csv", help="a CSV file, read through a mapping")
    csv.add_argument("file", type=Path, metavar="FILE")
    csv.add_argument("--mapping", required=True, help="a mapping in policies/mappings")
    csv.add_argument(
        "--rejects", type=Path, metavar="DIR", help="where to list rejects (default: beside FILE)"
    )
    csv.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            mapping = mapping_of(settings, options.mapping, bank.policies)
            await deposit_csv(bank, options.file, mapping, settings.zone, options.rejects)
        return 0

    return with_bank(work)


def mapping_of(settings: Settings, code: str, policies: Policies) -> Mapping:
    """Return a mapping of the policies folder by its code.

    Raises:
        ConfigurationError: there is no such mapping, or it breaks a rule.
    """
    folder = settings.policies / "mappings"
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if code not in known:
        raise ConfigurationError(f"no mapping is called that; known are {', '.join(known)}")
    return read_mapping(folder / f"{code}.toml", policies)


@dataclass
class Outcome:
    """What came of a file so far: everything counted here is durable."""

    deposited: Deposited = field(default_factory=Deposited)
    rejected: int = 0

    def lines(self, rejects: Path | None) -> list[str]:
        """Return what to tell whoever brought the file."""
        kept = self.deposited
        found = [
            f"kept      {kept.added} new records, {kept.changed} changed, {kept.same} as they were",
            f"rejected  {self.rejected} lines",
        ]
        return found if rejects is None else [*found, f"          why: {rejects}"]


async def deposit_csv(
    bank: Bank, path: Path, mapping: Mapping, zone: str, rejects_in: Path | None = None
) -> Outcome:
    """Deposit a file part by part; each part is durable before it is counted.

    Interrupting loses nothing that was counted; running again changes nothing that was
    kept, because the same value again is a no-op.  Rejects are listed in a file beside
    the source, or in the folder `rejects_in`.

    Raises:
        SourceFormatError: the file or its header cannot be read.
    """
    outcome, progress = Outcome(), Progress(path.name, sys.stderr)
    today = day_in(zone, bank.clock.now())
    chunks = gathered(read_csv(path, mapping, today))
    with RejectFile(path, rejects_in) as rejects:
        try:
            async with aclosing(_read_ahead(chunks)) as coming:
                async for chunk in coming:
                    refused = await _deposit_chunk(bank, mapping, chunk, outcome)
                    rejects.write([*chunk.rejects, *refused])
                    outcome.rejected += len(chunk.rejects) + len(refused)
                    progress.show(chunk.bytes_read, chunk.bytes_total)
        finally:
            progress.close()
            for line in outcome.lines(rejects.path):
                say(line)
    return outcome


async def _read_ahead(chunks: Iterator[Chunk]) -> AsyncGenerator[Chunk, None]:
    """Yield chunks; while one is at work in the database, the next is read in a thread."""
    coming = asyncio.create_task(asyncio.to_thread(next, chunks, None))
    try:
        while chunk := await asyncio.shield(coming):
            coming = asyncio.create_task(asyncio.to_thread(next, chunks, None))
            yield chunk
    finally:
        # A thread cannot be stopped, and the file is in its hands.
        await asyncio.gather(coming, return_exceptions=True)


async def _deposit_chunk(
    bank: Bank, mapping: Mapping, chunk: Chunk, outcome: Outcome
) -> list[Reject]:
    names = list(dict.fromkeys(chunk.rows.people))
    known: dict[str, ResidentId] = {}
    create = mapping.unknown is UnknownResident.CREATE
    for some in _parts(names):
        known |= await bank.enrol(mapping.source, some, create=create)
    people = _named_once(chunk.rows, known).by_person(mapping.category.time)
    for some in _parts([name for name in people if name in known]):
        records = {known[name]: people[name] for name in some}
        outcome.deposited += await bank.deposit.columns(mapping.category, mapping.source, records)
    if len(known) == len(names):
        return []
    return [
        Reject(line, mapping.resident_column, UNKNOWN)
        for line, name in zip(chunk.rows.lines, chunk.rows.people, strict=True)
        if name not in known
    ]


def _parts(names: list[str]) -> Iterator[list[str]]:
    for begin in range(0, len(names), MOST_PEOPLE):
        yield names[begin : begin + MOST_PEOPLE]


def _named_once(rows: Rows, known: dict[str, ResidentId]) -> Rows:
    """Return the rows with one identifier for each resident, however a source spells it."""
    if len(set(known.values())) == len(known):
        return rows
    first: dict[ResidentId, str] = {}
    names = {name: first.setdefault(resident, name) for name, resident in known.items()}
    return replace(rows, people=[names.get(name, name) for name in rows.people])
