"""The log's public key on paper, for a reader who trusts no screen.

The key stands in base32 (no case, and no digits that look like letters), in groups of
four; each line carries its own checksum, so that a slip of the pen names its line.
"""

import binascii
import re
from base64 import b32decode, b32encode
from collections.abc import Iterator
from hashlib import sha256
from typing import TypeAlias

from infobank.accesslog.errors import MalformedProofError, PaperKeyError
from infobank.accesslog.note import VerifierKey
from infobank.vocabulary.text.canonical import joined

TITLE = "infobank log key, version 1"
LARGEST_PAPER = 8192
"""Characters that are read; a key needs some hundred."""
_NAME_PART = 24
_KEY_PART = 20
_GROUP = 4
_CHECK = 4
_ANY = 0
"""A count not known before the first line of its kind."""
_Label: TypeAlias = tuple[str, int, int]
"""Kind of line (name or key), its number, and how many there are."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_LABEL = re.compile(r"([NK])([1-9][0-9]?)/([1-9][0-9]?)", re.ASCII)


def to_paper(vkey: str) -> str:
    """Return a verifier key as lines to print, with a checksum at the end of each.

    Raises:
        MalformedProofError: it is no verifier key.
    """
    key = VerifierKey.parse(vkey)
    encoded = b32encode(key.public).decode().rstrip("=")
    lines = [TITLE, *_lines("N", key.name, _NAME_PART), *_lines("K", encoded, _KEY_PART)]
    return "".join(f"{line}\n" for line in lines)


def from_paper(text: str) -> str:
    """Return the verifier key that was typed from paper.

    Blank lines, spaces, and upper or lower case of the key and the checksums do not matter.

    Raises:
        PaperKeyError: a line is wrong, missing or out of place; it names the line.
    """
    if len(text) > LARGEST_PAPER or _SURROGATE.search(text):
        raise PaperKeyError("too much for one key, or not text", line=1)
    rows = [(at, row.strip()) for at, row in enumerate(text.split("\n"), 1) if row.strip()]
    if not rows or rows[0][1] != TITLE:
        raise PaperKeyError(f"the first line must read: {TITLE}", line=rows[0][0] if rows else 1)
    parts = {"N": "", "K": ""}
    expected: _Label | None = ("N", 1, _ANY)
    last = rows[0][0]
    for last, row in rows[1:]:
        label, content = _read_line(row, last, expected)
        expected = _following(label)
        parts[label[0]] += content
    if expected is not None or not parts["K"]:
        raise PaperKeyError("lines are missing after this one", line=last)
    return _key(parts["N"], parts["K"], last)


def _lines(kind: str, content: str, size: int) -> Iterator[str]:
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    for number, part in enumerate(parts, 1):
        label = (kind, number, len(parts))
        body = part if kind == "N" else _grouped(part)
        yield f"{kind}{number}/{len(parts)}  {body}  {_checksum(label, part)}"


def _grouped(part: str) -> str:
    return " ".join(part[at : at + _GROUP] for at in range(0, len(part), _GROUP))


def _checksum(label: _Label, part: str) -> str:
    """Return 20 bits over the line and its place: a slip passes once in a million."""
    kind, number, count = label
    hashed = sha256(
        joined(b"bank/paper/v1", b"%s%d/%d" % (kind.encode(), number, count), part.encode())
    )
    return b32encode(hashed.digest()).decode()[:_CHECK]


def _following(label: _Label) -> _Label | None:
    """Return the label that must come next; None after the last line."""
    kind, number, count = label
    if number < count:
        return kind, number + 1, count
    return ("K", 1, _ANY) if kind == "N" else None


def _read_line(row: str, line: int, expected: _Label | None) -> tuple[_Label, str]:
    first, *middle, check = row.split() if len(row.split()) > 1 else (row, "")
    match = _LABEL.fullmatch(first.upper())
    if match is None or not middle:
        raise PaperKeyError("it must be a number such as K1/3, a part and a checksum", line=line)
    label = (match[1], int(match[2]), int(match[3]))
    content = "".join(middle) if label[0] == "N" else "".join(middle).upper()
    if check.upper() != _checksum(label, content):
        raise PaperKeyError("its checksum does not fit; compare it with the paper", line=line)
    if expected is None or label[:2] != expected[:2] or expected[2] not in {_ANY, label[2]}:
        raise PaperKeyError("it is not the line that comes here", line=line)
    return label, content


def _key(name: str, encoded: str, line: int) -> str:
    try:
        public = b32decode(encoded + "=" * (-len(encoded) % 8))
        return VerifierKey(name, public).text
    except (binascii.Error, ValueError, MalformedProofError):
        raise PaperKeyError("the lines together are no key", line=line) from None
