"""Proofs from tiles are those of the RFC's own recursion, whatever the size."""

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.accesslog import merkle, tileproofs
from infobank.accesslog.tiles import edge_of, integrate, root_from_tiles

SIZES = st.integers(1, 2000)
HASHES = [merkle.leaf_hash(b"%d" % number) for number in range(2000)]
_known: dict[tuple[int, int], bytes] = {}


def naive_root(start: int, end: int) -> bytes:
    """MTH of RFC 9162 section 2.1.1, as it is written there."""
    if (start, end) not in _known:
        count = end - start
        if count == 1:
            _known[start, end] = HASHES[start]
        else:
            k = max(1 << n for n in range(11) if 1 << n < count)
            parts = naive_root(start, start + k) + naive_root(start + k, end)
            _known[start, end] = sha256(b"\x01" + parts).digest()
    return _known[start, end]


def naive_path(m: int, start: int, end: int) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    count = end - start
    if count == 1:
        return []
    k = max(1 << n for n in range(11) if 1 << n < count)
    if m < k:
        return [*naive_path(m, start, start + k), naive_root(start + k, end)]
    return [*naive_path(m - k, start + k, end), naive_root(start, start + k)]


def naive_subproof(m: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    count = end - start
    if m == count:
        return [] if whole else [naive_root(start, end)]
    k = max(1 << n for n in range(11) if 1 << n < count)
    if m <= k:
        left = naive_subproof(m, start, start + k, whole=whole)
        return [*left, naive_root(start + k, end)]
    right = naive_subproof(m - k, start + k, end, whole=False)
    return [*right, naive_root(start, start + k)]


@settings(max_examples=60, deadline=None)
@given(SIZES, st.data())
def test_inclusion_proofs_from_tiles_are_those_of_the_recursion(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    every = integrate(0, {}, HASHES[:size])
    needed = tileproofs.tiles_for_inclusion(index, size)
    tiles = {place: every.tiles[place] for place in needed}
    proof = tileproofs.inclusion_proof(index, size, tiles)
    assert list(proof) == naive_path(index, 0, size)
    assert proof == merkle.inclusion_proof(index, HASHES[:size])
    merkle.verify_inclusion(index, size, HASHES[index], proof, every.root)


@settings(max_examples=60, deadline=None)
@given(SIZES, st.data())
def test_consistency_proofs_from_tiles_are_those_of_the_recursion(size: int, data: st.DataObject):
    old = data.draw(st.integers(1, size))
    every = integrate(0, {}, HASHES[:size])
    needed = tileproofs.tiles_for_consistency(old, size)
    tiles = {place: every.tiles[place] for place in needed}
    proof = tileproofs.consistency_proof(old, size, tiles)
    assert list(proof) == naive_subproof(old, 0, size, whole=True)
    assert proof == merkle.consistency_proof(old, HASHES[:size])
    merkle.verify_consistency(old, size, proof, naive_root(0, old), every.root)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_tree_grown_in_any_steps_has_the_root_of_the_recursion(steps: list[int]):
    size, tiles = 0, {}
    for step in steps:
        end = min(size + step, len(HASHES))
        edge = {place: tiles[place] for place in edge_of(size)}
        grown = integrate(size, edge, HASHES[size:end])
        size, tiles = grown.size, tiles | grown.tiles
        assert root_from_tiles(size, tiles) == grown.root
        assert grown.root == (naive_root(0, size) if size else merkle.EMPTY_ROOT)
