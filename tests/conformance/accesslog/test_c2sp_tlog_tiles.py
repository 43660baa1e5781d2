"""C2SP tlog-tiles: names of tiles, entry bundles, partial tiles and how a tree grows."""

import pytest

from infobank.accesslog.errors import MalformedProofError, MissingTileError
from infobank.accesslog.merkle import EMPTY_ROOT, leaf_hash, root
from infobank.accesslog.tiles import (
    ENTRIES,
    Coordinate,
    edge_of,
    encode_bundle,
    integrate,
    parse_bundle,
    parse_path,
    path_of,
    root_from_tiles,
)

HASHES = [leaf_hash(b"%d" % number) for number in range(70_000)]


@pytest.mark.parametrize(
    ("coordinate", "path"),
    [
        (Coordinate(0, 0), "tile/0/000"),
        (Coordinate(0, 1067), "tile/0/x001/067"),
        (Coordinate(0, 1234067), "tile/0/x001/x234/067"),
        (Coordinate(1, 4, 5), "tile/1/004.p/5"),
        (Coordinate(63, 999, 255), "tile/63/999.p/255"),
        (Coordinate(ENTRIES, 1234067, 1), "tile/entries/x001/x234/067.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(coordinate: Coordinate, path: str):
    """Section "Merkle Tree": <N> in groups of three digits, all but the last led by x."""
    assert path_of(coordinate) == path
    assert parse_path(path) == coordinate


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/",
        "tile/0/000/",
        "tile/0/../000",
        "tile/0/\u0661\u0661\u0661",
        "tile/0/000\n",
        "tile/data/000",
    ],
)
def test_any_other_path_is_refused(path: str):
    """Section "Merkle Tree": one name for each tile."""
    with pytest.raises(MalformedProofError):
        parse_path(path)


def test_entry_bundles_are_length_prefixed():
    """Section "Log Entries": big-endian uint16 length before each entry."""
    entries = [b"", b"a", b"b" * 0xFFFF]
    bundle = encode_bundle(entries)
    assert bundle[:5] == b"\0\0\0\1a"
    assert parse_bundle(bundle) == entries


@pytest.mark.parametrize("bundle", [b"\0", b"\0\2a", b"\0\1ab", b"\0\0" * 257])
def test_a_bundle_cut_short_or_overfull_is_refused(bundle: bytes):
    """Section "Log Entries": up to 256 whole entries."""
    with pytest.raises(MalformedProofError):
        parse_bundle(bundle)


def test_the_tiles_of_a_tree_of_70000_are_those_of_the_specification():
    """Section "Partial Tiles": 273 full and one of 112; one full and one of 17; one of one."""
    grown = integrate(0, {}, HASHES)
    paths = {path_of(place) for place in grown.tiles}
    level0 = {f"tile/0/{index:03d}" for index in range(273)}
    upper = {"tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"}
    assert paths == level0 | upper
    assert grown.tiles[Coordinate(0, 0)] == b"".join(HASHES[:256])
    assert grown.tiles[Coordinate(1, 0)][:32] == root(HASHES[:256])
    assert grown.tiles[Coordinate(2, 0, 1)] == root(HASHES[:65_536])
    assert grown.root == root(HASHES)
    assert [path_of(place) for place in edge_of(70_000)] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]


def test_a_tree_grows_from_its_edge_alone():
    """Whatever the steps, the same tiles and root; only the partial tiles are read."""
    size, edge, every = 0, {}, {}
    for step in (0, 1, 254, 1, 1, 300, 65_000, 0, 700):
        grown = integrate(size, edge, HASHES[size : size + step])
        size = grown.size
        every |= grown.tiles
        edge = {place: every[place] for place in edge_of(size)}
        assert grown.root == root(HASHES[:size]) == root_from_tiles(size, edge)
    at_once = integrate(0, {}, HASHES[:size])
    assert at_once.tiles.items() <= every.items()


def test_an_edge_that_lacks_a_tile_or_some_bytes_is_refused():
    with pytest.raises(MissingTileError, match=r"tile/0/000\.p/3"):
        integrate(3, {}, HASHES[3:5])
    with pytest.raises(MalformedProofError):
        integrate(3, {Coordinate(0, 0, 3): b"short"}, HASHES[3:5])
    with pytest.raises(MalformedProofError):
        integrate(0, {}, [b"short"])


def test_an_empty_tree_has_no_tiles():
    grown = integrate(0, {}, [])
    assert (grown.size, grown.root, dict(grown.tiles)) == (0, EMPTY_ROOT, {})
    assert edge_of(0) == ()
