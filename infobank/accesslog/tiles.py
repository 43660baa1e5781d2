"""The tree cut into 256-wide tiles (C2SP tlog-tiles): names, bundles and growth.

A tile holds up to 256 neighbouring hashes of every eighth level; an entry bundle holds
the up to 256 entries below a level-0 tile.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from infobank.accesslog.errors import MalformedProofError, MissingTileError
from infobank.accesslog.merkle import HASH_BYTES, LARGEST_SIZE, bag, peaks, perfect_root

TILE_WIDTH = 256
TILE_BYTES = TILE_WIDTH * HASH_BYTES
ENTRIES = -1
"""The level that stands for entry bundles in a coordinate."""

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?",
    re.ASCII,
)
_HIGHEST_LEVEL = 63


@dataclass(frozen=True, slots=True)
class Coordinate:
    """Which tile: its level, its place in the level, and how many hashes (entries) it holds."""

    level: int
    index: int
    width: int = TILE_WIDTH


@dataclass(frozen=True)
class Integration:
    """A grown tree: its size, its root, and every tile that is new or has grown."""

    size: int
    root: bytes
    tiles: Mapping[Coordinate, bytes]


def path_of(coordinate: Coordinate) -> str:
    """Return the path of a tile or an entry bundle, such as `tile/0/x001/067.p/5`."""
    level = "entries" if coordinate.level == ENTRIES else str(coordinate.level)
    return f"tile/{level}/{number_path(coordinate.index, coordinate.width)}"


def shown_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of the documents shown with the entries of a bundle: one a line."""
    return f"shown/{number_path(index, width)}"


def number_path(index: int, width: int) -> str:
    """Return a tile's place as path elements of three digits, with `.p/W` when partial."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups) + ("" if width == TILE_WIDTH else f".p/{width}")


def parse_path(path: str) -> Coordinate:
    """Read the path of a tile or an entry bundle.

    Raises:
        MalformedProofError: no tile has this path.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedProofError("not the path of a tile")
    level = ENTRIES if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    coordinate = Coordinate(level, index, int(match[3] or TILE_WIDTH))
    # The one canonical path: no x000 in front, no .p/256 or above.
    if level > _HIGHEST_LEVEL or path_of(coordinate) != path or coordinate.width > TILE_WIDTH:
        raise MalformedProofError("not the path of a tile")
    return coordinate


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: each entry led by its length in two big-endian bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(bundle: bytes) -> list[bytes]:
    """Read the entries of a bundle.

    Raises:
        MalformedProofError: it ends inside an entry, or holds more than 256.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or at + 2 > len(bundle) or len(entries) == TILE_WIDTH:
            raise MalformedProofError("not an entry bundle")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries


def edge_of(size: int) -> tuple[Coordinate, ...]:
    """Return the partial tiles on the right edge of a tree, lowest level first.

    They are all a sequencer must keep at hand to let the tree grow.
    """
    if not 0 <= size <= LARGEST_SIZE:
        raise MalformedProofError("no tree has this size")
    found, level = [], 0
    while nodes := size >> (8 * level):
        if nodes % TILE_WIDTH:
            found.append(Coordinate(level, nodes // TILE_WIDTH, nodes % TILE_WIDTH))
        level += 1
    return tuple(found)


def take(tiles: Mapping[Coordinate, bytes], coordinate: Coordinate) -> bytes:
    """Return one tile of those given.

    Raises:
        MissingTileError: it was not given.
        MalformedProofError: it does not hold the hashes its width promises.
    """
    tile = tiles.get(coordinate)
    if tile is None:
        raise MissingTileError(f"{path_of(coordinate)} is needed")
    if len(tile) != coordinate.width * HASH_BYTES:
        raise MalformedProofError(f"{path_of(coordinate)} has the wrong length")
    return tile


def root_from_tiles(size: int, tiles: Mapping[Coordinate, bytes]) -> bytes:
    """Return the root of a tree from the tiles of `edge_of(size)`.

    Raises:
        MissingTileError: one of them was not given.
        MalformedProofError: one of them has the wrong length.
    """
    roots: list[bytes] = []
    for coordinate in reversed(edge_of(size)):
        row = take(tiles, coordinate)
        roots += [
            perfect_root(row[a * HASH_BYTES : b * HASH_BYTES])
            for a, b in peaks(0, coordinate.width)
        ]
    return bag(roots)


def integrate(
    size: int, edge: Mapping[Coordinate, bytes], leaf_hashes: Sequence[bytes]
) -> Integration:
    """Let a tree of `size` leaves grow by some leaf hashes.

    `edge` holds at least the tiles of `edge_of(size)`.

    Raises:
        MissingTileError: a tile of the edge was not given.
        MalformedProofError: one of them has the wrong length.
    """
    grown: dict[Coordinate, bytes] = {}
    fresh, level = b"".join(leaf_hashes), 0
    if len(fresh) != len(leaf_hashes) * HASH_BYTES:
        raise MalformedProofError("a leaf hash has 32 bytes")
    while fresh:
        fresh = _grow_level(level, size >> (8 * level), edge, fresh, grown)
        level += 1
    new_size = size + len(leaf_hashes)
    return Integration(new_size, root_from_tiles(new_size, {**edge, **grown}), grown)


def _grow_level(
    level: int,
    nodes: int,
    edge: Mapping[Coordinate, bytes],
    fresh: bytes,
    grown: dict[Coordinate, bytes],
) -> bytes:
    """Add fresh hashes to one level of tiles; return the row that this adds above."""
    index, kept = divmod(nodes, TILE_WIDTH)
    row = (take(edge, Coordinate(level, index, kept)) if kept else b"") + fresh
    above = []
    for place, at in enumerate(range(0, len(row), TILE_BYTES), index):
        tile = row[at : at + TILE_BYTES]
        grown[Coordinate(level, place, len(tile) // HASH_BYTES)] = tile
        if len(tile) == TILE_BYTES:
            above.append(perfect_root(tile))
    return b"".join(above)
