"""The pages for developers: operations, schemas and the error catalogue."""

from aiohttp import web

from infobank.web.api.contract.errors import error_catalogue
from infobank.web.api.documentation import DOCUMENT
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.views.api import ApiPage, read_openapi

OPENAPI = "/api/openapi.json"


async def api(request: web.Request) -> web.Response:
    """Show the operations of the interface for programs, and the catalogue of errors."""
    return await show(request, "api_docs", _view(request))


async def schemas(request: web.Request) -> web.Response:
    """Show what the interface for programs reads and writes."""
    return await show(request, "api_schemas", _view(request))


def _view(request: web.Request) -> ApiPage:
    return read_openapi(request.app[DOCUMENT], error_catalogue(), OPENAPI)
