"""The rules of an invented bank: each kind of category, purpose, recipient and board decision."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.board import BoardDecision
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.text.language import Text

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WORDS = Text("試し", "trial")

PROVIDERS = tuple(UUID(int=n) for n in (11, 12, 13))
DIGEST, EARLIER, FOREIGN = (bytes([n]) * 32 for n in range(3))

RETIRED_AT = NOW + 10 * DAY
BOARD_FROM, BOARD_UNTIL = NOW - 40 * DAY, NOW + 40 * DAY
TURNS = (RETIRED_AT, BOARD_FROM, BOARD_UNTIL)
"""Instants at which the rules themselves change what they say."""


def _number(name: str, band: int) -> Field:
    return Field(name, FieldType.NUMBER, WORDS, maximum=9_999, band=band)


_FIELDS = (
    _number("count", 100),
    _number("bare", 0),
    Field("note", FieldType.TEXT, WORDS, longest=20),
)
_ALL = frozenset({"walks", "sleep", "checkup", "power"})


def _category(number: int, code: str, **marks: bool) -> Category:
    return Category(code, number, 1, WORDS, WORDS, Span.YEAR, _FIELDS, **marks)


def _purpose(code: str, group: str, modes: set[OutputMode], **more: object) -> Purpose:
    span = timedelta(days=999)
    return Purpose(code, "dpv:X", WORDS, WORDS, frozenset(modes), _ALL, span, group, **more)


def _decision(code: str, **parts: object) -> BoardDecision:
    return BoardDecision(
        **{
            "code": code,
            "classes": frozenset(),
            "providers": frozenset(),
            "purposes": frozenset({"study"}),
            "categories": _ALL,
            "modes": frozenset(OutputMode),
            "valid_from": BOARD_FROM,
            "valid_until": BOARD_UNTIL,
            "minutes": "minutes/1",
            "summary": WORDS,
            **parts,
        }
    )


POLICIES = Policies(
    categories={
        "walks": _category(1, "walks"),
        "sleep": _category(2, "sleep"),
        "checkup": _category(3, "checkup", special_care=True),
        "power": _category(4, "power", household=True),
        "idle": _category(5, "idle"),
    },
    purposes={
        "health": _purpose("health", "care", {OutputMode.RECORDS, OutputMode.ANSWERS}),
        "study": _purpose("study", "science", set(OutputMode), board=True),
        "old": _purpose("old", "care", set(OutputMode), retired_at=RETIRED_AT),
    },
    digest=DIGEST,
    recipients={
        "service": RecipientClass("service", WORDS, WORDS),
        "institute": RecipientClass("institute", WORDS, WORDS),
        "broker": RecipientClass("broker", WORDS, WORDS, passes_on=True),
    },
    board=(
        _decision("b1", classes=frozenset({"institute"}), categories=frozenset({"walks", "power"})),
        _decision(
            "b2",
            providers=frozenset({PROVIDERS[1]}),
            modes=frozenset({OutputMode.RECORDS}),
            valid_until=NOW + 20 * DAY,
        ),
        _decision("b3", classes=frozenset({"institute"}), purposes=frozenset({"health"})),
    ),
    earlier=frozenset({EARLIER}),
)
