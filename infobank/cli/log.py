"""`infobank log`: the access log's public key, and its check without the database's help."""

import argparse
from pathlib import Path

from infobank.accesslog.note import LARGEST_NOTE
from infobank.accesslog.paper import to_paper
from infobank.accesslog.verifier.files import CHECKPOINT, LARGEST_FILE, Fetch
from infobank.accesslog.verifier.log import verify_log
from infobank.accesslog.verifier.program import (
    SOUND,
    UNSOUND,
    UNUSABLE,
    directory_reader,
    read_file,
    read_key,
    report,
)
from infobank.app.identity import verifier_key
from infobank.cli.recovery import logcopy
from infobank.cli.running import Commands, say, warn
from infobank.config import from_environment
from infobank.connectors.log_over_http import http_reader, keeping
from infobank.errors import NotFoundError, UnavailableError
from infobank.web.verifierfile import build_verifier


def add_to(commands: Commands) -> None:
    """Add the command to the grammar."""
    parser = commands.add_parser("log", help="the access log: its key, its check")
    inside = parser.add_subparsers(metavar="ACTION", required=True)
    key = inside.add_parser("key", help="print the log's public key")
    key.add_argument("--paper", action="store_true", help="in a form to print and retype")
    key.set_defaults(run=_key)
    verify = inside.add_parser("verify", help="check a log, from its address or a folder")
    verify.add_argument("log", help="such as http://localhost:8080/log, or a folder")
    verify.add_argument("--key", required=True, help="the log's public key, or a file with it")
    verify.add_argument("--since", type=Path, help="a checkpoint kept from an earlier check")
    verify.add_argument("--keep", type=Path, metavar="DIR", help="keep every file that was read")
    verify.set_defaults(run=_verify)
    verifier = inside.add_parser("verifier", help="write the check as one file to give away")
    verifier.add_argument("file", type=Path)
    verifier.set_defaults(run=_verifier)
    logcopy.add_to(inside)


def _key(options: argparse.Namespace) -> int:
    text = verifier_key(from_environment()).text
    say(to_paper(text) if options.paper else text)
    return 0


def _verify(options: argparse.Namespace) -> int:
    fetch: Fetch
    if "://" in options.log:
        fetch = http_reader(options.log, LARGEST_FILE)
    else:
        fetch = directory_reader(Path(options.log))
    if options.keep is not None:
        fetch = keeping(fetch, options.keep)
    since = None if options.since is None else read_file(options.since, LARGEST_NOTE)
    try:
        result = verify_log(fetch, read_key(options.key), since)
    except (NotFoundError, UnavailableError) as error:
        warn(f"NOT CHECKED: {error.message}")
        return UNUSABLE
    say("\n".join(report(result)))
    if options.keep is not None:
        say(f"keep {options.keep / CHECKPOINT}: the next check can begin with --since")
    return SOUND if result.sound else UNSOUND


def _verifier(options: argparse.Namespace) -> int:
    write_verifier(options.file)
    say(f"{options.file}: run it with any Python 3.11 or later that has cryptography")
    return 0


def write_verifier(target: Path) -> None:
    """Write the offline verifier as one file that needs only `cryptography`."""
    target.write_bytes(build_verifier())
    target.chmod(0o755)
