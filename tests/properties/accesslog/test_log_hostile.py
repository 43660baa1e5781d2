"""Hostile bytes are refused with one of our errors, and never with another."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.accesslog.checkpoint import Checkpoint
from infobank.accesslog.commitment import check_shown, parse_opening
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.note import Signer, VerifierKey, open_note
from infobank.accesslog.paper import from_paper
from infobank.accesslog.proof import verify_proof
from infobank.accesslog.tiles import encode_bundle, parse_bundle, parse_path
from infobank.errors import InfobankError

LEAF = Leaf(
    in_effect=True,
    epoch=1,
    writer_id=bytes(16),
    seq=0,
    second=0,
    commitment=bytes(32),
    sealed_hash=bytes(32),
)
KEY = Signer("log.example/a", Ed25519PrivateKey.from_private_bytes(bytes(32))).key
ANY_TEXT = st.text(st.characters(), max_size=200)
SALT = "AAAAAAAAAAAAAAAAAAAAAA=="
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.just(SALT),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=12,
)
BYTES_READERS: list[Callable[[bytes], object]] = [
    Leaf.parse,
    parse_bundle,
    parse_opening,
    lambda data: check_shown(data, LEAF),
    lambda data: open_note(data, [KEY]),
    lambda data: verify_proof(data, KEY),
    lambda data: verify_proof(b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + data, KEY),
    lambda data: open_note(b"text\n\n\xe2\x80\x94 " + data + b"\n", [KEY]),
]
TEXT_READERS: list[Callable[[str], object]] = [
    parse_path,
    VerifierKey.parse,
    Checkpoint.parse,
    from_paper,
    lambda text: from_paper(f"infobank log key, version 1\nN1/1 {text}"),
    lambda text: VerifierKey.parse(f"{text}+00000000+AQ=="),
    lambda text: Checkpoint.parse(f"a\n{text}\n"),
]


@pytest.mark.parametrize("read", BYTES_READERS)
@settings(deadline=None)
@given(data=st.binary(max_size=300))
def test_bytes_are_read_or_refused(read: Callable[[bytes], object], data: bytes):
    with suppress(InfobankError):
        read(data)


@pytest.mark.parametrize("read", TEXT_READERS)
@settings(deadline=None)
@given(text=st.text(st.characters(categories=["L", "N", "P", "Z", "C"]), max_size=200))
def test_texts_are_read_or_refused(read: Callable[[str], object], text: str):
    with suppress(InfobankError):
        read(text)


@settings(deadline=None)
@given(st.lists(JSON, max_size=5), JSON)
def test_documents_of_any_shape_are_refused(rows: list[object], other: object):
    for value in ({"fields": rows, "v": 1}, {"fields": other, "v": 1}, rows, other):
        document = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        with pytest.raises(InfobankError):
            check_shown(document, LEAF)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=256))
def test_every_bundle_is_read_as_it_was_written(entries: list[bytes]):
    assert parse_bundle(encode_bundle(entries)) == entries
