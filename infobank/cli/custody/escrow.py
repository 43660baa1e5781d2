"""`infobank keys escrow`: the people who open an erased resident's provision records together."""

import argparse
import json
from base64 import b64encode
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.running import Commands, say, with_bank
from infobank.config import Settings, from_environment
from infobank.errors import InvalidInputError
from infobank.keystore.errors import KeyFileError
from infobank.keystore.privatefile import create_private_file, read_private_file
from infobank.policies import read_policies
from infobank.usecases.custody.provision import OpenProvision, ProvisionRecord


def add_to(commands: Commands) -> None:
    """Add the command to the grammar of `infobank keys`."""
    parser = commands.add_parser("escrow", help="who opens provision records after an erasure")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    making = inside.add_parser("make", help="make one holder's key, on the holder's own machine")
    making.add_argument("file", type=Path, help="where the private key goes; nobody else reads it")
    making.set_defaults(run=_make)
    inside.add_parser("holders", help="who the holders are").set_defaults(run=_holders)
    opening = inside.add_parser("open", help="print provision records, two holders together")
    opening.add_argument("receipt", type=UUID, help="the number of the erasure's receipt")
    opening.add_argument("--holder-key", type=Path, action="append", required=True)
    opening.set_defaults(run=_open)


def _make(options: argparse.Namespace) -> int:
    key = X25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    create_private_file(options.file, pem)
    say(f'key = "{b64encode(key.public_key().public_bytes_raw()).decode()}"')
    say("This line, with the holder's name, goes into policies/holders.toml; the file to no one.")
    return 0


def _holders(_: argparse.Namespace) -> int:
    settings = from_environment()
    holders = read_policies(settings.policies, settings.zone).holders
    for holder in holders:
        say(f"{b64encode(holder.public_key).decode()}  {holder.name}")
    if not holders:
        say("there are none: log keys of erased residents stay with the key service")
    return 0


def _open(options: argparse.Namespace) -> int:
    if len(options.holder_key) != 2:  # noqa: PLR2004 - two people
        raise InvalidInputError("two holders open it together: name --holder-key twice")
    first, second = (_read(path) for path in options.holder_key)

    async def work(settings: Settings, found: Databases) -> int:
        async with open_bank(settings, found) as bank:
            erase = bank.erase
            opening = OpenProvision(
                erase.units, erase.keyservice, erase.record, erase.clock, erase.tenant
            )
            records = await opening(options.receipt, (first, second))
        for record in records:
            say(_line(record))
        return 0

    return with_bank(work)


def _read(path: Path) -> X25519PrivateKey:
    try:
        key = load_pem_private_key(read_private_file(path), None)
    except (ValueError, TypeError):
        raise KeyFileError(f"{path} is no private key") from None
    if not isinstance(key, X25519PrivateKey):
        raise KeyFileError(f"{path} is no holder's key")
    return key


def _line(record: ProvisionRecord) -> str:
    told = {
        "index": record.index,
        "kind": record.kind.value,
        "at": record.at.isoformat(),
        **record.fields,
    }
    return json.dumps(told, ensure_ascii=False)
