"""The interface for programs as an OpenAPI 3.1 document."""

import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from infobank import __version__
from infobank.oauth.metadata import AUTHORIZE_PATH, TOKEN_PATH
from infobank.web.access import BY_SESSION, CSRF_HEADER, SAFE, Access
from infobank.web.api import schemas
from infobank.web.api.contract import answers, forms
from infobank.web.api.contract.operation import PROBLEM, Content, Operation, Shape
from infobank.web.api.contract.operations import OPERATIONS, PARTS
from infobank.web.api.inquiries import documents as inquiries
from infobank.web.api.notices import documents as notices
from infobank.web.api.requests import documents as requests
from infobank.web.api.rights import documents
from infobank.web.api.terms import documents as terms
from infobank.web.opendata.answering import ASK_AGAIN, answer

Document = Mapping[str, Any]
Described = tuple[str, str, Access]
"""Method, path and access of a route."""

DOCUMENT: web.AppKey[Document] = web.AppKey("openapi", dict)
_TEXT: web.AppKey[bytes] = web.AppKey("openapi-text", bytes)

DESCRIPTION: Final = (
    "Residents deposit personal data and decide who may use it; providers read it under a "
    "consent; everybody may read the log's public parts and the open statistics. "
    "Public documents answer HEAD too. Errors are RFC 9457 problem documents, whose `code` "
    "stands in the catalogue at /api/errors; the OAuth and NGSI-LD endpoints answer as their "
    "standards say."
)

_PART: Final = re.compile(r"\{(\w+)(?::[^{}]*)?\}")
_SECURITY: Final[Mapping[Access, list[dict[str, list[str]]]]] = {
    Access.TOKEN: [{"oauth2": [], "dpop": []}],
    Access.CLIENT: [{"dpop": []}, {}],
    Access.ASSERTION: [{"assertion": []}],
}


def keep(application: web.Application, routes: Iterable[Described], public_url: str) -> None:
    """Make the document once, and its text: neither changes while the process runs."""
    application[DOCUMENT] = describe(routes, public_url)
    application[_TEXT] = json.dumps(application[DOCUMENT], ensure_ascii=False).encode()


async def openapi(request: web.Request) -> web.Response:
    """Return the OpenAPI document."""
    return answer(request, request.app[_TEXT], "application/json", ASK_AGAIN)


def describe(routes: Iterable[Described], public_url: str) -> Document:
    """Return the document for these routes.

    Raises:
        KeyError: a route is not in the table of operations, or the table has one too many.
    """
    spec = APISpec(
        title="infobank",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        info={"description": DESCRIPTION},
        servers=[{"url": public_url}],
        security=[],
    )
    _add_schemas(spec)
    _add_schemes(spec, public_url)
    left = dict(OPERATIONS)
    for method, path, access in routes:
        shown = _PART.sub(r"{\1}", path)
        node = _operation(left.pop((method, shown)), method, shown, access)
        spec.path(path=shown, operations={method.lower(): node})
    if left:
        raise KeyError(f"operations without a route: {sorted(left)}")
    return _tidied(spec.to_dict())


def _add_schemas(spec: APISpec) -> None:
    for module in (schemas, answers, forms, inquiries, notices, documents, terms, requests):
        for name, kind in vars(module).items():
            if isinstance(kind, type) and kind.__module__ == module.__name__ and _named(kind):
                summary = (kind.__doc__ or "").strip().splitlines()[0]
                spec.components.schema(name, {"description": summary}, schema=kind)


def _named(kind: type) -> bool:
    """Tell whether a schema is a document or a form; queries are told parameter by parameter."""
    return issubclass(kind, Schema) and kind.__name__.endswith(("Document", "Form"))


def _add_schemes(spec: APISpec, public_url: str) -> None:
    cookie = "__Host-infobank" if public_url.startswith("https://") else "infobank"
    flow = {
        "authorizationUrl": public_url + AUTHORIZE_PATH,
        "tokenUrl": public_url + TOKEN_PATH,
        "scopes": {},
    }
    schemes: Mapping[str, dict[str, object]] = {
        "session": {"type": "apiKey", "in": "cookie", "name": cookie},
        "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
        "dpop": {"type": "apiKey", "in": "header", "name": "DPoP"},
        "assertion": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "oauth2": {"type": "oauth2", "flows": {"authorizationCode": flow}},
    }
    meanings = {
        "session": "A portal session.",
        "csrf": "The secret of the session's forms, for whatever changes something.",
        "dpop": "A proof of possession (RFC 9449), good once.",
        "assertion": "The client's assertion (RFC 7523), good once.",
        "oauth2": "An access token after a pushed request, in the DPoP scheme.",
    }
    for name, scheme in schemes.items():
        spec.components.security_scheme(name, {**scheme, "description": meanings[name]})


def _operation(operation: Operation, method: str, path: str, access: Access) -> dict[str, Any]:
    parts = _PART.findall(path)
    node: dict[str, Any] = {
        "operationId": _identifier(method, path),
        "summary": operation.summary,
        "tags": [operation.tag],
        "security": _security(access, method),
        "parameters": [_part(name) for name in parts],
        "responses": _responses(operation, access, named=bool(parts)),
    }
    if operation.description:
        node["description"] = operation.description
    if operation.query is not None:
        node["parameters"].append({"in": "query", "schema": operation.query})
    if operation.body is not None:
        node["requestBody"] = {
            "required": not operation.optional,
            "content": _content(operation.body),
        }
    return node


def _identifier(method: str, path: str) -> str:
    """Return a name for programs, from the address: `get_log_proof_index`."""
    words = re.findall(r"[A-Za-z0-9]+", path)
    last = ["all"] if path.endswith("/") else []
    return "_".join([method.lower(), *words, *last])


def _part(name: str) -> dict[str, Any]:
    shape, meaning = PARTS[name]
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": dict(shape),
        "description": meaning,
    }


def _security(access: Access, method: str) -> list[dict[str, list[str]]]:
    if access in BY_SESSION:
        forged: dict[str, list[str]] = {} if method in SAFE else {"csrf": []}
        return [{"session": [], **forged}]
    return _SECURITY.get(access, [])


def _responses(operation: Operation, access: Access, *, named: bool) -> dict[str, Any]:
    good = operation.answer
    responses: dict[str, Any] = {str(good.status): {"description": good.meaning}}
    if good.contents:
        content = {part.media: {"schema": _shape(part.shape)} for part in good.contents}
        responses[str(good.status)]["content"] = content
    for status in sorted({*operation.refusals, *_refusals(operation, access, named=named)}):
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": _content(_problem(operation, status)),
        }
    return responses


def _refusals(operation: Operation, access: Access, *, named: bool) -> set[int]:
    """Return the statuses that follow from what an operation reads and who may call it."""
    found = {500, 503}
    if access in BY_SESSION | {Access.TOKEN}:
        found |= {401, 403}
    if access in {Access.CLIENT, Access.ASSERTION}:
        found |= {400, 401}
    if access is Access.OPERATOR:
        found |= {403}
    if operation.body is not None:
        found |= {400, 413, 415}
    if operation.query is not None:
        found |= {400}
    return found | {404} if named else found


def _problem(operation: Operation, status: int) -> Content:
    """Return the form of a refusal: OAuth has one for 400 and 401 only (RFC 6749 section 5.2)."""
    oauth = operation.problem.shape is answers.OAuthProblemDocument
    if oauth and status not in {400, 401}:
        return Content(PROBLEM, schemas.ProblemDocument)
    return operation.problem


def _content(content: Content) -> dict[str, Any]:
    return {content.media: {"schema": _shape(content.shape)}}


def _shape(shape: Shape) -> object:
    return dict(shape) if isinstance(shape, Mapping) else shape


def _tidied(document: dict[str, Any]) -> Document:
    """Say about parameters what the generator cannot know.

    A list stands in one parameter, with commas; what is left out is absent, never null.
    """
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if "explode" in parameter:
                    parameter["explode"] = False
                schema = parameter["schema"]
                if "enum" in schema:
                    schema["type"] = "string"
                    schema["enum"] = [each for each in schema["enum"] if each is not None]
                    schema.pop("default", None)
                if isinstance(schema["type"], list):
                    schema["type"] = next(kind for kind in schema["type"] if kind != "null")
                    schema.pop("default", None)
    return document
