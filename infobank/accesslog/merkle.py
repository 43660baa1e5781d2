"""The Merkle tree of RFC 9162 section 2: hashes, proofs and their checks.

Hashes are 32 bytes; a row of hashes is their concatenation, left to right.
"""

import hmac
from collections.abc import Sequence
from functools import reduce
from hashlib import sha256
from typing import TypeAlias

from infobank.accesslog.errors import LogTamperedError, MalformedProofError

HASH_BYTES = 32
LARGEST_SIZE = 1 << 62
LONGEST_PROOF = 64
"""Hashes of a proof: one a level, and no tree has more levels."""

Span: TypeAlias = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves (section 2.1.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf's bytes (section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(row: bytes) -> bytes:
    """Return the root over a row of 1, 2, 4, 8, ... hashes."""
    while len(row) > HASH_BYTES:
        row = b"".join(
            [sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, len(row), 64)]
        )
    return row


def peaks(start: int, end: int) -> list[Span]:
    """Cut a span of leaves into the perfect subtrees it is made of, largest first.

    The span must be a subtree of some RFC 9162 tree, so that its start is aligned.
    """
    found = []
    while start < end:
        width = 1 << ((end - start).bit_length() - 1)
        found.append((start, start + width))
        start += width
    return found


def bag(roots: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees given largest first."""
    if not roots:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(roots))


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes (section 2.1.1)."""
    return bag([perfect_root(b"".join(hashes[a:b])) for a, b in peaks(0, len(hashes))])


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the subtrees whose roots prove a leaf, lowest first (section 2.1.3.1).

    Raises:
        MalformedProofError: the tree of that size has no such leaf.
    """
    if not 0 <= index < size <= LARGEST_SIZE:
        raise MalformedProofError("the tree has no leaf with that index")
    start, end, spans = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return the subtrees whose roots prove that a tree grew (section 2.1.4.1).

    Raises:
        MalformedProofError: not 0 < old <= new; nothing is proved about an empty tree.
    """
    if not 0 < old <= new <= LARGEST_SIZE:
        raise MalformedProofError("a consistency proof needs 0 < old size <= new size")
    start, end, whole, spans = 0, new, True, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, whole = middle, False
    if not whole:
        spans.append((start, end))
    return spans[::-1]


def inclusion_proof(index: int, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the proof of one leaf from all leaf hashes (section 2.1.3.1)."""
    return tuple(root(hashes[a:b]) for a, b in inclusion_spans(index, len(hashes)))


def consistency_proof(old: int, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the proof that the tree of `old` leaves grew into this (section 2.1.4.1)."""
    return tuple(root(hashes[a:b]) for a, b in consistency_spans(old, len(hashes)))


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes
) -> None:
    """Check that a leaf hash is in the tree with that root (section 2.1.3.2).

    Raises:
        MalformedProofError: no proof for this index and size has this shape.
        LogTamperedError: the proof leads to another root.
    """
    spans = inclusion_spans(index, size)
    _check_shape(proof, len(spans))
    found = leaf
    for (start, _), sibling in zip(spans, proof, strict=True):
        found = node_hash(found, sibling) if start > index else node_hash(sibling, found)
    if not hmac.compare_digest(found, expected):
        raise LogTamperedError("the proof does not lead from the leaf to the root")


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree with the new root holds the old one unchanged (section 2.1.4.2).

    Raises:
        MalformedProofError: no proof for these sizes has this shape; also when `old` is 0.
        LogTamperedError: the proof leads to other roots.
    """
    spans = consistency_spans(old, new)
    _check_shape(proof, len(spans))
    steps = list(zip(spans, proof, strict=True))
    # When the old tree is a perfect subtree of the new one, its root starts the proof.
    seed = steps.pop(0)[1] if steps and steps[0][0][1] == old else old_root
    was = now = seed
    for (start, _), sibling in steps:
        if start >= old:
            now = node_hash(now, sibling)
        else:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
    if not (hmac.compare_digest(was, old_root) and hmac.compare_digest(now, new_root)):
        raise LogTamperedError("the tree is not a continuation of the older one")


def _split(count: int) -> int:
    """Return the largest power of two below a count of at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _check_shape(proof: Sequence[bytes], steps: int) -> None:
    if len(proof) != steps or any(len(each) != HASH_BYTES for each in proof):
        raise MalformedProofError(f"the proof must be {steps} hashes of 32 bytes")
