"""Read the files of a log that somebody else holds, and never more of one than it may have."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from infobank.accesslog.commitment import LARGEST_DOCUMENT
from infobank.accesslog.errors import MalformedProofError
from infobank.accesslog.leaf import LEAF_BYTES
from infobank.accesslog.merkle import HASH_BYTES
from infobank.accesslog.note import LARGEST_NOTE
from infobank.accesslog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Coordinate,
    parse_bundle,
    path_of,
    shown_path,
)
from infobank.errors import InfobankError, NotFoundError

Fetch: TypeAlias = Callable[[str], bytes]
"""Return the bytes of a file by its path, or raise `NotFoundError`."""

CHECKPOINT = "checkpoint"
RECORD_BYTES = 2 + LEAF_BYTES
"""A leaf in a bundle: its length in two bytes, then the leaf."""
LARGEST_BUNDLE = TILE_WIDTH * RECORD_BYTES * 2
"""Twice what full bundles have: what is longer is not ours."""
LARGEST_DOCUMENTS = 1 << 24
LARGEST_FILE = max(LARGEST_DOCUMENTS, LARGEST_DOCUMENT, LARGEST_NOTE)
"""What a reader of untrusted files may stop at."""


@dataclass(frozen=True)
class Files:
    """The files of one log.

    A partial file may have been replaced by the full one after the checkpoint was signed
    (C2SP tlog-tiles, "Partial Tiles"); then the full one is read and cut.
    """

    fetch: Fetch

    def checkpoint(self) -> bytes:
        """Return the signed checkpoint.

        Raises:
            NotFoundError: there is none.
            MalformedProofError: it is too large.
        """
        return self._read(CHECKPOINT, LARGEST_NOTE)

    def tile(self, coordinate: Coordinate) -> bytes:
        """Return the hashes of a tile.

        Raises:
            NotFoundError: neither the partial nor the full tile is there.
            MalformedProofError: it has another length.
        """
        largest = TILE_WIDTH * HASH_BYTES
        length = coordinate.width * HASH_BYTES
        found, cut = self._either(path_of(coordinate), path_of(_full(coordinate)), largest)
        found = found[:length] if cut else found
        if len(found) != length:
            raise MalformedProofError(f"it should have {length} bytes")
        return found

    def entries(self, index: int, width: int) -> bytes:
        """Return an entry bundle; how many entries it holds is not checked.

        Raises:
            NotFoundError: neither the partial nor the full bundle is there.
            MalformedProofError: it is too large, or its full form is no bundle.
        """
        coordinate = Coordinate(ENTRIES, index, width)
        found, cut = self._either(path_of(coordinate), path_of(_full(coordinate)), LARGEST_BUNDLE)
        if not cut:
            return found
        kept = parse_bundle(found)[:width]
        return found[: sum(2 + len(entry) for entry in kept)]

    def documents(self, index: int, width: int) -> list[bytes] | None:
        """Return the documents shown with a bundle's entries; None when there are none.

        Raises:
            MalformedProofError: they are too large, or not one a line.
        """
        try:
            found, cut = self._either(
                shown_path(index, width), shown_path(index), LARGEST_DOCUMENTS
            )
        except NotFoundError:
            return None
        lines = found.split(b"\n")
        if lines.pop():
            raise MalformedProofError("it does not end in a newline")
        return lines[:width] if cut else lines

    def _either(self, path: str, full: str, limit: int) -> tuple[bytes, bool]:
        try:
            return self._read(path, limit), False
        except NotFoundError:
            if path == full:
                raise
            return self._read(full, limit), True

    def _read(self, path: str, limit: int) -> bytes:
        found = self.fetch(path)
        if len(found) > limit:
            raise MalformedProofError(f"it has over {limit} bytes")
        return found


def _full(coordinate: Coordinate) -> Coordinate:
    return Coordinate(coordinate.level, coordinate.index)


def explain(error: InfobankError) -> str:
    """Return what to say about a file that could not be used."""
    return "is missing" if isinstance(error, NotFoundError) else error.message
