"""`infobank deposit csv`: bring a file's records into the vault."""

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from infobank.app import Databases, open_bank
from infobank.cli.progress import Progress
from infobank.cli.running import Commands, say, with_databases
from infobank.clock import day_in
from infobank.config import Settings
from infobank.connectors.csv import read_csv
from infobank.connectors.mapping import Mapping, UnknownResident, read_mapping
from infobank.connectors.rejects import RejectFile
from infobank.connectors.rows import Chunk, Reject
from infobank.errors import ConfigurationError
from infobank.usecases.bank import Bank
from infobank.usecases.vault.deposit import Deposited
from infobank.vocabulary.category import Record
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.policies import Policies

UNKNOWN = "the identifier belongs to no resident, and this mapping creates none"

CHUNK_LINES = 5_000
"""Lines in one transaction: large enough to be fast, small enough to lose little time."""


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

    return with_databases(work)


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
    """Deposit a file chunk by chunk; each chunk is durable before it is counted.

    Interrupting loses nothing that was counted; running again changes nothing that was
    kept, because the same value again is a no-op.  Rejects are listed in a file beside
    the source, or in the folder `rejects_in`.

    Raises:
        SourceFormatError: the file or its header cannot be read.
    """
    outcome, progress = Outcome(), Progress(path.name, sys.stderr)
    today = day_in(zone, bank.clock.now())
    with RejectFile(path, rejects_in) as rejects:
        try:
            for chunk in read_csv(path, mapping, today, CHUNK_LINES):
                refused = await _deposit_chunk(bank, mapping, chunk, outcome)
                rejects.write([*chunk.rejects, *refused])
                outcome.rejected += len(chunk.rejects) + len(refused)
                progress.show(chunk.bytes_read, chunk.bytes_total)
        finally:
            progress.close()
            for line in outcome.lines(rejects.path):
                say(line)
    return outcome


async def _deposit_chunk(
    bank: Bank, mapping: Mapping, chunk: Chunk, outcome: Outcome
) -> list[Reject]:
    create = mapping.unknown is UnknownResident.CREATE
    identifiers = (row.source_identifier for row in chunk.rows)
    known = await bank.enrol(mapping.source, identifiers, create=create)
    records: defaultdict[ResidentId, list[Record]] = defaultdict(list)
    refused = []
    for row in chunk.rows:
        resident = known.get(row.source_identifier)
        if resident is None:
            refused.append(Reject(row.line, mapping.resident_column, UNKNOWN))
        else:
            records[resident].append(row.record)
    outcome.deposited += await bank.deposit(mapping.category, mapping.source, records)
    return refused
