"""`infobank backup share`: open one recipient's share of an archive, away from the others."""

import argparse
from pathlib import Path

from infobank.archives.files import opened
from infobank.archives.lock import LONGEST_LOCK, Lock, share_of
from infobank.cli.recovery.archiving import read_identity
from infobank.cli.running import Commands, say
from infobank.keystore.privatefile import create_private_file
from infobank.recovery.errors import ArchiveError


def add_to(inside: Commands) -> None:
    """Add the action to the grammar of `infobank backup`."""
    sharing = inside.add_parser("share", help="open your share of an archive, for who restores it")
    sharing.add_argument("file", type=Path, metavar="FILE", help="the archive, or its first lines")
    sharing.add_argument("--identity", type=Path, required=True, metavar="FILE", help="your own")
    sharing.add_argument("--to", type=Path, required=True, metavar="FILE")
    sharing.set_defaults(run=_share)


def _share(options: argparse.Namespace) -> int:
    identity = read_identity(options.identity)
    with opened(options.file) as (head, file):
        if not head.locked:
            raise ArchiveError("this archive has no shares: each of its recipients opens it alone")
        share = share_of(Lock.parse(file.readline(LONGEST_LOCK), head), head, identity)
    about = f"{head.database} of {head.made_at:%Y-%m-%d %H:%M}, for {identity.to_public()}"
    create_private_file(options.to, f"# share: {about}\n{share}\n".encode())
    others = head.threshold - 1
    say(f"{options.to}: your share of {about}")
    say(f"It opens this archive with {others} more, and no other. Your identity stays with you.")
    return 0
