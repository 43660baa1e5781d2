"""Whatever an entry says, what is written of it is the canonical JSON of its fields."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.accesslog.commitment import base64_text, commit
from infobank.accesslog.entry import Entry, EntryKind, FieldValue
from infobank.accesslog.leaf import FORMAT, Leaf
from infobank.accesslog.writer import FRESH_BYTES, NONCE_BYTES, Writer, check_mac, open_sealed
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.canonical import canonical_json

KEY, BLINDER, NONCE = b"k" * 32, b"b" * 32, b"n" * 12
WRITER = Writer(b"w" * 16, b"m" * 32)
RESIDENT = ResidentId(UUID(int=7))

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.one_of(TEXTS, st.integers(-(2**53) + 1, 2**53 - 1))
FIELDS = st.dictionaries(st.sampled_from("abcdefgh"), VALUES, max_size=6)
ENTRIES = st.builds(
    lambda kind, resident, shown, hidden: Entry(
        kind,
        datetime(2026, 11, 21, 8, tzinfo=UTC),
        resident,
        shown,
        {name: value for name, value in hidden.items() if name not in shown},
    ),
    st.sampled_from(EntryKind),
    st.sampled_from([None, RESIDENT]),
    FIELDS,
    FIELDS,
)


@settings(deadline=None)
@given(ENTRIES, st.sets(st.sampled_from(["kind", "at", "resident", *"abcdefgh"])))
def test_a_document_is_canonical_json_of_what_is_opened_and_concealed(
    entry: Entry, names: set[str]
):
    committed = commit(entry, BLINDER)
    rows = [
        opening.row() if opening.name in names else base64_text(hashed)
        for opening, hashed in zip(committed.openings, committed.hashes, strict=True)
    ]
    assert committed.document(names) == canonical_json({"fields": rows, "v": 1})


@settings(deadline=None)
@given(ENTRIES)
def test_what_is_sealed_is_canonical_json_of_the_whole_entry(entry: Entry):
    prepared = WRITER.prepare(entry, 5, KEY, BLINDER, NONCE)
    context = bytes((FORMAT,)) + WRITER.writer_id + (5).to_bytes(8, "big")
    inside = AESGCM(KEY).decrypt(NONCE, prepared.sealed[NONCE_BYTES:], context)
    stated: dict[str, FieldValue | dict[str, FieldValue] | None] = {
        "at": "2026-11-21T08:00:00.000000Z",
        "blinder": base64_text(BLINDER),
        "hidden": dict(entry.hidden),
        "kind": entry.kind.value,
        "resident": None if entry.resident is None else str(entry.resident),
        "shown": dict(entry.shown),
    }
    assert inside == canonical_json(stated)
    assert json.loads(inside) == stated


@settings(deadline=None)
@given(st.lists(ENTRIES, max_size=5), st.integers(0, 2**40))
def test_many_entries_are_prepared_as_one_by_one(entries: list[Entry], first: int):
    fresh = bytes(range(256))[: FRESH_BYTES * len(entries)]
    keyed = [(entry, bytes([place]) * 32) for place, entry in enumerate(entries)]
    made = WRITER.prepare_many(keyed, first, fresh)
    assert len(made) == len(entries)
    for place, (prepared, (entry, key)) in enumerate(zip(made, keyed, strict=True)):
        drawn = fresh[FRESH_BYTES * place : FRESH_BYTES * (place + 1)]
        assert prepared == WRITER.prepare(entry, first + place, key, drawn[:32], drawn[32:])
        check_mac(WRITER.mac_key, prepared.leaf, prepared.mac)
        assert open_sealed(key, prepared.sealed, Leaf.parse(prepared.leaf))[0] == entry


@pytest.mark.parametrize("length", [0, FRESH_BYTES - 1, 2 * FRESH_BYTES])
def test_entries_without_fresh_bytes_of_their_own_are_refused(length: int):
    entry = Entry(EntryKind.PUBLICATION, datetime(2026, 11, 21, tzinfo=UTC), None, {}, {})
    with pytest.raises(InvalidInputError):
        WRITER.prepare_many([(entry, KEY)], 0, bytes(length))
