"""The pages for developers: operations, schemas and the error catalogue."""

from aiohttp import web

from infobank.errors import NotFoundError
from infobank.web.api.contract.errors import error_catalogue
from infobank.web.api.documentation import DOCUMENT
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.views.everybody.documentation import (
    ApiPage,
    ApiPartPage,
    ApiSchemaPage,
    read_openapi,
)

OPENAPI = "/api/openapi.json"


async def api(request: web.Request) -> web.Response:
    """List the operations of the interface for programs, and the catalogue of errors."""
    return await show(request, "api_docs", _view(request))


async def part(request: web.Request) -> web.Response:
    """Show the operations of one part of the interface."""
    name = request.match_info["part"]
    operations = _view(request).parts.get(name)
    if operations is None:
        raise NotFoundError("the interface has no such part")
    return await show(request, "api_part", ApiPartPage(name, tuple(operations)))


async def schemas(request: web.Request) -> web.Response:
    """List what the interface for programs reads and writes."""
    return await show(request, "api_schemas", _view(request))


async def schema(request: web.Request) -> web.Response:
    """Show one thing that is read or written."""
    name = request.match_info["schema"]
    found = next((each for each in _view(request).schemas if each.name == name), None)
    if found is None:
        raise NotFoundError("the interface has no such schema")
    return await show(request, "api_schema", ApiSchemaPage(found))


def _view(request: web.Request) -> ApiPage:
    return read_openapi(request.app[DOCUMENT], error_catalogue(), OPENAPI)
