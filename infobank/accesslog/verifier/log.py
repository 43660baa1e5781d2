"""Walk a whole log, bundle by bundle: every entry, every tile, every writer, one root."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from infobank.accesslog.checkpoint import Checkpoint, open_checkpoint
from infobank.accesslog.commitment import check_shown
from infobank.accesslog.leaf import LEAF_BYTES, Leaf
from infobank.accesslog.merkle import HASH_BYTES, leaf_hash, perfect_root
from infobank.accesslog.note import VerifierKey
from infobank.accesslog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Coordinate,
    edge_of,
    encode_bundle,
    parse_bundle,
    path_of,
    root_from_tiles,
    shown_path,
)
from infobank.accesslog.verifier.files import CHECKPOINT, RECORD_BYTES, Fetch, Files, explain
from infobank.accesslog.verifier.findings import Findings, Verification
from infobank.accesslog.verifier.sequences import Sequences, is_uniform
from infobank.errors import InfobankError


def verify_log(fetch: Fetch, key: VerifierKey, since: bytes | None = None) -> Verification:
    """Check a log against the checkpoint it publishes.

    `since` is a checkpoint kept from earlier: the log must hold that tree unchanged.
    Memory does not grow with the log.  Every wrong thing becomes a finding.

    Raises:
        NotFoundError: the log publishes no checkpoint.
        MalformedProofError: a checkpoint is not one.
        UntrustedSignatureError: the key did not sign a checkpoint.
    """
    files = Files(fetch)
    checkpoint = open_checkpoint(files.checkpoint(), key)
    old = None if since is None else open_checkpoint(since, key)
    walk = _Walk(files, checkpoint)
    if old is not None:
        walk.remember(old.size)
    walk.run()
    if old is not None:
        walk.compare(old)
    return Verification(
        size=checkpoint.size,
        root=checkpoint.root,
        writers=walk.sequences.counts,
        findings=tuple(walk.findings.found),
        documents=walk.documents,
    )


@dataclass
class _Walk:
    """One pass over the log; `rows` holds the computed right edge of each level."""

    files: Files
    checkpoint: Checkpoint
    findings: Findings = field(default_factory=Findings)
    rows: list[list[bytes]] = field(default_factory=list)
    edge: dict[Coordinate, bytes] = field(default_factory=dict)
    wanted: dict[tuple[int, int], Coordinate] = field(default_factory=dict)
    kept: dict[Coordinate, bytes] = field(default_factory=dict)
    documents: int = 0
    following: bool = True

    def __post_init__(self) -> None:
        self.sequences = Sequences(self.findings)

    def run(self) -> None:
        size = self.checkpoint.size
        for index in range(-(-size // TILE_WIDTH)):
            if self.findings.full or self.sequences.full:
                self.findings.add(CHECKPOINT, "the check stopped here", index * TILE_WIDTH)
                return
            self._bundle(index, min(TILE_WIDTH, size - index * TILE_WIDTH))
        self._right_edge()

    def remember(self, old_size: int) -> None:
        """Keep, while walking, the starts of tiles that were the edge of an older tree."""
        self.wanted = {(each.level, each.index): each for each in edge_of(old_size)}

    def compare(self, old: Checkpoint) -> None:
        """Check that the tree of an older checkpoint is still there, unchanged."""
        if old.size > self.checkpoint.size:
            self.findings.add(
                CHECKPOINT, f"the log had {old.size} entries and now has {self.checkpoint.size}"
            )
            return
        try:
            root = root_from_tiles(old.size, self.kept)
        except InfobankError as error:
            self.findings.add(CHECKPOINT, f"the older tree cannot be read: {error.message}")
            return
        if root != old.root:
            self.findings.add(
                CHECKPOINT, f"the first {old.size} entries are not those of the older checkpoint"
            )

    def _keep(self, level: int, index: int, tile: bytes) -> None:
        # INVARIANT: only tiles of this very walk count; a second read could differ.
        old = self.wanted.get((level, index))
        if old is not None:
            self.kept[old] = tile[: old.width * HASH_BYTES]

    def _bundle(self, index: int, width: int) -> None:
        """Check one bundle of entries against its level-0 tile, then the tile itself."""
        path, first = path_of(Coordinate(ENTRIES, index, width)), index * TILE_WIDTH
        hashes = self._hashes(path, first, index, width)
        try:
            tile = self.files.tile(Coordinate(0, index, width))
        except InfobankError as error:
            self.findings.add(path_of(Coordinate(0, index, width)), explain(error), first)
            tile = b"".join(hashes or ())
        if hashes is not None and b"".join(hashes) != tile:
            self._differ(path, first, hashes, tile)
        self._rise(0, index, width, tile)

    def _hashes(self, path: str, first: int, index: int, width: int) -> list[bytes] | None:
        """Read a bundle, follow its writers, and return its leaf hashes; None if unreadable."""
        try:
            bundle = self.files.entries(index, width)
            uniform = is_uniform(bundle)
            entries = () if uniform else parse_bundle(bundle)
        except InfobankError as error:
            self.findings.add(path, explain(error), first)
            self._stop_following(path, first)
            return None
        if uniform:
            if self.following:
                self.sequences.follow(path, first, bundle)
            self._check_documents(index, width, bundle)
            return [
                sha256(b"\x00" + bundle[at : at + LEAF_BYTES]).digest()
                for at in range(2, len(bundle), RECORD_BYTES)
            ]
        self._odd(path, first, entries)
        return [leaf_hash(entry) for entry in entries]

    def _odd(self, path: str, first: int, entries: Sequence[bytes]) -> None:
        """Report the entries of a bundle that are no leaves, and follow the others."""
        for index, entry in enumerate(entries, first):
            record = encode_bundle([entry])
            if not is_uniform(record):
                self.findings.add(path, "the entry is not a leaf of format 1", index)
            elif self.following:
                self.sequences.follow(path, index, record)

    def _stop_following(self, path: str, first: int) -> None:
        if self.following:
            self.findings.add(path, "from here on the writers' numbers are not checked", first)
        self.following = False

    def _differ(self, path: str, first: int, hashes: list[bytes], tile: bytes) -> None:
        """Say which entries of a bundle are not those of its tile."""
        signed = [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
        pairs = enumerate(zip(hashes, signed, strict=False), first)
        changed = [index for index, (mine, other) in pairs if mine != other]
        start = changed[0] if changed else first + min(len(hashes), len(signed))
        if len(hashes) < len(signed):
            missing = len(signed) - len(hashes)
            self.findings.add(path, f"{missing} removed from this entry on", start)
        elif len(hashes) > len(signed):
            added = len(hashes) - len(signed)
            self.findings.add(path, f"{added} inserted from this entry on", start)
        elif sorted(hashes) == sorted(signed):
            for index in changed:
                self.findings.add(path, "the entry was moved: another stands here", index)
        else:
            for index in changed:
                self.findings.add(path, "the entry or its hash in the tile was changed", index)

    def _rise(self, level: int, index: int, width: int, tile: bytes) -> None:
        """Carry the root of a full tile to the level above, and check that tile when full."""
        self._keep(level, index, tile)
        if width < TILE_WIDTH:
            self.edge[Coordinate(level, index, width)] = tile
            return
        if len(self.rows) <= level:
            self.rows.append([])
        row = self.rows[level]
        # A tile that could not be read has no root; its place is kept, and is no hash.
        row.append(perfect_root(tile) if len(tile) == TILE_WIDTH * HASH_BYTES else b"")
        if len(row) == TILE_WIDTH:
            above = index // TILE_WIDTH
            self._rise(level + 1, above, TILE_WIDTH, self._tile(level + 1, above, row))
            row.clear()

    def _tile(self, level: int, index: int, row: list[bytes]) -> bytes:
        """Read an upper tile, compare it with the roots below it, and return it."""
        coordinate = Coordinate(level, index, len(row))
        path, span = path_of(coordinate), TILE_WIDTH**level
        try:
            tile = self.files.tile(coordinate)
        except InfobankError as error:
            self.findings.add(path, explain(error))
            return b"".join(row)
        for place, computed in enumerate(row):
            if tile[place * HASH_BYTES : (place + 1) * HASH_BYTES] != computed:
                first = (index * TILE_WIDTH + place) * span
                what = f"does not fit entries {first} to {first + span - 1} below it"
                self.findings.add(path, what, first)
        return tile

    def _right_edge(self) -> None:
        """Check the partial upper tiles, then the root of all against the checkpoint."""
        for level, row in enumerate(self.rows, 1):
            if row:
                index = self.checkpoint.size >> (8 * (level + 1))
                tile = self._tile(level, index, row)
                self._keep(level, index, tile)
                self.edge[Coordinate(level, index, len(row))] = tile
        try:
            root = root_from_tiles(self.checkpoint.size, self.edge)
        except InfobankError:
            return  # A tile of the edge is missing or too short: that is a finding already.
        if root != self.checkpoint.root:
            self.findings.add(CHECKPOINT, "the entries are not those that were signed")

    def _check_documents(self, index: int, width: int, bundle: bytes) -> None:
        """Check what auditors are shown about a bundle's entries, when it is there."""
        path, first = shown_path(index, width), index * TILE_WIDTH
        try:
            lines = self.files.documents(index, width)
        except InfobankError as error:
            self.findings.add(path, explain(error), first)
            return
        if lines is None:
            return
        if len(lines) != len(bundle) // RECORD_BYTES:
            self.findings.add(path, "there is not one document for each entry", first)
        for place, line in enumerate(lines[: len(bundle) // RECORD_BYTES]):
            at = place * RECORD_BYTES + 2
            try:
                check_shown(line, Leaf.parse(bundle[at : at + LEAF_BYTES]))
                self.documents += 1
            except InfobankError as error:
                self.findings.add(path, error.message, first + place)
