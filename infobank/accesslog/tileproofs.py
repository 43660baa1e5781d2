"""Proofs computed from tiles: at most two or three small reads a level, whatever the size."""

from collections.abc import Iterable, Mapping

from infobank.accesslog.merkle import (
    HASH_BYTES,
    Span,
    bag,
    consistency_spans,
    inclusion_spans,
    peaks,
    perfect_root,
)
from infobank.accesslog.tiles import TILE_WIDTH, Coordinate, take


def tiles_for_inclusion(index: int, size: int) -> tuple[Coordinate, ...]:
    """Return the tiles that an inclusion proof of this leaf needs.

    Raises:
        MalformedProofError: the tree of that size has no such leaf.
    """
    return _needed(inclusion_spans(index, size), size)


def tiles_for_consistency(old: int, new: int) -> tuple[Coordinate, ...]:
    """Return the tiles, of the tree of `new` leaves, that a consistency proof needs.

    Raises:
        MalformedProofError: not 0 < old <= new.
    """
    return _needed(consistency_spans(old, new), new)


def inclusion_proof(index: int, size: int, tiles: Mapping[Coordinate, bytes]) -> tuple[bytes, ...]:
    """Return the inclusion proof of a leaf (RFC 9162 section 2.1.3.1) from tiles.

    Raises:
        MalformedProofError: no such leaf, or a tile of the wrong length.
        MissingTileError: a tile of `tiles_for_inclusion` was not given.
    """
    return tuple(_span_root(span, size, tiles) for span in inclusion_spans(index, size))


def consistency_proof(old: int, new: int, tiles: Mapping[Coordinate, bytes]) -> tuple[bytes, ...]:
    """Return the consistency proof of two sizes (RFC 9162 section 2.1.4.1) from tiles.

    Raises:
        MalformedProofError: not 0 < old <= new, or a tile of the wrong length.
        MissingTileError: a tile of `tiles_for_consistency` was not given.
    """
    return tuple(_span_root(span, new, tiles) for span in consistency_spans(old, new))


def _needed(spans: Iterable[Span], size: int) -> tuple[Coordinate, ...]:
    places = (_place(peak, size)[0] for span in spans for peak in peaks(*span))
    return tuple(dict.fromkeys(places))


def _place(peak: Span, size: int) -> tuple[Coordinate, int, int]:
    """Return the tile that holds a perfect subtree, and where in it its hashes start and end."""
    start, end = peak
    level = ((end - start).bit_length() - 1) // 8
    first, last = start >> (8 * level), end >> (8 * level)
    index = first // TILE_WIDTH
    width = min(TILE_WIDTH, (size >> (8 * level)) - index * TILE_WIDTH)
    return Coordinate(level, index, width), first % TILE_WIDTH, last - index * TILE_WIDTH


def _span_root(span: Span, size: int, tiles: Mapping[Coordinate, bytes]) -> bytes:
    roots = []
    for peak in peaks(*span):
        coordinate, first, last = _place(peak, size)
        row = take(tiles, coordinate)
        roots.append(perfect_root(row[first * HASH_BYTES : last * HASH_BYTES]))
    return bag(roots)
