"""RFC 9162 section 2.1 (and RFC 6962 section 2.1, same tree): published tree heads and proofs.

The eight leaves and their tree heads are those of the Certificate Transparency reference
implementation; both RFCs describe the same tree over SHA-256.
"""

from hashlib import sha256

import pytest

from infobank.accesslog.errors import LogTamperedError, MalformedProofError
from infobank.accesslog.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PAIRS = [(old, new) for new in range(1, 9) for old in range(1, new + 1)]


@pytest.mark.parametrize("size", range(9))
def test_the_published_tree_heads_come_out(size: int):
    """2.1.1: the head of a tree of 0 to 8 leaves."""
    assert root(HASHES[:size]).hex() == HEADS[size]


def test_the_empty_tree_has_the_hash_of_nothing():
    """2.1.1: MTH({}) = HASH()."""
    assert sha256().digest() == EMPTY_ROOT


def test_leaf_and_node_hashes_are_apart():
    """2.1.1: 0x00 and 0x01 before leaves and nodes give second preimage resistance."""
    two = root(HASHES[:2])
    assert leaf_hash(HASHES[0] + HASHES[1]) != two
    assert sha256(b"\x01" + HASHES[0] + HASHES[1]).digest() == two


def test_the_published_audit_path_comes_out():
    """2.1.3.1: the path of leaf 5 in the tree of 8 leaves."""
    assert [each.hex() for each in inclusion_proof(5, HASHES)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_example_of_the_rfc_names_the_same_nodes():
    """2.1.5: in the tree of 7 leaves, paths of d0, d3, d4, d6; proofs from 3, 4 and 6 leaves."""
    d = HASHES[:7]
    g, h, i, j = (root(d[at : at + 2]) for at in (0, 2, 4, 6))
    k, sub = root(d[:4]), root(d[4:7])
    assert inclusion_proof(0, d) == (d[1], h, sub)
    assert inclusion_proof(3, d) == (d[2], g, sub)
    assert inclusion_proof(4, d) == (d[5], j, k)
    assert inclusion_proof(6, d) == (i, k)
    assert consistency_proof(3, d) == (d[2], d[3], g, sub)
    assert consistency_proof(4, d) == (sub,)
    assert consistency_proof(6, d) == (i, j, k)


@pytest.mark.parametrize("size", range(1, 9))
def test_every_inclusion_proof_verifies_and_no_other_leaf_does(size: int):
    """2.1.3.2."""
    head = root(HASHES[:size])
    for index in range(size):
        proof = inclusion_proof(index, HASHES[:size])
        verify_inclusion(index, size, HASHES[index], proof, head)
        with pytest.raises(LogTamperedError):
            verify_inclusion(index, size, HASHES[index - 1] + b"", proof, b"\0" * 32)
        for wrong in (*(proof[:at] for at in range(len(proof))), (*proof, head)):
            with pytest.raises(MalformedProofError):
                verify_inclusion(index, size, HASHES[index], wrong, head)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_consistency_proof_verifies_and_no_other_head_does(old: int, new: int):
    """2.1.4.2."""
    proof = consistency_proof(old, HASHES[:new])
    was, now = root(HASHES[:old]), root(HASHES[:new])
    verify_consistency(old, new, proof, was, now)
    for heads in ((b"\0" * 32, now), (was, b"\0" * 32)):
        with pytest.raises(LogTamperedError):
            verify_consistency(old, new, proof, *heads)
    with pytest.raises(MalformedProofError):
        verify_consistency(old, new, (*proof, now), was, now)
    for at in range(len(proof)):
        changed = (*proof[:at], b"\0" * 32, *proof[at + 1 :])
        with pytest.raises(LogTamperedError):
            verify_consistency(old, new, changed, was, now)


@pytest.mark.parametrize("sizes", [(0, 5), (0, 0), (6, 5), (-1, 5), (1, 1 << 63)])
def test_nothing_is_proved_about_an_empty_or_larger_older_tree(sizes: tuple[int, int]):
    """2.1.4: 0 < m < n; and size1 = 0 proves nothing, so it is refused."""
    with pytest.raises(MalformedProofError):
        verify_consistency(*sizes, (), EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_outside_the_tree_is_refused(index: int, size: int):
    """2.1.3: 0 <= m < n."""
    with pytest.raises(MalformedProofError):
        verify_inclusion(index, size, HASHES[0], (), HASHES[0])
