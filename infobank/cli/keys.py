"""`infobank keys`: make the root key and the log's signing key, and what follows."""

import argparse

from infobank.cli.custody import decoys, epochs, escrow, marking, proof, rekey
from infobank.cli.running import Commands, run, say
from infobank.config import from_environment
from infobank.entropy import SystemEntropy
from infobank.keystore.making import make_log_key, make_root_key
from infobank.keystore.roots.contract import RootKeys
from infobank.keystore.roots.places import FilePlace, RootPlace, TokenPlace, open_roots
from infobank.keystore.signing import public_half


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("keys", help="make and replace the bank's keys")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    making = inside.add_parser("make", help="make the root key and the log's key, once")
    making.set_defaults(run=_make)
    epochs.add_to(inside)
    proof.add_to(inside)
    rekey.add_to(inside)
    decoys.add_to(inside)
    marking.add_to(inside)
    escrow.add_to(inside)


def _make(_: argparse.Namespace) -> int:
    settings = from_environment()
    entropy = SystemEntropy()
    roots = open_roots(settings.roots, entropy, settings.root_deadline)
    run(_make_root(roots))
    make_log_key(settings.log_key, settings.log_origin, entropy)
    say(f"root key           {_where(settings.roots)}")
    say(f"log's signing key  {settings.log_key}")
    say(f"log's public key   {public_half(settings.log_key)}")
    say("Back the root key and the signing key up offline now, as keys/README.md says:")
    say("without the root key no record opens again.")
    return 0


async def _make_root(roots: RootKeys) -> int:
    try:
        await make_root_key(roots)
    finally:
        await roots.close()
    return 0


def _where(place: RootPlace) -> str:
    if isinstance(place, FilePlace):
        return str(place.folder)
    if isinstance(place, TokenPlace):
        return f"token {place.token}"
    return f"{place.url}, {place.mount}/{place.key}"
