"""What a request is about, as it waits: sealed under keys that die with the resident's data.

Which record is wrong, and the resident's note, are sealed like her manifest: the steward who
decides reads them.  The value she states is sealed like her records: it opens only against an
entry of the access log.  A report, its note and the steward's answer are sealed like the first.
"""

import dataclasses
import json
from datetime import date
from uuid import UUID

from infobank.accounts.rights import RightsRequest
from infobank.errors import InvalidInputError
from infobank.vault.envelope import open_sealed, seal
from infobank.vault.padding import pad, unpad
from infobank.vocabulary.category import LONGEST_DAY, Category, Value
from infobank.vocabulary.text.canonical import Plain, canonical_json, joined
from infobank.vocabulary.text.script import unreadable

LONGEST_NOTE = 1_000
"""Characters of the note to the steward."""

LARGEST = 1 << 16
"""Bytes of a sealed part: a text value of 10,000 characters, four bytes each, and some more."""


@dataclasses.dataclass(frozen=True)
class Told:
    """Which value is wrong, and what the resident tells the steward about it."""

    category: str
    field: str
    observed: date
    minute: int = 0
    note: str = dataclasses.field(default="", repr=False)

    def check(self, category: Category) -> None:
        """Accept what can be about a record of the category.

        Raises:
            InvalidInputError: the field is unknown, the time is none, or the note too long.
        """
        category.field(self.field)
        if not 0 <= self.minute < LONGEST_DAY:
            raise InvalidInputError("a time lies within the day", field="time")
        _check_note(self.note)


def seal_told(key: bytes, tenant: UUID, request: RightsRequest, told: Told) -> bytes:
    """Seal what a correction is about under the resident's manifest key."""
    document: dict[str, Plain] = {
        "category": told.category,
        "field": told.field,
        "observed": told.observed.isoformat(),
        "minute": told.minute,
        "note": told.note,
    }
    return seal(key, _context(tenant, request, b"told"), pad(canonical_json(document)))


def open_told(key: bytes, tenant: UUID, request: RightsRequest) -> Told:
    """Return what a correction is about.

    Raises:
        SealBrokenError: it is another request's, or was changed.
    """
    context = _context(tenant, request, b"told")
    document = json.loads(unpad(open_sealed(key, context, request.sealed, longest=LARGEST)))
    return Told(
        document["category"],
        document["field"],
        date.fromisoformat(document["observed"]),
        document["minute"],
        document["note"],
    )


def seal_value(key: bytes, tenant: UUID, request: RightsRequest, value: Value) -> bytes:
    """Seal the value that is said to be right under its category's key."""
    return seal(key, _context(tenant, request, b"value"), pad(canonical_json([value])))


def open_value(key: bytes, tenant: UUID, request: RightsRequest) -> Value:
    """Return the value that is said to be right.

    Raises:
        SealBrokenError: it is another request's, or was changed.
    """
    context = _context(tenant, request, b"value")
    sealed = open_sealed(key, context, request.sealed_value, longest=LARGEST)
    value: Value = json.loads(unpad(sealed))[0]
    return value


@dataclasses.dataclass(frozen=True)
class Reported:
    """The entry that a resident did not expect, by its index, and what she tells the steward."""

    entry: int
    note: str = dataclasses.field(default="", repr=False)

    def __post_init__(self) -> None:
        _check_note(self.note)


def seal_reported(key: bytes, tenant: UUID, request: RightsRequest, reported: Reported) -> bytes:
    """Seal what a report is about under the resident's manifest key."""
    document = canonical_json({"entry": reported.entry, "note": reported.note})
    return seal(key, _context(tenant, request, b"reported"), pad(document))


def open_reported(key: bytes, tenant: UUID, request: RightsRequest) -> Reported:
    """Return what a report is about.

    Raises:
        SealBrokenError: it is another request's, or was changed.
    """
    context = _context(tenant, request, b"reported")
    document = json.loads(unpad(open_sealed(key, context, request.sealed, longest=LARGEST)))
    return Reported(document["entry"], document["note"])


def seal_answer(key: bytes, tenant: UUID, request: RightsRequest, answer: str) -> bytes:
    """Seal what the steward wrote back under the resident's manifest key.

    Raises:
        InvalidInputError: the answer is too long.
    """
    _check_note(answer, "answer")
    return seal(key, _context(tenant, request, b"answer"), pad(answer.encode()))


def open_answer(key: bytes, tenant: UUID, request: RightsRequest) -> str:
    """Return what the steward wrote back, empty before that.

    Raises:
        SealBrokenError: it is another request's, or was changed.
    """
    if not request.sealed_value:
        return ""
    context = _context(tenant, request, b"answer")
    return unpad(open_sealed(key, context, request.sealed_value, longest=LARGEST)).decode()


def _check_note(note: str, field: str = "note") -> None:
    if len(note) > LONGEST_NOTE:
        raise InvalidInputError(f"at most {LONGEST_NOTE} characters", field=field)
    if any(unreadable(line) for line in note.splitlines()):
        raise InvalidInputError("signs that nobody sees are not taken", field=field)


def _context(tenant: UUID, request: RightsRequest, part: bytes) -> bytes:
    return joined(
        b"infobank/rights/v1", part, tenant.bytes, request.resident.bytes, request.request_id.bytes
    )
