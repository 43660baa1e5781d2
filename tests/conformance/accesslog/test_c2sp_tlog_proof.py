"""C2SP tlog-proof v1: the proof file, against published good and bad files."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.accesslog.checkpoint import Checkpoint, sign_checkpoint
from infobank.accesslog.errors import (
    LogTamperedError,
    MalformedProofError,
    UntrustedSignatureError,
)
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.merkle import inclusion_proof, leaf_hash, root
from infobank.accesslog.note import Signer
from infobank.accesslog.proof import LARGEST_PROOF, OfflineProof, build_proof, verify_proof

inputs = os.environ.get("INFOBANK_TEST_INPUTS")

LOG = Signer("log.example/a", Ed25519PrivateKey.from_private_bytes(b"a" * 32))
OTHER = Signer("log.example/a", Ed25519PrivateKey.from_private_bytes(b"b" * 32))
LEAVES = [Leaf(True, 1, b"w" * 16, n, 1_800_000_000, bytes(32), bytes(32)) for n in range(11)]
RAW = [leaf.encode() for leaf in LEAVES]
HASHES = [leaf_hash(raw) for raw in RAW]
SIGNED = sign_checkpoint(Checkpoint(LOG.name, len(RAW), root(HASHES)), [LOG])


def proof_of(index: int) -> bytes:
    return build_proof(index, RAW[index], b"", inclusion_proof(index, HASHES), SIGNED)


def vectors() -> list[dict[str, Any]]:
    path = Path(inputs or "") / "vectors" / "c2sp" / "tlog_proof.json"
    loaded: list[dict[str, Any]] = json.loads(path.read_text())["vectors"]
    return loaded


@pytest.mark.skipif(inputs is None, reason="INFOBANK_TEST_INPUTS is not set")
def test_the_published_files_are_read_or_refused_as_published():
    """Three good files, which come out again as they were, and eight bad ones."""
    results = []
    for vector in vectors():
        data = vector["proof"].encode()
        try:
            proof = OfflineProof.parse(data)
        except MalformedProofError:
            results.append(False)
        else:
            results.append(True)
            assert proof.index == vector["index"]
            assert proof.encode() == data
    assert results == [vector["valid"] for vector in vectors()]
    assert (results.count(True), results.count(False)) == (3, 8)


def test_every_leaf_is_proved_offline():
    for index, leaf in enumerate(LEAVES):
        proven = verify_proof(proof_of(index), LOG.key)
        assert (proven.index, proven.leaf, proven.shown) == (index, leaf, None)


def test_a_proof_of_another_leaf_index_or_root_is_refused():
    proof = OfflineProof.parse(proof_of(4))
    head = sign_checkpoint(Checkpoint(LOG.name, len(RAW), bytes(32)), [LOG])
    wrong = [
        replace(proof, extra=RAW[5]),
        replace(proof, index=5),
        replace(proof, hashes=(bytes(32), *proof.hashes[1:])),
        replace(proof, checkpoint=head),
    ]
    for each in wrong:
        with pytest.raises(LogTamperedError):
            verify_proof(each.encode(), LOG.key)


def test_a_proof_of_the_wrong_shape_or_without_leaf_is_refused():
    proof = OfflineProof.parse(proof_of(4))
    wrong = [
        replace(proof, hashes=proof.hashes[1:]),
        replace(proof, hashes=(*proof.hashes, bytes(32))),
        replace(proof, index=11),
        replace(proof, extra=b""),
        replace(proof, extra=RAW[4][:-1]),
        replace(proof, extra=RAW[4] + b"x"),
        replace(proof, hashes=(bytes(32),) * 65),
        replace(proof, checkpoint=b""),
    ]
    for each in wrong:
        with pytest.raises(MalformedProofError):
            verify_proof(each.encode(), LOG.key)


def test_a_proof_under_another_key_is_refused():
    with pytest.raises(UntrustedSignatureError):
        verify_proof(proof_of(4), OTHER.key)


@pytest.mark.parametrize("data", [b"", b"\xff\n\n", b"x" * (LARGEST_PROOF + 1)])
def test_a_malformed_or_huge_file_is_refused(data: bytes):
    with pytest.raises(MalformedProofError):
        verify_proof(data, LOG.key)
