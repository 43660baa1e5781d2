"""The pages for developers: operations, schemas and the error catalogue."""

from aiohttp import web

from infobank.errors import NotFoundError
from infobank.web.api.contract.errors import error_catalogue
from infobank.web.api.documentation import DOCUMENT
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.views.everybody.documentation import (
    ApiPage,
    ApiPartPage,
    ApiSchemaPage,
    ErrorCataloguePage,
    read_openapi,
)
from infobank.web.portal.wording.remedies import error_lines

OPENAPI = "/api/openapi.json"

_VIEW: web.AppKey[ApiPage] = web.AppKey("openapi_view", ApiPage)


def prepare(application: web.Application) -> None:
    """Read the interface's document once: it does not change while the process runs."""
    application[_VIEW] = read_openapi(application[DOCUMENT], OPENAPI)


async def api(request: web.Request) -> web.Response:
    """List the operations of the interface for programs."""
    return await show(request, "api_docs", request.app[_VIEW])


async def errors(request: web.Request) -> web.Response:
    """Show every error: what happened, and what to do."""
    words = request.app[PAGES].words
    view = ErrorCataloguePage(error_lines(error_catalogue(), words))
    return await show(request, "error_catalogue", view)


async def part(request: web.Request) -> web.Response:
    """Show the operations of one part of the interface."""
    name = request.match_info["part"]
    operations = request.app[_VIEW].parts.get(name)
    if operations is None:
        raise NotFoundError("the interface has no such part")
    return await show(request, "api_part", ApiPartPage(name, tuple(operations)))


async def schemas(request: web.Request) -> web.Response:
    """List what the interface for programs reads and writes."""
    return await show(request, "api_schemas", request.app[_VIEW])


async def schema(request: web.Request) -> web.Response:
    """Show one thing that is read or written."""
    name = request.match_info["schema"]
    found = next((each for each in request.app[_VIEW].schemas if each.name == name), None)
    if found is None:
        raise NotFoundError("the interface has no such schema")
    return await show(request, "api_schema", ApiSchemaPage(found))
