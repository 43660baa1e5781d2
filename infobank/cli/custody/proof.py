"""`infobank keys erase-proof`: show on restored backups that who was erased is dead."""

import argparse
from pathlib import Path
from uuid import UUID

from infobank.app.installation import Databases
from infobank.app.keyservice import open_keyservice
from infobank.cli.custody.epochs import restored_units
from infobank.cli.recovery.archiving import add_identities
from infobank.cli.running import Commands, say, with_databases
from infobank.cli.serving.hardening import close_to_debuggers
from infobank.config import Settings
from infobank.keystore.rotation.copies import Copy
from infobank.keystore.rotation.proof import EraseProof, Proven
from infobank.vocabulary.identifiers import ResidentId

SAMPLE = 20
"""Other residents whose every record is opened, when the command names no number."""

NOT_PROVEN = 2
"""The exit status that says: somebody lives who should be dead, or the other way round."""


def add_to(inside: Commands) -> None:
    """Add the action to the grammar of `infobank keys`."""
    proving = inside.add_parser("erase-proof", help="show on backups that an erasure is final")
    proving.add_argument("--keys-backup", type=Path, required=True, metavar="FILE")
    proving.add_argument("--data-backup", type=Path, required=True, metavar="FILE")
    add_identities(proving)
    proving.add_argument(
        "--resident",
        type=UUID,
        action="append",
        required=True,
        metavar="REF",
        help="who was erased",
    )
    proving.add_argument("--sample", type=int, default=SAMPLE, help="others to open")
    proving.set_defaults(run=_prove)


def _prove(options: argparse.Namespace) -> int:
    close_to_debuggers()

    async def work(settings: Settings, found: Databases) -> int:
        identity = options.identity
        async with (
            open_keyservice(settings, found) as core,
            restored_units(settings, options.keys_backup, identity, "keys") as keys,
            restored_units(settings, options.data_backup, identity, "records") as records,
        ):
            copy = Copy(keys, core.shards.roots, core.tenant)
            try:
                prove = EraseProof(copy, records, core.rules.policies, core.entropy)
                proven = await prove(
                    [ResidentId(each) for each in options.resident], options.sample
                )
            finally:
                copy.wipe()
        for line in told(proven):
            say(line)
        return 0 if proven.holds else NOT_PROVEN

    return with_databases(work)


def told(proven: Proven) -> list[str]:
    """Return the report, line by line; it names residents by their random identifier alone."""
    lines = [
        f"erased {resident}: {'dead' if fate.dead else 'NOT DEAD'}: {fate.value}"
        for resident, fate in proven.erased.items()
    ]
    lines += [f"other  {resident}: LOST: {fate.value}" for resident, fate in proven.lost.items()]
    records = sum(proven.living.values())
    lines.append(f"others: {len(proven.living)} live, {records} records opened")
    lines.append("proven" if proven.holds else "NOT PROVEN")
    return lines
