"""The page for developers: operations, schemas and the error catalogue."""

from aiohttp import web

from infobank.web.api.contract.errors import error_catalogue
from infobank.web.api.documentation import DOCUMENT
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.views.api import read_openapi

OPENAPI = "/api/openapi.json"


async def api(request: web.Request) -> web.Response:
    """Show the interface for programs."""
    view = read_openapi(request.app[DOCUMENT], error_catalogue(), OPENAPI)
    return await show(request, "api_docs", view)
