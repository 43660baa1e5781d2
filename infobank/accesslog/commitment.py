"""Bind an entry's fields so that each can be shown alone, and none be guessed or changed.

Each field is hashed with its own salt; the leaf carries one hash over all of them.  Who
is given a field's salt can check that field and learns nothing about the others
(the idea of SD-JWT, RFC 9901).  Salts come from one blinder, kept only inside the sealed
entry: once its key is destroyed the rest stays hidden for ever, and old proofs verify.
"""

import hmac
import json
from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import starmap
from json.encoder import encode_basestring
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from infobank.accesslog.entry import (
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_FIELDS,
    Entry,
    FieldValue,
    instant_text,
)
from infobank.accesslog.errors import LogTamperedError, MalformedProofError
from infobank.accesslog.leaf import Leaf
from infobank.vocabulary.text.canonical import Plain, canonical_json, joined

BLINDER_BYTES = 32
SALT_BYTES = 16
HASH_BYTES = 32
LARGEST_DOCUMENT = 1 << 18
"""Bytes of a document: more than 64 fields of the largest size in use can fill."""

_SHA256 = SHA256()
_SALT_LABEL = b"bank/log/s/v1"
_FIELD_LABEL = joined(b"bank/log/f/v1")
_ENTRY_LABEL = joined(b"bank/log/e/v1")


class Opening(NamedTuple):
    """One field and the salt that proves it."""

    name: str
    value: FieldValue
    salt: bytes

    def hash(self) -> bytes:
        """Return the field's hash as the commitment holds it."""
        return _field_hash(self.name, self.value, self.salt)

    def row(self) -> list[Plain]:
        """Return the field as a document holds it: name, value, salt."""
        return [self.name, self.value, base64_text(self.salt)]


@dataclass(frozen=True, slots=True)
class Commitment:
    """Every field of an entry with its salt and hash, in the entry's order."""

    openings: tuple[Opening, ...]
    hashes: tuple[bytes, ...]

    @property
    def digest(self) -> bytes:
        """The 32 bytes the leaf carries."""
        return entry_hash(self.hashes)

    def document(self, names: Collection[str]) -> bytes:
        """Return a document that opens the named fields and conceals all others.

        It is canonical JSON, written out here: a field's name needs no escape.
        """
        slots = [
            f'["{name}",{json_text(value)},"{base64_text(salt)}"]'
            if name in names
            else f'"{base64_text(hashed)}"'
            for (name, value, salt), hashed in zip(self.openings, self.hashes, strict=True)
        ]
        return f'{{"fields":[{",".join(slots)}],"v":1}}'.encode()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a checked document says: the opened fields, and the hashes of the others."""

    openings: tuple[Opening, ...]
    concealed: tuple[bytes, ...]

    def value(self, name: str) -> FieldValue | None:
        """Return an opened field's value, or None when it is not there or not opened."""
        return next((each.value for each in self.openings if each.name == name), None)


def commit(entry: Entry, blinder: bytes) -> Commitment:
    """Commit to every field of an entry under a 32-byte secret blinder."""
    if len(blinder) != BLINDER_BYTES:
        raise MalformedProofError("a blinder has 32 bytes")
    fields = entry.fields()
    salts = HKDFExpand(_SHA256, SALT_BYTES * len(fields), _SALT_LABEL).derive(blinder)
    openings = [
        Opening(name, value, salts[at : at + SALT_BYTES])
        for (name, value), at in zip(fields, range(0, len(salts), SALT_BYTES), strict=True)
    ]
    return Commitment(tuple(openings), tuple(starmap(_field_hash, openings)))


def entry_hash(hashes: Collection[bytes]) -> bytes:
    """Return the hash over all field hashes, led by their number."""
    return sha256(b"".join((_ENTRY_LABEL, len(hashes).to_bytes(4, "big"), *hashes))).digest()


def encode_value(value: FieldValue) -> bytes:
    """Return a value's bytes: `s` and the UTF-8 text, or `i` and the decimal number."""
    return b"i%d" % value if isinstance(value, int) else b"s" + value.encode()


def json_text(value: FieldValue) -> str:
    """Return a value as canonical JSON holds it."""
    return str(int(value)) if isinstance(value, int) else encode_basestring(value)


def base64_text(raw: bytes) -> str:
    """Return standard base64 with padding."""
    return b2a_base64(raw, newline=False).decode()


def check_shown(document: bytes, leaf: Leaf) -> Shown:
    """Check that a document is about this leaf, and return what it opens.

    Raises:
        MalformedProofError: it is not a document of this format.
        LogTamperedError: its fields are not those the leaf commits to, or the leaf
            states another second.
    """
    slots = _parse(document)
    hashes = [slot.hash() if isinstance(slot, Opening) else slot for slot in slots]
    if not hmac.compare_digest(entry_hash(hashes), leaf.commitment):
        raise LogTamperedError("the fields shown are not those the leaf commits to")
    openings = tuple(slot for slot in slots if isinstance(slot, Opening))
    _check_places(slots, openings, leaf)
    return Shown(openings, tuple(slot for slot in slots if isinstance(slot, bytes)))


def check_opening(opening: Opening, shown: Shown) -> None:
    """Check that one more field belongs to a document that was already checked.

    Raises:
        LogTamperedError: no concealed field has this name, value and salt.
    """
    if opening.hash() not in shown.concealed:
        raise LogTamperedError("the opening does not match any concealed field of the entry")


def parse_opening(raw: bytes) -> Opening:
    """Read one opening: the canonical JSON list of its name, value and salt.

    Raises:
        MalformedProofError: it is something else.
    """
    return _opening(_load(raw))


def _field_hash(name: str, value: FieldValue, salt: bytes) -> bytes:
    encoded = encode_value(value)
    return sha256(_head(name) + salt + len(encoded).to_bytes(4, "big") + encoded).digest()


@lru_cache(maxsize=1024)
def _head(name: str) -> bytes:
    """Return what stands before the salt in a field's hash input; names are few."""
    return _FIELD_LABEL + joined(name.encode()) + SALT_BYTES.to_bytes(4, "big")


def _check_places(slots: list[Opening | bytes], openings: tuple[Opening, ...], leaf: Leaf) -> None:
    # INVARIANT: kind and at come first and are open, and no name is opened twice; or a
    # bank could commit to two kinds and show each reader another one.
    names = [slot.name for slot in slots[:2] if isinstance(slot, Opening)]
    if names != ["kind", "at"] or len({each.name for each in openings}) != len(openings):
        raise LogTamperedError("the entry's kind and time are not stated once, and first")
    second = _second_of(str(openings[1].value))
    if second != leaf.second:
        raise LogTamperedError("the entry states another time than its leaf")


def _second_of(text: str) -> int:
    """Return the whole seconds since 1970 of an instant written as an entry writes it."""
    try:
        at = datetime.fromisoformat(text)
        # Text without an offset would be read in the verifier's own time zone.
        if at.tzinfo is not None and instant_text(at) == text:
            return int(at.timestamp() // 1)
    except (ValueError, OverflowError):
        pass
    raise MalformedProofError("the entry's time is not in its one canonical form")


def _parse(document: bytes) -> list[Opening | bytes]:
    top = _load(document)
    if not isinstance(top, dict) or top.keys() != {"fields", "v"} or top["v"] != 1:
        raise MalformedProofError("not an entry document of version 1")
    rows = top["fields"]
    if not isinstance(rows, list) or not 1 < len(rows) <= MOST_FIELDS:
        raise MalformedProofError(f"an entry has 2 to {MOST_FIELDS} fields")
    return [_base64(row, HASH_BYTES) if isinstance(row, str) else _opening(row) for row in rows]


def _load(raw: bytes) -> object:
    """Parse canonical JSON; anything that is not its own canonical form is refused."""
    if len(raw) > LARGEST_DOCUMENT:
        raise MalformedProofError(f"a document has at most {LARGEST_DOCUMENT} bytes")
    try:
        parsed = json.loads(raw)
        canonical = canonical_json(parsed)
    except (ValueError, RecursionError):
        raise MalformedProofError("not JSON") from None
    if canonical != raw:
        raise MalformedProofError("not canonical JSON")
    return parsed


def _opening(row: object) -> Opening:
    if not isinstance(row, list) or len(row) != 3:  # noqa: PLR2004 - name, value, salt
        raise MalformedProofError("an opening is a name, a value and a salt")
    name, value, salt = row
    if not isinstance(name, str) or len(name) > LONGEST_TEXT or not _is_value(value):
        raise MalformedProofError("an opening's name is a text, its value a text or a number")
    return Opening(name, value, _base64(salt, SALT_BYTES))


def _is_value(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


def _base64(text: object, length: int) -> bytes:
    try:
        raw = b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != length or base64_text(raw) != text:
        raise MalformedProofError(f"not {length} bytes in base64")
    return raw
