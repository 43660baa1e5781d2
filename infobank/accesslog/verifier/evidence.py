"""Check an evidence archive, once it is unpacked: every entry in it, and that the log only grew."""

import json
from dataclasses import dataclass

from infobank.accesslog.checkpoint import Checkpoint, open_checkpoint
from infobank.accesslog.errors import LogTamperedError, MalformedProofError
from infobank.accesslog.merkle import verify_consistency
from infobank.accesslog.note import VerifierKey, decode_base64
from infobank.accesslog.proof import ProvenEntry, verify_proof
from infobank.accesslog.verifier.files import Fetch

ENTRIES, CHECKPOINT, OLDER, GROWN = "entries.jsonl", "checkpoint", "checkpoint.older", "consistency"


@dataclass(frozen=True)
class Evidence:
    """What an archive proves: so many entries of one signed tree, which grew from an older one."""

    entries: int
    checkpoint: Checkpoint
    older: Checkpoint


def verify_evidence(fetch: Fetch, key: VerifierKey) -> Evidence:
    """Check each line of the entries against its proof, and the two checkpoints.

    Raises:
        LogTamperedError: a line says something else than the log, or the log did not only grow.
        MalformedProofError: a file is not what it should be.
        NotFoundError: a file is missing.
        UntrustedSignatureError: the key did not sign a checkpoint.
    """
    newest, older = (open_checkpoint(fetch(name), key) for name in (CHECKPOINT, OLDER))
    lines = fetch(ENTRIES).decode("utf-8", "replace").splitlines()
    for line in lines:
        _check_line(_read(line), fetch, key, newest)
    grown = [decode_base64(each) for each in fetch(GROWN).decode("ascii", "replace").split()]
    verify_consistency(older.size, newest.size, grown, older.root, newest.root)
    return Evidence(len(lines), newest, older)


def _read(line: str) -> dict[str, object]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or type(said.get("index")) is not int:
        raise MalformedProofError(f"a line of {ENTRIES} is not an entry")
    return said


def _check_line(
    said: dict[str, object], fetch: Fetch, key: VerifierKey, newest: Checkpoint
) -> None:
    """Accept a line that says what the proof of its entry opens: no more, no less."""
    proven = verify_proof(fetch(f"proofs/{said['index']}.tlog-proof"), key)
    if proven.checkpoint != newest:
        raise LogTamperedError("a proof is of another tree than the checkpoint")
    if said != _opened(proven):
        raise LogTamperedError(f"entry {proven.index} says something else than its proof")


def _opened(proven: ProvenEntry) -> dict[str, object]:
    openings = proven.shown.openings if proven.shown else ()
    fields = {each.name: each.value for each in openings}
    return {"index": proven.index, "in_effect": proven.leaf.in_effect, **fields}
