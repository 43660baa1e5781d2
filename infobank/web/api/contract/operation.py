"""What is said of one address for programs: its answers, its body, its refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marshmallow import Schema

from infobank.web.api import schemas

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
PROBLEM: Final = "application/problem+json"
LD_JSON: Final = "application/ld+json"
TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"

Shape = type[Schema] | Mapping[str, object]
"""A schema of ours, or a JSON Schema where the shape is another standard's."""

OBJECT: Final[Mapping[str, object]] = {"type": "object"}
STRING: Final[Mapping[str, object]] = {"type": "string"}
BINARY: Final[Mapping[str, object]] = {}


@dataclass(frozen=True)
class Content:
    """A body: its media type and its shape."""

    media: str
    shape: Shape


@dataclass(frozen=True)
class Answer:
    """A good answer; `contents` are the forms it may have."""

    status: int
    meaning: str
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method on one address; `optional` says that its body may be left out.

    `refusals` are the statuses of its own; those that follow from its access, its body,
    its query and its path are added to every operation alike.
    """

    summary: str
    answer: Answer
    tag: str
    query: type[Schema] | None = None
    body: Content | None = None
    optional: bool = False
    problem: Content = Content(PROBLEM, schemas.ProblemDocument)
    refusals: tuple[int, ...] = ()
    description: str = ""


def json_answer(meaning: str, shape: Shape, status: int = 200) -> Answer:
    """Return an answer of one JSON document."""
    return Answer(status, meaning, (Content(JSON, shape),))
