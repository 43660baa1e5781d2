"""The vectors of `docs/spec/access-log.md` are what the code makes: regenerate and compare.

Run this file as a program to write them again; the specification is a lasting format, so
a difference means that the code is wrong, not the vectors.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.accesslog.checkpoint import Checkpoint, sign_checkpoint
from infobank.accesslog.commitment import commit
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.merkle import consistency_proof, inclusion_proof, leaf_hash, root
from infobank.accesslog.note import Signer, VerifierKey
from infobank.accesslog.paper import from_paper, to_paper
from infobank.accesslog.proof import build_proof, verify_proof
from infobank.accesslog.tiles import encode_bundle
from infobank.accesslog.verifier.log import verify_log
from infobank.accesslog.writer import Prepared, Writer
from infobank.vocabulary.identifiers import ResidentId

PATH = Path(__file__).parents[3] / "docs" / "spec" / "vectors" / "access-log.json"
SEED, SEAL_KEY, MAC_KEY = bytes(range(32)), b"\x11" * 32, b"\x22" * 32
WRITER = Writer(bytes(range(16)), MAC_KEY, epoch=1)
SIGNER = Signer("bank.example/access/2026h2", Ed25519PrivateKey.from_private_bytes(SEED))


def entries() -> list[Entry]:
    """Return a deposit, a disclosure with its resident, and a publication."""
    at = datetime(2026, 11, 21, 8, 0, 0, 250000, tzinfo=UTC)
    resident = ResidentId(UUID("6f1ce1b6-2f8c-4f0e-9d5a-0c6d1c5a7b11"))
    return [
        Entry(EntryKind.DEPOSIT, at, resident, {"category": "activity", "records": 31}, {}),
        Entry(
            EntryKind.PERMIT,
            at.replace(second=1),
            resident,
            {"decision": "permit", "purpose": "research", "records": 31},
            {"block_tag": "9c1f", "note": "歩数"},
        ),
        Entry(EntryKind.PUBLICATION, at.replace(minute=1), None, {"release": "2026-10"}, {}),
    ]


def prepared() -> list[tuple[Entry, bytes, bytes, Prepared]]:
    """Return each entry with its blinder and nonce, and what its writer makes of it."""
    made = []
    for seq, entry in enumerate(entries()):
        blinder, nonce = sha256(b"blinder %d" % seq).digest(), seq.to_bytes(12, "big")
        made.append((entry, blinder, nonce, WRITER.prepare(entry, seq, SEAL_KEY, blinder, nonce)))
    return made


def generate() -> dict[str, Any]:
    """Return every vector of the specification."""
    made = prepared()
    leaves = [made[0][3].leaf, made[1][3].leaf, made[2][3].leaf_void]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    note = sign_checkpoint(Checkpoint(SIGNER.name, 3, root(hashes)), [SIGNER])
    path = inclusion_proof(1, hashes)
    return {
        "writer": {
            "writer_id": WRITER.writer_id.hex(),
            "epoch": WRITER.epoch,
            "mac_key": MAC_KEY.hex(),
            "seal_key": SEAL_KEY.hex(),
        },
        "entries": [_entry(seq, *each) for seq, each in enumerate(made)],
        "bundle": encode_bundle(leaves).hex(),
        "leaf_hashes": [each.hex() for each in hashes],
        "root": root(hashes).hex(),
        "inclusion_of_1": [each.hex() for each in path],
        "consistency_of_2": [each.hex() for each in consistency_proof(2, hashes)],
        "private_key": SEED.hex(),
        "verifier_key": SIGNER.key.text,
        "paper": to_paper(SIGNER.key.text),
        "checkpoint": note.decode(),
        "proof_of_1": build_proof(1, leaves[1], made[1][3].shown_document, path, note).decode(),
    }


def _entry(seq: int, entry: Entry, blinder: bytes, nonce: bytes, made: Prepared) -> dict[str, Any]:
    committed = commit(entry, blinder)
    return {
        "seq": seq,
        "blinder": blinder.hex(),
        "nonce": nonce.hex(),
        "fields": [
            {"name": each.name, "value": each.value, "salt": each.salt.hex(), "hash": hashed.hex()}
            for each, hashed in zip(committed.openings, committed.hashes, strict=True)
        ],
        "commitment": committed.digest.hex(),
        "leaf": made.leaf.hex(),
        "leaf_void": made.leaf_void.hex(),
        "mac": made.mac.hex(),
        "mac_void": made.mac_void.hex(),
        "sealed": made.sealed.hex(),
        "shown_document": made.shown_document.decode(),
    }


def vectors() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return loaded


def test_the_code_makes_the_published_vectors():
    assert vectors() == generate()


def test_the_published_proof_verifies_with_the_key_from_paper():
    key = VerifierKey.parse(from_paper(vectors()["paper"]))
    proven = verify_proof(vectors()["proof_of_1"].encode(), key)
    assert proven.shown is not None
    assert proven.shown.value("purpose") == "research"
    assert proven.shown.value("resident") is None


def test_the_published_log_of_three_entries_is_sound():
    held = vectors()
    files = {
        "checkpoint": held["checkpoint"].encode(),
        "tile/entries/000.p/3": bytes.fromhex(held["bundle"]),
        "tile/0/000.p/3": bytes.fromhex("".join(held["leaf_hashes"])),
        "shown/000.p/3": "".join(f"{e['shown_document']}\n" for e in held["entries"]).encode(),
    }
    result = verify_log(files.__getitem__, VerifierKey.parse(held["verifier_key"]))
    assert result.sound
    assert (result.writers[0].in_effect, result.writers[0].void, result.documents) == (2, 1, 3)


def test_the_example_in_the_specification_is_one_of_the_vectors():
    text = PATH.parents[1].joinpath("access-log.md").read_text(encoding="utf-8")
    held = vectors()
    for part in (held["checkpoint"], held["entries"][1]["leaf"], held["paper"], held["proof_of_1"]):
        assert part.rstrip("\n") in text


if __name__ == "__main__":
    PATH.write_text(json.dumps(generate(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
