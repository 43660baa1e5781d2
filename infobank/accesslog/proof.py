"""Offline proofs (C2SP tlog-proof v1): one small file that proves one entry.

The extra part carries the leaf and, after it, a document with the fields to be shown.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Self

from infobank.accesslog.checkpoint import Checkpoint, open_checkpoint
from infobank.accesslog.commitment import LARGEST_DOCUMENT, Shown, check_shown
from infobank.accesslog.errors import MalformedProofError
from infobank.accesslog.leaf import LEAF_BYTES, Leaf
from infobank.accesslog.merkle import HASH_BYTES, LONGEST_PROOF, leaf_hash, verify_inclusion
from infobank.accesslog.note import LARGEST_NOTE, VerifierKey, decode_base64

HEADER = "c2sp.org/tlog-proof@v1"
LARGEST_PROOF = LARGEST_NOTE + 2 * LARGEST_DOCUMENT
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True)
class OfflineProof:
    """The parts of a proof file: nothing in it is checked yet.

    `checkpoint` is the signed note.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def encode(self) -> bytes:
        """Return the proof file."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [b64encode(each).decode() for each in self.hashes]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.checkpoint

    @classmethod
    def parse(cls, file: bytes) -> Self:
        """Read a proof file.

        Raises:
            MalformedProofError: it is something else, or too large.
        """
        if len(file) > LARGEST_PROOF:
            raise MalformedProofError(f"a proof has at most {LARGEST_PROOF} bytes")
        head, blank, checkpoint = file.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            lines = []
        if not blank or not checkpoint or not lines or lines.pop(0) != HEADER:
            raise MalformedProofError(f"a proof starts with {HEADER}")
        extra = _parse_extra(lines)
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None or len(lines) > LONGEST_PROOF:
            raise MalformedProofError("a proof states its index, then its hashes")
        return cls(int(index[1]), tuple(map(_parse_hash, lines)), checkpoint, extra)


@dataclass(frozen=True)
class ProvenEntry:
    """What a proof file proves: this leaf is in this log, and these are its fields."""

    index: int
    leaf: Leaf
    shown: Shown | None
    checkpoint: Checkpoint


def build_proof(
    index: int, leaf: bytes, document: bytes, hashes: tuple[bytes, ...], checkpoint: bytes
) -> bytes:
    """Return the proof file of one leaf, with a document of its opened fields (or none)."""
    return OfflineProof(index, hashes, checkpoint, leaf + document).encode()


def verify_proof(file: bytes, key: VerifierKey) -> ProvenEntry:
    """Check a proof file, with nothing but the log's public key.

    Raises:
        MalformedProofError: it is not a proof file of this bank.
        UntrustedSignatureError: the log did not sign its checkpoint.
        LogTamperedError: the leaf is not in the log, or its fields are others.
    """
    proof = OfflineProof.parse(file)
    checkpoint = open_checkpoint(proof.checkpoint, key)
    raw, document = proof.extra[:LEAF_BYTES], proof.extra[LEAF_BYTES:]
    leaf = Leaf.parse(raw)
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(raw), proof.hashes, checkpoint.root)
    shown = check_shown(document, leaf) if document else None
    return ProvenEntry(proof.index, leaf, shown, checkpoint)


def _parse_extra(lines: list[str]) -> bytes:
    if lines and lines[0].startswith("extra "):
        return decode_base64(lines.pop(0).removeprefix("extra "))
    return b""


def _parse_hash(line: str) -> bytes:
    raw = decode_base64(line)
    if len(raw) != HASH_BYTES:
        raise MalformedProofError("a hash of a proof has 32 bytes")
    return raw
