"""The interface for programs, read from its OpenAPI document for people."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infobank.vocabulary.text.language import Text

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """One parameter or one property of a schema: `place` is `query`, `body`, ..."""

    name: str
    place: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True)
class Answer:
    """One answer of an operation."""

    status: str
    description: str
    schema: str


@dataclass(frozen=True)
class Operation:
    """One method on one path; `security` names what the caller must show.

    `part` is the part of the interface it belongs to, as it stands in addresses.
    """

    method: str
    path: str
    part: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: str
    answers: tuple[Answer, ...]
    security: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """A name for links within the page."""
        letters = (letter if letter.isalnum() else "-" for letter in f"{self.method}{self.path}")
        return "".join(letters).strip("-").lower()


@dataclass(frozen=True)
class Schema:
    """One named schema and its properties."""

    name: str
    description: str
    properties: tuple[Parameter, ...]


@dataclass(frozen=True)
class ErrorRow:
    """One row of the error catalogue."""

    code: str
    status: int
    meaning: Text


@dataclass(frozen=True)
class ErrorLine:
    """One row of the catalogue as it is shown: what happened, and what to do."""

    code: str
    status: int
    meaning: Text
    todo: Text


@dataclass(frozen=True)
class ErrorCataloguePage:
    """`error_catalogue`: every error there is, sorted by code."""

    errors: tuple[ErrorLine, ...]


@dataclass(frozen=True)
class ApiPage:
    """`api_docs` and `api_schemas`: operations and schemas.

    `document_href` is the OpenAPI file itself.
    """

    title: str
    version: str
    description: str
    operations: tuple[Operation, ...]
    schemas: tuple[Schema, ...]
    document_href: str

    @property
    def parts(self) -> dict[str, list[Operation]]:
        """The operations of each part, in the order of the document."""
        found: dict[str, list[Operation]] = {}
        for operation in self.operations:
            found.setdefault(operation.part, []).append(operation)
        return found


@dataclass(frozen=True)
class ApiPartPage:
    """`api_part`: every operation of one part of the interface."""

    part: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class ApiSchemaPage:
    """`api_schema`: one thing that is read or written."""

    schema: Schema


Document = Mapping[str, Any]


def read_openapi(document: Document, href: str) -> ApiPage:
    """Return the page for an OpenAPI 3.1 document of our own making.

    The document is trusted: it comes from our generator.  Only what the generator
    writes is understood; `$ref` is followed by name, not resolved.
    """
    info, components = document["info"], document.get("components", {})
    schemas = components.get("schemas", {})
    return ApiPage(
        title=info["title"],
        version=info["version"],
        description=info.get("description", ""),
        operations=tuple(_operations(document)),
        schemas=tuple(_schema(name, schemas[name]) for name in sorted(schemas)),
        document_href=href,
    )


def _operations(document: Document) -> Iterator[Operation]:
    for path, methods in document.get("paths", {}).items():
        for method in METHODS:
            if method in methods:
                yield _operation(method, path, methods[method], methods.get("parameters", ()))


def _operation(method: str, path: str, node: Document, shared: tuple[Document, ...]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        part=_part(node),
        summary=node.get("summary", ""),
        description=node.get("description", ""),
        parameters=tuple(map(_parameter, (*shared, *node.get("parameters", ())))),
        body=_content(node.get("requestBody", {})),
        answers=tuple(
            Answer(str(status), answer.get("description", ""), _content(answer))
            for status, answer in node.get("responses", {}).items()
        ),
        security=tuple(name for scheme in node.get("security", ()) for name in scheme),
    )


def _part(node: Document) -> str:
    """Return the operation's one tag, as it stands in addresses; empty where it has none."""
    tags = node.get("tags", ())
    return str(tags[0]).replace(" ", "-") if tags else ""


def _parameter(node: Document) -> Parameter:
    if "$ref" in node:
        return Parameter(_last(node["$ref"]), "", "", required=False, description="")
    return Parameter(
        name=node["name"],
        place=node["in"],
        type=_type(node.get("schema", {})),
        required=bool(node.get("required", False)),
        description=node.get("description", ""),
    )


def _schema(name: str, node: Document) -> Schema:
    required = set(node.get("required", ()))
    properties = tuple(
        Parameter(key, "body", _type(value), key in required, value.get("description", ""))
        for key, value in node.get("properties", {}).items()
    )
    return Schema(name, node.get("description", ""), properties)


def _content(node: Document) -> str:
    """Return the media types of a body with the schema of each, or the empty text."""
    content = node.get("content", {})
    return ", ".join(
        f"{media}: {_type(value['schema'])}" if value.get("schema") else media
        for media, value in content.items()
    )


def _type(node: Document) -> str:
    """Return a schema in a few letters, such as `array of Item` or `"records" | "answers"`."""
    if "$ref" in node:
        return _last(node["$ref"])
    if "enum" in node:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in node["enum"])
    for joiner in ("oneOf", "anyOf", "allOf"):
        if joiner in node:
            return " | ".join(_type(option) for option in node[joiner])
    return _plain_type(node)


def _plain_type(node: Document) -> str:
    kind = node.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(kind)
    if kind == "array":
        return f"array of {_type(node.get('items', {}))}"
    return f"{kind} ({node['format']})" if "format" in node else str(kind)


def _last(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]
