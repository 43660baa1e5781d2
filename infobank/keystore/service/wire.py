"""How the key service is spoken to: each method, who may call it, and its form on the wire.

A frame is its length (4 bytes, big-endian) and a MessagePack array: `[number, method,
arguments]` to the service, `[number, error or nil, answer]` back.  Both ends read this one
table, so there is nothing else to agree on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgpack

from infobank.accesslog.entry import EntryRef
from infobank.db.ending.destroyed import Escrow
from infobank.db.keys import Move
from infobank.db.rotation.epochs import EpochLife
from infobank.errors import InvalidInputError
from infobank.usecases.vault.keyservice import Destroyed, OpenedResident, Row, Settled, Wanted
from infobank.vault.bankkeys import RowKind, WriterKeys
from infobank.vault.ending.receipt import LogKey
from infobank.vault.manifest import ManifestState

T = TypeVar("T")

_LENGTH = 4
LARGEST_FRAME = 32 * 2**20
"""Bytes of one request or answer; a deposit's 10,000 residents need a tenth."""


@dataclass(frozen=True)
class Form(Generic[T]):
    """One type's form on the wire: what MessagePack writes, and the value read from it."""

    write: Callable[[T], Any]
    read: Callable[[Any], T]


def _exactly(kind: type[T]) -> Callable[[Any], T]:
    def read(found: Any) -> T:  # noqa: ANN401 - whatever came
        if type(found) is not kind:
            raise InvalidInputError("a request of the key service has another form")
        return found

    return read


def _same(value: T) -> T:
    return value


def many(form: Form[T]) -> Form[Any]:
    """Return the form of a list."""
    return Form(
        lambda values: [form.write(each) for each in values],
        lambda found: [form.read(each) for each in _exactly(list)(found)],
    )


def optional(form: Form[T]) -> Form[Any]:
    """Return the form of a value that may be absent."""
    return Form(
        lambda value: None if value is None else form.write(value),
        lambda found: None if found is None else form.read(found),
    )


def parts(
    make: Callable[..., T], take: Callable[[T], tuple[Any, ...]], *forms: Form[Any]
) -> Form[T]:
    """Return the form of a value that is made of parts, and taken apart again."""

    def read(found: Any) -> T:  # noqa: ANN401 - whatever came
        pieces = _exactly(list)(found)
        if len(pieces) != len(forms):
            raise InvalidInputError("a request of the key service has another form")
        return make(*(form.read(each) for form, each in zip(forms, pieces, strict=True)))

    return Form(
        lambda value: [form.write(each) for form, each in zip(forms, take(value), strict=True)],
        read,
    )


def _pair(*values: object) -> tuple[object, ...]:
    return values


NOTHING: Form[None] = Form(_same, _same)
BYTES: Form[bytes] = Form(bytes, _exactly(bytes))
NUMBER: Form[int] = Form(_same, _exactly(int))
TEXT: Form[str] = Form(_same, _exactly(str))
FLAG: Form[bool] = Form(_same, _exactly(bool))
IDENTIFIER: Form[Any] = Form(lambda value: value.bytes, lambda found: UUID(bytes=found))
INSTANT: Form[datetime] = Form(
    lambda value: value.astimezone(UTC).isoformat(), datetime.fromisoformat
)
DAY: Form[date] = Form(lambda value: value.isoformat(), date.fromisoformat)
ENTRY: Form[EntryRef] = parts(EntryRef, lambda each: (each.writer_id, each.seq), BYTES, NUMBER)
STATE: Form[ManifestState] = parts(
    ManifestState, lambda each: (each.version, each.digest), NUMBER, BYTES
)
WRITER: Form[WriterKeys] = parts(WriterKeys, lambda each: each.material(), BYTES, BYTES, BYTES)
OPENED: Form[OpenedResident] = parts(
    OpenedResident,
    lambda each: (each.version, each.material(), each.held, each.following),
    NUMBER,
    parts(_pair, _same, optional(BYTES), optional(BYTES), optional(BYTES)),
    STATE,
    optional(STATE),
)
WANTED: Form[Wanted] = parts(
    Wanted,
    lambda each: (each.resident, each.category, each.permit, each.consent),
    IDENTIFIER,
    NUMBER,
    ENTRY,
    optional(IDENTIFIER),
)
MOVE: Form[Move] = parts(
    Move, lambda each: (each.resident, each.held, each.following), IDENTIFIER, STATE, STATE
)
ROW: Form[Row] = parts(
    lambda kind, content, mac: Row(RowKind(kind), content, mac),
    lambda each: (each.kind.value, each.content, each.mac),
    TEXT,
    BYTES,
    BYTES,
)
DESTROYED: Form[Destroyed] = parts(
    Destroyed,
    lambda each: (
        each.at,
        each.epoch,
        each.epoch_begun,
        each.provision_until,
        each.log_key,
        each.holders,
    ),
    INSTANT,
    NUMBER,
    INSTANT,
    optional(DAY),
    Form(lambda value: value.value, LogKey),
    NUMBER,
)
SETTLED: Form[Settled] = parts(Settled, lambda each: (each.destroyed, each.given), NUMBER, NUMBER)
ESCROW: Form[Escrow] = parts(
    Escrow, lambda each: (each.version, each.until, each.sealed), NUMBER, DAY, BYTES
)

EPOCH: Form[EpochLife] = parts(
    EpochLife,
    lambda each: (
        each.number,
        each.begun_at,
        each.rewrapped_at,
        each.verified_at,
        each.destroyed_at,
        each.shards,
        each.residents,
    ),
    NUMBER,
    INSTANT,
    optional(INSTANT),
    optional(INSTANT),
    optional(INSTANT),
    NUMBER,
    NUMBER,
)


def by_resident(form: Form[T]) -> Form[dict[Any, T]]:
    """Return the form of values by resident."""
    return Form(
        lambda found: [[each.bytes, form.write(value)] for each, value in found.items()],
        lambda found: {UUID(bytes=each): form.read(value) for each, value in found},
    )


WEB, PUBLISHER, SEQUENCER, CARETAKER = "web", "publisher", "sequencer", "caretaker"
CALLERS = (WEB, PUBLISHER, SEQUENCER, CARETAKER)
"""Who calls: each has a socket of its own."""
PRIVATE = frozenset({CARETAKER})
"""Who must be the key service's own account, whoever else it serves."""


@dataclass(frozen=True)
class Method:
    """One method: who may call it, what it takes and what it gives."""

    callers: frozenset[str]
    takes: tuple[Form[Any], ...]
    gives: Form[Any]


def _method(callers: tuple[str, ...], takes: tuple[Form[Any], ...], gives: Form[Any]) -> Method:
    return Method(frozenset(callers), takes, gives)


_READERS = (WEB, PUBLISHER)
_RESIDENTS = many(IDENTIFIER)

METHODS: Mapping[str, Method] = {
    "writer": _method(CALLERS, (), WRITER),
    "writers": _method((SEQUENCER,), (many(BYTES),), many(WRITER)),
    "create": _method((WEB,), (_RESIDENTS,), NOTHING),
    "open": _method(_READERS, (_RESIDENTS,), by_resident(OPENED)),
    "release": _method(_READERS, (many(WANTED),), many(BYTES)),
    "announce": _method((WEB,), (many(MOVE),), NOTHING),
    "confirm": _method((WEB,), (many(parts(_pair, _same, IDENTIFIER, NUMBER)),), NOTHING),
    "index": _method((WEB,), (TEXT, many(parts(_pair, _same, TEXT, TEXT))), many(BYTES)),
    "pairwise": _method((WEB,), (IDENTIFIER, _RESIDENTS), many(TEXT)),
    "authenticate": _method((WEB,), (many(ROW),), many(BYTES)),
    "check": _method(_READERS, (many(ROW),), many(FLAG)),
    "destroy": _method((WEB,), (IDENTIFIER, ENTRY), DESTROYED),
    "settle": _method((CARETAKER,), (), SETTLED),
    "escrow": _method((WEB,), (IDENTIFIER,), optional(ESCROW)),
    "residents": _method((CARETAKER,), (IDENTIFIER, NUMBER), _RESIDENTS),
    "survey": _method((CARETAKER,), (_RESIDENTS,), by_resident(optional(OPENED))),
    "retire": _method((CARETAKER,), (many(WANTED),), many(BYTES)),
    "add_decoys": _method((CARETAKER,), (_RESIDENTS,), NOTHING),
    "epochs": _method((WEB,), (), many(EPOCH)),
    "sign": _method((WEB,), (BYTES,), BYTES),
    "receipt_key": _method(_READERS, (), BYTES),
    "reachable": _method(CALLERS, (), NOTHING),
}


def encode(message: list[Any]) -> bytes:
    """Return a frame."""
    packed: bytes = msgpack.packb(message, use_bin_type=True)
    return len(packed).to_bytes(_LENGTH, "big") + packed


class Frames:
    """Take what a connection brings apart into messages."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = bytearray()

    def fed(self, more: bytes) -> Iterator[bytes]:
        """Yield each message that is whole now, still packed.

        Raises:
            InvalidInputError: a frame is longer than any may be; its message was not read.
        """
        self._held += more
        while len(self._held) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._held[:_LENGTH], "big")
            if end > _LENGTH + LARGEST_FRAME:
                raise InvalidInputError("a message of the key service is too long")
            if len(self._held) < end:
                return
            packed = bytes(self._held[_LENGTH:end])
            del self._held[:end]
            yield packed


def decode(packed: bytes) -> tuple[Any, Any, Any]:
    """Return the three parts of a message.

    Raises:
        InvalidInputError: it is not MessagePack, or has another shape.
    """
    try:
        found = msgpack.unpackb(packed, raw=False, use_list=True, strict_map_key=True)
    except (ValueError, msgpack.UnpackException, RecursionError):
        found = None
    if type(found) is not list or len(found) != 3:  # noqa: PLR2004 - number, name or error, rest
        raise InvalidInputError("not a message of the key service")
    number, middle, rest = found
    return number, middle, rest
