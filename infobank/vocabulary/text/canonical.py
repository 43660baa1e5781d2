"""One way to turn values into bytes before they are hashed or signed.

Two encodings and no third: canonical JSON for documents that people also read,
and length-prefixed parts for keys, contexts and commitments.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

Plain: TypeAlias = "bool | int | str | Sequence[Plain] | Mapping[str, Plain] | None"
"""JSON without floating-point numbers, which have no single canonical text."""


def canonical_json(document: Plain) -> bytes:
    """Return JSON with sorted keys, no spaces and UTF-8 text.

    For documents without floating-point numbers and with keys from the Basic
    Multilingual Plane this equals RFC 8785.
    """
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def instant(at: datetime) -> str:
    """Return an instant as documents write it: ISO 8601 in UTC, whatever zone it came in."""
    return at.astimezone(UTC).isoformat()


def joined(*parts: bytes) -> bytes:
    """Return the parts one after another, each led by its length as a 4-byte big-endian number.

    No two different lists of parts give the same bytes.
    """
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
