"""The verifier finds and names what was done to a log (assertions E1, E4, E8, E9)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.accesslog.errors import MalformedProofError, UntrustedSignatureError
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.note import Signer
from infobank.accesslog.tiles import encode_bundle, parse_bundle
from infobank.accesslog.verifier.findings import MOST_FINDINGS, Verification
from infobank.accesslog.verifier.log import verify_log
from infobank.errors import NotFoundError


class Log(Protocol):
    """What the fixture makes."""

    leaves: list[bytes]
    files: dict[str, bytes]
    signer: Signer

    def fetch(self, path: str) -> bytes:
        """Read a file."""
        ...

    def publish(self) -> None:
        """Publish again."""
        ...

    def checkpoint_at(self, size: int) -> bytes:
        """Sign an older checkpoint."""
        ...


MakeLog = Callable[[int], Log]
FULL, PART = "tile/entries/000", "tile/entries/002.p/88"


def check(log: Log, since: bytes | None = None) -> Verification:
    return verify_log(log.fetch, log.signer.key, since)


def said(result: Verification) -> list[tuple[str, int | None]]:
    return [(each.path, each.index) for each in result.findings]


def edit(log: Log, path: str, change: Callable[[list[bytes]], None]) -> None:
    entries = parse_bundle(log.files[path])
    change(entries)
    log.files[path] = encode_bundle(entries)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 600])
def test_an_untouched_log_is_sound(make_log: MakeLog, count: int):
    result = check(make_log(count))
    assert result.sound
    assert result.size == result.documents == count
    assert sum(each.void for each in result.writers) == count // 7
    assert sum(each.in_effect + each.void for each in result.writers) == count


def test_a_changed_entry_is_named(make_log: MakeLog):
    log = make_log(600)

    def change(entries: list[bytes]) -> None:
        leaf = Leaf.parse(entries[17])
        entries[17] = replace(leaf, second=leaf.second - 3600).encode()

    edit(log, FULL, change)
    result = check(log)
    assert (FULL, 17) in said(result)
    assert {each.index for each in result.findings} == {17}


def test_a_removed_entry_is_named(make_log: MakeLog):
    log = make_log(600)
    edit(log, PART, lambda entries: entries.pop(10))
    assert (PART, 522) in said(check(log))


def test_an_inserted_entry_is_named(make_log: MakeLog):
    log = make_log(600)
    edit(log, PART, lambda entries: entries.insert(10, entries[0]))
    assert (PART, 522) in said(check(log))


def test_reordered_entries_are_named(make_log: MakeLog):
    log = make_log(600)

    def swap(entries: list[bytes]) -> None:
        entries[3], entries[4] = entries[4], entries[3]

    edit(log, FULL, swap)
    result = check(log)
    moved = [each.index for each in result.findings if "moved" in each.what]
    assert moved == [3, 4]


def test_a_last_entry_removed_with_a_smaller_signed_tree_shows_against_an_older_checkpoint(
    make_log: MakeLog,
):
    log = make_log(600)
    old = log.checkpoint_at(600)
    del log.leaves[599]
    log.publish()
    assert check(log).sound
    assert "had 600 entries and now has 599" in check(log, old).findings[0].what


def test_an_entry_dropped_before_sequencing_shows_as_a_gap_of_its_writer(make_log: MakeLog):
    log = make_log(600)
    writer = Leaf.parse(log.leaves[300]).writer_id
    del log.leaves[300]
    log.files.clear()
    log.publish()
    gaps = [each for each in check(log).findings if "is missing" in each.what]
    assert [(each.index, each.path) for each in gaps] == [(302, "tile/entries/001")]
    assert f"writer {writer.hex()}: before its number 101, 100 is missing" in gaps[0].what


def test_an_entry_logged_twice_and_a_late_entry_are_named(make_log: MakeLog):
    log = make_log(60)
    log.leaves[3], log.leaves[6] = log.leaves[6], log.leaves[3]
    log.leaves.append(log.leaves[0])
    log.publish()
    log.files = {path: data for path, data in log.files.items() if not path.startswith("shown")}
    result = check(log)
    assert [each.index for each in result.findings] == [3, 6, 60]


def test_a_rewritten_history_shows_against_an_older_checkpoint(make_log: MakeLog):
    log = make_log(600)
    kept = {size: log.checkpoint_at(size) for size in (1, 255, 256, 300, 512, 600)}
    assert all(check(log, old).sound for old in kept.values())
    leaf = Leaf.parse(log.leaves[270])
    log.leaves[270] = replace(leaf, sealed_hash=bytes(32)).encode()
    log.publish()
    verdicts = {size: check(log, old).sound for size, old in kept.items()}
    assert verdicts == {1: True, 255: True, 256: True, 300: False, 512: False, 600: False}


@pytest.mark.parametrize("count", [1, 40, 256, 300])
def test_a_log_rebuilt_as_a_whole_does_not_fit_the_signed_root(make_log: MakeLog, count: int):
    log = make_log(count)
    signed = log.files["checkpoint"]
    log.leaves[0] = replace(Leaf.parse(log.leaves[0]), sealed_hash=bytes(32)).encode()
    log.publish()
    log.files["checkpoint"] = signed
    assert said(check(log)) == [("checkpoint", None)]


@pytest.mark.parametrize(
    ("path", "place", "index"),
    [("tile/0/001", 5, 261), ("tile/0/002.p/88", 5, 517), ("tile/1/000.p/2", 1, 256)],
)
def test_a_changed_tile_is_named(make_log: MakeLog, path: str, place: int, index: int):
    log = make_log(600)
    tile = bytearray(log.files[path])
    tile[place * 32] ^= 1
    log.files[path] = bytes(tile)
    assert index in {each.index for each in check(log).findings}


def test_a_bundle_changed_together_with_its_tile_is_named_by_the_tile_above(make_log: MakeLog):
    log, other = make_log(600), make_log(600)
    other.leaves[300] = replace(Leaf.parse(other.leaves[300]), second=0).encode()
    other.publish()
    for path in ("tile/entries/001", "tile/0/001"):
        log.files[path] = other.files[path]
    result = check(log)
    assert ("tile/1/000.p/2", 256) in said(result)
    assert "entries 256 to 511" in " ".join(each.what for each in result.findings)


def test_every_missing_file_is_named(make_log: MakeLog):
    log = make_log(600)
    paths = [path for path in log.files if path.startswith("tile/")]
    for path in paths:
        data = log.files.pop(path)
        assert path in {each.path for each in check(log).findings}
        log.files[path] = data
    assert check(log).sound


def test_a_changed_document_is_named(make_log: MakeLog):
    log = make_log(600)
    log.files["shown/001"] = log.files["shown/001"].replace(b'["count",300,', b'["count",301,')
    assert said(check(log)) == [("shown/001", 300)]


def test_a_missing_document_line_is_named(make_log: MakeLog):
    log = make_log(300)
    log.files["shown/000"] = log.files["shown/000"].split(b"\n", 1)[1]
    assert ("shown/000", 0) in said(check(log))


def test_a_partial_file_may_have_become_full_meanwhile(make_log: MakeLog):
    log, later = make_log(300), make_log(600)
    later.files["checkpoint"] = log.files["checkpoint"]
    assert "tile/0/001.p/44" not in later.files
    result = check(later)
    missing = {each.path for each in result.findings}
    # The level-1 tile of one hash was deleted too early; everything else is still there.
    assert missing == {"tile/1/000.p/1"}
    later.files["tile/1/000.p/1"] = log.files["tile/1/000.p/1"]
    assert check(later).sound


def test_another_key_or_no_checkpoint_is_refused(make_log: MakeLog):
    log = make_log(3)
    other = Signer(log.signer.name, Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    with pytest.raises(UntrustedSignatureError):
        verify_log(log.fetch, other.key)
    del log.files["checkpoint"]
    with pytest.raises(NotFoundError):
        check(log)


@pytest.mark.parametrize(
    "data", [b"", b"\xff" * 50, b"x" * 100_000, b"a\n1\nx\n\n\xe2\x80\x94 a b\n"]
)
def test_a_malformed_checkpoint_is_refused(make_log: MakeLog, data: bytes):
    log = make_log(3)
    log.files["checkpoint"] = data
    with pytest.raises(MalformedProofError):
        check(log)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff\xff", bytes(512), b"\0\1x" * 300, bytes(1 << 20)]
)
def test_malformed_files_are_findings(make_log: MakeLog, data: bytes):
    for path in (FULL, PART, "tile/0/000", "tile/1/000.p/2", "shown/000"):
        log = make_log(600)
        log.files[path] = data
        assert path in {each.path for each in check(log).findings}


def test_a_log_that_claims_to_be_huge_is_given_up(make_log: MakeLog):
    log = make_log(1)
    log.files = {"checkpoint": log.checkpoint(1 << 62, bytes(32))}  # type: ignore[attr-defined]
    assert len(check(log).findings) == MOST_FINDINGS


def test_entries_of_another_epoch_are_named(make_log: MakeLog):
    log = make_log(10)
    log.leaves[4] = replace(Leaf.parse(log.leaves[4]), epoch=9).encode()
    log.publish()
    assert ("tile/entries/000.p/10", 4) in said(check(log))
