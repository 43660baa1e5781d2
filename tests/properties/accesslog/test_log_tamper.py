"""Whatever is done to a published log, the verifier finds and names it, and never breaks."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.accesslog.checkpoint import Checkpoint, sign_checkpoint
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.errors import MalformedProofError, UntrustedSignatureError
from infobank.accesslog.merkle import leaf_hash
from infobank.accesslog.note import Signer
from infobank.accesslog.tiles import (
    ENTRIES,
    Coordinate,
    encode_bundle,
    integrate,
    parse_bundle,
    parse_path,
    path_of,
    shown_path,
)
from infobank.accesslog.verifier.log import verify_log
from infobank.accesslog.writer import Writer
from infobank.errors import NotFoundError

SIZE = 300
SIGNER = Signer("log.example/a", Ed25519PrivateKey.from_private_bytes(bytes(32)))
AT = datetime(2026, 11, 21, tzinfo=UTC)


def published() -> dict[str, bytes]:
    """Return the files of a log of one writer's entries."""
    writer = Writer(b"w" * 16, b"m" * 32)
    entries = [Entry(EntryKind.DEPOSIT, AT, None, {"count": n}, {"tag": n}) for n in range(SIZE)]
    prepared = [
        writer.prepare(entry, n, b"k" * 32, sha256(b"%d" % n).digest(), n.to_bytes(12, "big"))
        for n, entry in enumerate(entries)
    ]
    grown = integrate(0, {}, [leaf_hash(each.leaf) for each in prepared])
    files = {path_of(place): tile for place, tile in grown.tiles.items()}
    for index in range(2):
        part = prepared[index * 256 : index * 256 + 256]
        place = Coordinate(ENTRIES, index, len(part))
        files[path_of(place)] = encode_bundle(each.leaf for each in part)
        documents = b"".join(each.shown_document + b"\n" for each in part)
        files[shown_path(index, len(part))] = documents
    checkpoint = Checkpoint(SIGNER.name, SIZE, grown.root)
    return files | {"checkpoint": sign_checkpoint(checkpoint, [SIGNER])}


FILES = published()
BUNDLES = sorted(path for path in FILES if path.startswith("tile/entries"))
PATHS = st.sampled_from(sorted(FILES))


def reader(files: dict[str, bytes]) -> Callable[[str], bytes]:
    def fetch(path: str) -> bytes:
        if path not in files:
            raise NotFoundError("no such file")
        return files[path]

    return fetch


def findings(path: str, data: bytes) -> list[tuple[str, int | None]]:
    result = verify_log(reader(FILES | {path: data}), SIGNER.key)
    return [(each.path, each.index) for each in result.findings]


def test_the_log_is_sound_before_anything_is_done_to_it():
    result = verify_log(reader(FILES), SIGNER.key)
    assert result.sound
    assert result.documents == SIZE


@settings(max_examples=40, deadline=None)
@given(PATHS, st.data())
def test_a_changed_bit_of_any_file_is_found(path: str, data: st.DataObject):
    changed = bytearray(FILES[path])
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = findings(path, bytes(changed))
    except (MalformedProofError, UntrustedSignatureError):
        assert path == "checkpoint"
        return
    assert found
    entry = at // 104
    if path in BUNDLES and at % 104 > 1:
        assert (path, parse_path(path).index * 256 + entry) in found


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(BUNDLES), st.data())
def test_a_removed_repeated_or_moved_entry_is_named(path: str, data: st.DataObject):
    entries = parse_bundle(FILES[path])
    places = st.integers(0, len(entries) - 1)
    one, other = data.draw(places), data.draw(places)
    first = parse_path(path).index * 256
    removed = entries[:one] + entries[one + 1 :]
    assert (path, first + one) in findings(path, encode_bundle(removed))
    if len(entries) < 256:
        repeated = [*entries[:one], entries[other], *entries[one:]]
        place = first + one + (one == other)
        assert (path, place) in findings(path, encode_bundle(repeated))
    if one != other:
        moved = list(entries)
        moved[one], moved[other] = moved[other], moved[one]
        assert {(path, first + one), (path, first + other)} <= set(
            findings(path, encode_bundle(moved))
        )


@settings(max_examples=40, deadline=None)
@given(PATHS, st.binary(max_size=300))
def test_rubbish_in_any_file_is_found_and_breaks_nothing(path: str, rubbish: bytes):
    try:
        assert findings(path, rubbish)
    except (MalformedProofError, UntrustedSignatureError):
        assert path == "checkpoint"


@settings(max_examples=40, deadline=None)
@given(PATHS, st.data())
def test_a_file_cut_anywhere_is_found(path: str, data: st.DataObject):
    end = data.draw(st.integers(0, len(FILES[path]) - 1))
    try:
        assert findings(path, FILES[path][:end])
    except (MalformedProofError, UntrustedSignatureError):
        assert path == "checkpoint"
