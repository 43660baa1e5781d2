"""Check logs and proofs from the command line, offline.

The one module of this package that reads files and writes to the terminal: the verifier
has to be one file that runs where the bank and its database are not.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from infobank.accesslog.commitment import LARGEST_DOCUMENT, check_opening, parse_opening
from infobank.accesslog.errors import MalformedProofError
from infobank.accesslog.note import LARGEST_NOTE, VerifierKey
from infobank.accesslog.paper import TITLE, from_paper
from infobank.accesslog.proof import LARGEST_PROOF, ProvenEntry, verify_proof
from infobank.accesslog.verifier.evidence import verify_evidence
from infobank.accesslog.verifier.files import LARGEST_FILE, Fetch
from infobank.accesslog.verifier.findings import Verification
from infobank.accesslog.verifier.log import verify_log
from infobank.errors import InfobankError, NotFoundError

SOUND, UNSOUND, UNUSABLE = 0, 1, 2
"""Exit codes: nothing is wrong; something is; the check could not be made."""


def directory_reader(root: Path) -> Fetch:
    """Return a reader of a log kept as files below one directory."""

    def fetch(path: str) -> bytes:
        return read_file(root / path, LARGEST_FILE)

    return fetch


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 sound, 1 not sound, 2 not checked."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, VerifierKey], int] = options.command
    try:
        return command(options, read_key(options.key))
    except NotFoundError as error:
        _say(f"NOT CHECKED: {error.message}")
        return UNUSABLE
    except InfobankError as error:
        _say(f"NOT SOUND: {error.message}")
        return UNSOUND


def run() -> NoReturn:
    """Run one command and exit with its code: the entry point of the verifier file."""
    sys.exit(main())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="infobank-verify", description="Check an information bank's access log, offline."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    log = commands.add_parser("verify-log", help="check every entry of a log kept as files")
    log.add_argument("directory", type=Path, metavar="DIR")
    log.add_argument("--since", type=Path, metavar="CHECKPOINT", help="one kept from earlier")
    log.set_defaults(command=_verify_log)
    proof = commands.add_parser("verify-proof", help="check the proof file of one entry")
    proof.add_argument("file", type=Path, metavar="FILE")
    proof.set_defaults(command=_verify_proof)
    opening = commands.add_parser("open-field", help="check one more field of a proven entry")
    opening.add_argument("file", type=Path, metavar="FILE")
    opening.add_argument("opening", type=Path, metavar="OPENING")
    opening.set_defaults(command=_open_field)
    evidence = commands.add_parser("verify-evidence", help="check an evidence archive, unpacked")
    evidence.add_argument("directory", type=Path, metavar="DIR")
    evidence.set_defaults(command=_verify_evidence)
    for each in (log, proof, opening, evidence):
        each.add_argument(
            "--key", required=True, help="the log's key, or a file with it (as typed from paper)"
        )
    return parser


def _verify_log(options: argparse.Namespace, key: VerifierKey) -> int:
    since = None if options.since is None else read_file(options.since, LARGEST_NOTE)
    result = verify_log(directory_reader(options.directory), key, since)
    _say("\n".join(report(result)))
    return SOUND if result.sound else UNSOUND


def _verify_proof(options: argparse.Namespace, key: VerifierKey) -> int:
    _say("\n".join(_proven(verify_proof(read_file(options.file, LARGEST_PROOF), key))))
    return SOUND


def _open_field(options: argparse.Namespace, key: VerifierKey) -> int:
    proven = verify_proof(read_file(options.file, LARGEST_PROOF), key)
    if proven.shown is None:
        raise MalformedProofError("the proof carries no document of the entry's fields")
    opening = parse_opening(read_file(options.opening, LARGEST_DOCUMENT).strip())
    check_opening(opening, proven.shown)
    _say(f"SOUND: entry {proven.index} states {opening.name} = {opening.value}")
    return SOUND


def _verify_evidence(options: argparse.Namespace, key: VerifierKey) -> int:
    found = verify_evidence(directory_reader(options.directory), key)
    grown = f"which grew from {found.older.size} entries by adding alone"
    _say(f"SOUND: {found.entries} entries of a log of {found.checkpoint.size}, {grown}")
    return SOUND


def report(result: Verification) -> list[str]:
    """Return what to tell of a check, line by line, the verdict last."""
    places = [
        f"{each.path}{'' if each.index is None else f' entry {each.index}'}: {each.what}"
        for each in result.findings
    ]
    live = sum(each.in_effect for each in result.writers)
    void = sum(each.void for each in result.writers)
    counts = f"{live} in effect, {void} void, of {len(result.writers)} writers"
    verdict = "SOUND" if result.sound else f"NOT SOUND: {len(result.findings)} findings"
    return [
        *places,
        f"{result.size} entries: {counts}; {result.documents} documents checked",
        f"root {result.root.hex()}",
        verdict,
    ]


def _proven(proven: ProvenEntry) -> list[str]:
    openings = proven.shown.openings if proven.shown else ()
    concealed = len(proven.shown.concealed) if proven.shown else 0
    effect = "in effect" if proven.leaf.in_effect else "void: nothing was disclosed under it"
    return [
        *(f"{each.name}: {each.value}" for each in openings),
        f"{concealed} fields are not shown",
        f"SOUND: entry {proven.index} of {proven.checkpoint.origin}, {effect}",
    ]


def read_key(text: str) -> VerifierKey:
    """Read a key given as text, or as a file that holds it, perhaps as typed from paper.

    Raises:
        NotFoundError: there is no such file.
        MalformedProofError: it holds no key.
        PaperKeyError: a line typed from paper is wrong.
    """
    if "+" in text:
        return VerifierKey.parse(text)
    try:
        held = read_file(Path(text), LARGEST_NOTE).decode()
    except UnicodeDecodeError:
        raise MalformedProofError("the key file is not text") from None
    return VerifierKey.parse(from_paper(held) if TITLE in held else held)


def read_file(path: Path, limit: int) -> bytes:
    """Return a file's bytes.

    Raises:
        NotFoundError: it cannot be read.
        MalformedProofError: it has over `limit` bytes.
    """
    try:
        with path.open("rb") as file:
            found = file.read(limit + 1)
    except OSError:
        raise NotFoundError(f"{path} cannot be read") from None
    if len(found) > limit:
        raise MalformedProofError(f"{path} has over {limit} bytes")
    return found


def _say(text: str) -> None:
    # A hostile log can put anything into a text: nothing that steers a terminal gets out.
    safe = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{safe}\n".encode(encoding, "backslashreplace").decode(encoding))


if __name__ == "__main__":
    run()
