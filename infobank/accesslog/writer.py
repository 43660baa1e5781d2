"""Number, commit, seal and authenticate entries before they are stored.

One database connection is one writer: its numbers show a dropped entry as a gap, its
MAC shows an entry that somebody else put into the table.
"""

import hmac
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import count
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from infobank.accesslog.commitment import BLINDER_BYTES, Commitment, base64_text, commit, json_text
from infobank.accesslog.entry import ALWAYS_SHOWN, Entry, EntryKind, FieldValue
from infobank.accesslog.errors import LogTamperedError, MalformedProofError
from infobank.accesslog.leaf import FORMAT, WRITER_BYTES, Leaf, voided
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ResidentId

NONCE_BYTES = 12
FRESH_BYTES = BLINDER_BYTES + NONCE_BYTES
"""Unpredictable bytes that an entry takes."""
MAC_KEY_BYTES = 32

_NO_ENTRY = (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidInputError)
_NOT_OF_THIS_FORMAT = "the sealed bytes hold no entry of this format"


class Prepared(NamedTuple):
    """Everything the storing statement needs, in both effects: it alone picks one.

    `leaf` and `mac` are for an entry in effect, `leaf_void` and `mac_void` for one whose
    consent changed meanwhile.
    """

    seq: int
    leaf: bytes
    leaf_void: bytes
    mac: bytes
    mac_void: bytes
    sealed: bytes
    shown_document: bytes


@dataclass(frozen=True)
class Writer:
    """A source of entries with its own identity (16 bytes) and MAC key (32 bytes).

    `epoch` numbers the log the entries go to: all leaves of one log carry the same.
    """

    writer_id: bytes
    mac_key: bytes = field(repr=False)
    epoch: int = 1

    def __post_init__(self) -> None:
        if len(self.writer_id) != WRITER_BYTES or len(self.mac_key) != MAC_KEY_BYTES:
            raise InvalidInputError("a writer has a 16-byte identity and a 32-byte MAC key")

    def prepare(
        self, entry: Entry, seq: int, seal_key: bytes, blinder: bytes, nonce: bytes
    ) -> Prepared:
        """Prepare an entry for storage under the writer's next number.

        `seal_key` is the resident's log key (without a resident, the bank's), 32 bytes;
        `blinder` (32 bytes) and `nonce` (12 bytes) must be fresh and unpredictable.
        """
        committed = commit(entry, blinder)
        inside = _inside(entry, committed, blinder)
        sealed = _seal(inside, seal_key, nonce, _context(self.writer_id, seq))
        leaf = self._leaf(entry, seq, committed, sealed)
        live = leaf.encode()
        void = voided(live)
        return Prepared(
            seq=seq,
            leaf=live,
            leaf_void=void,
            mac=self._mac(live),
            mac_void=self._mac(void),
            sealed=sealed,
            shown_document=committed.document(entry.shown.keys() | ALWAYS_SHOWN),
        )

    def prepare_many(
        self, entries: Sequence[tuple[Entry, bytes]], first: int, fresh: bytes
    ) -> list[Prepared]:
        """Prepare entries, each with the key that seals it, under consecutive numbers.

        `fresh` holds `FRESH_BYTES` unpredictable bytes for each entry, drawn all at once.
        """
        if len(fresh) != FRESH_BYTES * len(entries):
            raise InvalidInputError(f"each entry takes {FRESH_BYTES} fresh bytes")
        return [
            self.prepare(
                entry,
                seq,
                seal_key,
                fresh[at : at + BLINDER_BYTES],
                fresh[at + BLINDER_BYTES : at + FRESH_BYTES],
            )
            for seq, at, (entry, seal_key) in zip(
                count(first), range(0, len(fresh), FRESH_BYTES), entries, strict=False
            )
        ]

    @cached_property
    def _keyed(self) -> HMAC:
        return HMAC(self.mac_key, SHA256())

    def _mac(self, leaf: bytes) -> bytes:
        mac = self._keyed.copy()  # taking up the key anew would cost more than all the rest
        mac.update(leaf)
        return mac.finalize()

    def _leaf(self, entry: Entry, seq: int, committed: Commitment, sealed: bytes) -> Leaf:
        return Leaf(
            in_effect=True,
            epoch=self.epoch,
            writer_id=self.writer_id,
            seq=seq,
            second=int(entry.at.timestamp() // 1),
            commitment=committed.digest,
            sealed_hash=sha256(sealed).digest(),
        )


def leaf_mac(mac_key: bytes, leaf: bytes) -> bytes:
    """Return HMAC-SHA-256 of a leaf's bytes under its writer's key."""
    return hmac.digest(mac_key, leaf, "sha256")


def check_mac(mac_key: bytes, leaf: bytes, mac: bytes) -> None:
    """Accept a leaf that its writer authenticated.

    Raises:
        LogTamperedError: somebody else made or changed it.
    """
    if not hmac.compare_digest(leaf_mac(mac_key, leaf), mac):
        raise LogTamperedError("the leaf was not made by its writer")


def open_sealed(seal_key: bytes, sealed: bytes, leaf: Leaf) -> tuple[Entry, bytes]:
    """Open a sealed entry and check it against its leaf; return it with its blinder.

    Raises:
        LogTamperedError: wrong key, or the sealed bytes are not those of this leaf, or
            the entry inside is not the one the leaf commits to.
        MalformedProofError: the right key opened something that is no entry.
    """
    entry, blinder = _read(_inside_of(seal_key, sealed, leaf))
    if not hmac.compare_digest(commit(entry, blinder).digest, leaf.commitment):
        raise LogTamperedError("the sealed entry is not the one the leaf commits to")
    return entry, blinder


class Unsealed(NamedTuple):
    """What an entry tells whom it is about, shown and hidden alike."""

    kind: EntryKind
    at: datetime
    fields: Mapping[str, FieldValue]


def unseal(seal_key: bytes, sealed: bytes, leaf: Leaf) -> Unsealed:
    """Open the very sealed entry that a leaf names, to be listed with many others.

    It is authentic under the key, so its writer checked it; that auditors are shown the same
    is left to `open_sealed`, which takes six times as long (ADR 0033).

    Raises:
        LogTamperedError: wrong key, or the sealed bytes are not those of this leaf.
        MalformedProofError: the right key opened something that is no entry.
    """
    inside = _inside_of(seal_key, sealed, leaf)
    try:
        read = json.loads(inside)
        fields = {**read["shown"], **read["hidden"]}
        return Unsealed(EntryKind(read["kind"]), datetime.fromisoformat(read["at"]), fields)
    except _NO_ENTRY:
        raise MalformedProofError(_NOT_OF_THIS_FORMAT) from None


def _inside_of(seal_key: bytes, sealed: bytes, leaf: Leaf) -> bytes:
    """Return the document that a leaf's sealed entry holds."""
    if not hmac.compare_digest(sha256(sealed).digest(), leaf.sealed_hash):
        raise LogTamperedError("the sealed entry is not the one the leaf names")
    nonce, box = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(seal_key).decrypt(nonce, box, _context(leaf.writer_id, leaf.seq))
    except (InvalidTag, ValueError):
        raise LogTamperedError("the sealed entry does not open") from None


def _context(writer_id: bytes, seq: int) -> bytes:
    return bytes((FORMAT,)) + writer_id + seq.to_bytes(8, "big")


def _inside(entry: Entry, committed: Commitment, blinder: bytes) -> bytes:
    """Return the document that is sealed: every field, and the blinder that opens them.

    It is canonical JSON, written out here: a field's name needs no escape, and the
    commitment holds the fields in order already.
    """
    kind, at, *fields = [(name, json_text(value)) for name, value, _ in committed.openings]
    members = [f'"{name}":{text}' for name, text in fields if name != "resident"]
    shown, hidden = members[: len(entry.shown)], members[len(entry.shown) :]
    resident = "null" if entry.resident is None else f'"{entry.resident}"'
    return (
        f'{{"at":{at[1]},"blinder":"{base64_text(blinder)}","hidden":{{{",".join(hidden)}}},'
        f'"kind":{kind[1]},"resident":{resident},"shown":{{{",".join(shown)}}}}}'
    ).encode()


def _seal(inside: bytes, key: bytes, nonce: bytes, context: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise InvalidInputError("a nonce has 12 bytes")
    return nonce + AESGCM(key).encrypt(nonce, inside, context)


def _read(inside: bytes) -> tuple[Entry, bytes]:
    try:
        read = json.loads(inside)
        resident = read["resident"]
        entry = Entry(
            kind=EntryKind(read["kind"]),
            at=datetime.fromisoformat(read["at"]),
            resident=None if resident is None else ResidentId(UUID(resident)),
            shown=read["shown"],
            hidden=read["hidden"],
        )
        return entry, b64decode(read["blinder"], validate=True)
    except _NO_ENTRY:
        raise MalformedProofError(_NOT_OF_THIS_FORMAT) from None
