"""Entries, their commitment, and what a writer makes of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infobank.accesslog.commitment import (
    Commitment,
    Opening,
    check_opening,
    check_shown,
    commit,
    parse_opening,
)
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.errors import LogTamperedError, MalformedProofError
from infobank.accesslog.leaf import LEAF_BYTES, Leaf
from infobank.accesslog.writer import Prepared, Writer, check_mac, open_sealed, unseal
from infobank.errors import InvalidInputError
from infobank.vocabulary.text.canonical import canonical_json, joined

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
KEY, BLINDER, NONCE = b"k" * 32, b"b" * 32, b"n" * 12
WRITER = Writer(b"w" * 16, b"m" * 32, epoch=3)


def prepare(entry: Entry, seq: int = 5) -> Prepared:
    return WRITER.prepare(entry, seq, KEY, BLINDER, NONCE)


@pytest.mark.parametrize(
    "shown",
    [
        {"kind": "deposit"},
        {"at": "now"},
        {"resident": "r"},
        {"Upper": 1},
        {"": 1},
        {"x" * 41: 1},
        {"x": "y" * 2049},
        {"x": "\ud800"},
        {"x": 2**53},
        {"x": True},
        {"x": 1.5},
        {"x": None},
        {"f" + "x" * at: at for at in range(40)} | {"g" + "x" * at: at for at in range(30)},
    ],
)
def test_a_field_outside_the_limits_is_refused(shown: dict[str, Any]):
    with pytest.raises(InvalidInputError):
        Entry(EntryKind.PERMIT, AT, None, shown, {})


def test_a_field_both_shown_and_hidden_is_refused():
    with pytest.raises(InvalidInputError):
        Entry(EntryKind.PERMIT, AT, None, {"x": 1}, {"x": 1})


def test_an_instant_without_offset_or_before_1970_is_refused():
    for at in (AT.replace(tzinfo=None), AT.replace(year=1969)):
        with pytest.raises(InvalidInputError):
            Entry(EntryKind.PERMIT, at, None, {}, {})


def test_the_field_hash_is_the_one_the_specification_states():
    opening = Opening("count", 3, b"s" * 16)
    stated = joined(b"bank/log/f/v1", b"count", b"s" * 16, b"i3")
    assert opening.hash() == sha256(stated).digest()
    text = opening._replace(value="3")
    assert text.hash() == sha256(joined(b"bank/log/f/v1", b"count", b"s" * 16, b"s3")).digest()


def test_a_prepared_entry_differs_in_nothing_but_its_effect(entry: Entry):
    prepared = prepare(entry)
    live, void = Leaf.parse(prepared.leaf), Leaf.parse(prepared.leaf_void)
    assert live.in_effect
    assert replace(live, in_effect=False) == void
    assert (live.epoch, live.writer_id, live.seq) == (3, b"w" * 16, 5)
    assert live.second == int(entry.at.timestamp())
    assert live.sealed_hash == sha256(prepared.sealed).digest()


def test_each_leaf_has_its_own_mac(entry: Entry):
    prepared = prepare(entry)
    check_mac(WRITER.mac_key, prepared.leaf, prepared.mac)
    check_mac(WRITER.mac_key, prepared.leaf_void, prepared.mac_void)
    with pytest.raises(LogTamperedError):
        check_mac(WRITER.mac_key, prepared.leaf_void, prepared.mac)
    with pytest.raises(LogTamperedError):
        check_mac(b"x" * 32, prepared.leaf, prepared.mac)


def test_a_sealed_entry_opens_to_itself_under_either_effect(entry: Entry):
    prepared = prepare(entry)
    for leaf in (prepared.leaf, prepared.leaf_void):
        assert open_sealed(KEY, prepared.sealed, Leaf.parse(leaf)) == (entry, BLINDER)


def test_an_entry_without_resident_opens_to_itself():
    entry = Entry(EntryKind.PUBLICATION, AT, None, {"release": 1}, {})
    prepared = prepare(entry)
    assert open_sealed(KEY, prepared.sealed, Leaf.parse(prepared.leaf))[0] == entry


def test_a_sealed_entry_does_not_open_with_another_key_place_or_byte(entry: Entry):
    prepared = prepare(entry)
    leaf = Leaf.parse(prepared.leaf)
    changed = prepared.sealed[:-1] + bytes([prepared.sealed[-1] ^ 1])
    attempts = [
        (b"x" * 32, prepared.sealed, leaf),
        (KEY, prepared.sealed, replace(leaf, seq=6)),
        (KEY, prepared.sealed, replace(leaf, writer_id=b"v" * 16)),
        (KEY, changed, leaf),
        (KEY, changed, replace(leaf, sealed_hash=sha256(changed).digest())),
        (KEY, prepared.sealed, replace(leaf, commitment=b"c" * 32)),
        (KEY, b"", replace(leaf, sealed_hash=sha256(b"").digest())),
    ]
    for attempt in attempts:
        with pytest.raises(LogTamperedError):
            open_sealed(*attempt)
        if attempt[2].commitment == leaf.commitment:  # a list does not compare that (ADR 0033)
            with pytest.raises(LogTamperedError):
                unseal(*attempt)


def test_what_is_listed_says_what_the_entry_says(entry: Entry):
    prepared = prepare(entry)
    listed = unseal(KEY, prepared.sealed, Leaf.parse(prepared.leaf))
    assert listed == (entry.kind, entry.at, {**entry.shown, **entry.hidden})


@pytest.mark.parametrize("opens", [open_sealed, unseal])
@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"[" * 100_000,
        b"[]",
        b'{"kind":"permit"}',
        b'{"at":"2026-09-30T00:00:00Z","hidden":[],"kind":"permit","resident":null,"shown":{}}',
        b'{"at":"2026-09-30T00:00:00Z","hidden":{},"kind":"no kind","resident":null,"shown":{}}',
        b'{"at":"then","hidden":{},"kind":"permit","resident":null,"shown":{}}',
    ],
)
def test_what_opens_and_is_no_entry_is_malformed(
    entry: Entry, inside: bytes, opens: Callable[[bytes, bytes, Leaf], object]
):
    leaf = Leaf.parse(prepare(entry).leaf)
    context = b"\x01" + leaf.writer_id + leaf.seq.to_bytes(8, "big")
    sealed = bytes(12) + AESGCM(KEY).encrypt(bytes(12), inside, context)
    with pytest.raises(MalformedProofError):
        opens(KEY, sealed, replace(leaf, sealed_hash=sha256(sealed).digest()))


@pytest.mark.parametrize("at", [0, 1])
def test_a_leaf_of_another_format_effect_or_length_is_refused(entry: Entry, at: int):
    leaf = bytearray(prepare(entry).leaf)
    assert len(leaf) == LEAF_BYTES
    leaf[at] = 2
    for wrong in (bytes(leaf), prepare(entry).leaf + b"x", b""):
        with pytest.raises(MalformedProofError):
            Leaf.parse(wrong)


def test_the_shown_document_opens_the_shown_fields_and_no_other(entry: Entry):
    prepared = prepare(entry)
    shown = check_shown(prepared.shown_document, Leaf.parse(prepared.leaf))
    assert {each.name: each.value for each in shown.openings} == {
        "kind": "permit",
        "at": "2026-11-21T08:00:00.123456Z",
        **entry.shown,
    }
    assert len(shown.concealed) == 2
    assert str(entry.resident).encode() not in prepared.shown_document
    assert b"tag-0" not in prepared.shown_document
    assert b"block_tag" not in prepared.shown_document


def test_a_document_does_not_fit_another_leaf(entry: Entry):
    other = prepare(replace(entry, shown={"count": 9}))
    with pytest.raises(LogTamperedError):
        check_shown(prepare(entry).shown_document, Leaf.parse(other.leaf))


def test_a_hidden_field_is_opened_later_by_its_salt_alone(entry: Entry):
    prepared = prepare(entry)
    shown = check_shown(prepared.shown_document, Leaf.parse(prepared.leaf))
    opening = next(o for o in commit(entry, BLINDER).openings if o.name == "block_tag")
    check_opening(parse_opening(canonical_json(opening.row())), shown)
    for wrong in (
        opening._replace(value="tag-1"),
        opening._replace(name="resident"),
        opening._replace(salt=b"x" * 16),
    ):
        with pytest.raises(LogTamperedError):
            check_opening(wrong, shown)


def test_a_text_and_a_number_that_read_alike_are_told_apart(entry: Entry):
    number = commit(replace(entry, shown={"x": 1}), BLINDER)
    text = commit(replace(entry, shown={"x": "1"}), BLINDER)
    assert number.digest != text.digest


def test_a_document_that_names_a_field_twice_or_leads_with_another_is_refused(entry: Entry):
    committed = commit(entry, BLINDER)
    leaf = Leaf.parse(prepare(entry).leaf)
    rows = [opening.row() for opening in committed.openings]
    for order in ([0, 1, 2, 2], [1, 0, 2], [2, 0, 1], [0, 1, 0]):
        forged = type(committed)(
            tuple(committed.openings[at] for at in order),
            tuple(committed.hashes[at] for at in order),
        )
        document = canonical_json({"fields": [rows[at] for at in order], "v": 1})
        with pytest.raises(LogTamperedError):
            check_shown(document, replace(leaf, commitment=forged.digest))


@pytest.mark.parametrize(
    "at",
    ["2026-11-21T08:00:00.123456", "2026-11-21T08:00:00Z", "0001-01-01T00:00:00+23:59", "", 5],
)
def test_a_document_with_time_in_another_form_is_refused(entry: Entry, at: str | int):
    prepared = prepare(entry)
    openings = (Opening("kind", "permit", b"s" * 16), Opening("at", at, b"t" * 16))
    forged = Commitment(openings, tuple(each.hash() for each in openings))
    leaf = replace(Leaf.parse(prepared.leaf), commitment=forged.digest)
    with pytest.raises(MalformedProofError):
        check_shown(forged.document({"kind", "at"}), leaf)


def test_a_document_must_state_the_second_of_its_leaf(entry: Entry):
    prepared = prepare(entry)
    leaf = Leaf.parse(prepared.leaf)
    with pytest.raises(LogTamperedError):
        check_shown(prepared.shown_document, replace(leaf, second=leaf.second + 1))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"{}",
        b'{"fields":[],"v":1}',
        b'{"fields": [],"v":1}',
        b'{"fields":["x","y"],"v":1}',
        b'{"fields":[[1,2,3],[1,2,3]],"v":1}',
        b'{"fields":[["a",1.5,"AAAAAAAAAAAAAAAAAAAAAA=="],"x"],"v":1}',
        b'{"fields":[["a",true,"AAAAAAAAAAAAAAAAAAAAAA=="],"x"],"v":1}',
        b'{"fields":[["\\ud800",1,"AAAAAAAAAAAAAAAAAAAAAA=="],"x"],"v":1}',
        b'{"fields":[["a",' + b"9" * 5000 + b',"AAAAAAAAAAAAAAAAAAAAAA=="],"x"],"v":1}',
        b'"' + b"x" * (1 << 18) + b'"',
    ],
)
def test_a_malformed_document_is_refused(entry: Entry, document: bytes):
    with pytest.raises(MalformedProofError):
        check_shown(document, Leaf.parse(prepare(entry).leaf))


def test_no_secret_stands_in_a_representation():
    assert "mmmm" not in repr(WRITER)
