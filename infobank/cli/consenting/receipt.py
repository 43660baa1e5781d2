"""`infobank receipt`: check a receipt of a consent, without the bank."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jwt

from infobank.cli.running import Commands, say, warn
from infobank.consent.exchange.receipt import TYP

LARGEST: Final = 1 << 20
"""Bytes of a file that are read."""

SOUND, UNSOUND = 0, 1

_MALFORMED: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What comes of reading a file that somebody else wrote."""


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("receipt", help="a resident's receipt of a consent: its check")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    verify = inside.add_parser("verify", help="check the signature of a receipt, offline")
    verify.add_argument("file", type=Path, help="the receipt, as JSON or in its signed form")
    verify.add_argument("--keys", type=Path, required=True, help="the bank's keys: /oauth/jwks")
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    try:
        claims = verified(_read(options.file), json.loads(_read(options.keys)))
    except (OSError, *_MALFORMED, jwt.PyJWTError) as error:
        warn(f"the receipt is not sound: {type(error).__name__}")
        return UNSOUND
    record, besides = claims["receipt"]["consent_record"], claims["receipt"]["infobank"]
    say(f"signed by {claims['iss']}")
    say(f"receipt {claims['jti']}")
    say(f"consent {record['record_metadata']['record_id']}, version {besides['version']}")
    for event in record["events"]:
        say(f"{event['event_time']} {event['event_type']} ({event['entity_id']})")
    return SOUND


def verified(text: str, key_set: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims of a receipt that one of the keys signed.

    Raises:
        PyJWTError: it is no JWS, or no key of these signed it.
        ValueError: it is signed as something else, or what stands beside the signed is another.
        KeyError: none of the keys is the one that it names.
    """
    document = json.loads(text) if text.lstrip().startswith("{") else {"signed": text.strip()}
    signed = document["signed"]
    header = jwt.get_unverified_header(signed)
    if header.get("typ") != TYP:
        raise ValueError("signed as something else")
    key = jwt.PyJWKSet.from_dict(dict(key_set))[header["kid"]]
    # What it says is past: no clock is asked.
    claims: dict[str, Any] = jwt.decode(
        signed, key, algorithms=["EdDSA"], options={"verify_iat": False}
    )
    if document.get("receipt", claims["receipt"]) != claims["receipt"]:
        raise ValueError("not what was signed")
    return claims


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(LARGEST).decode()
