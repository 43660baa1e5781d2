"""Choose how pages are read, from the form that settings show."""

from aiohttp import web

from infobank.web.access import check_same_origin
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.choices import remember
from infobank.web.portal.handlers.pages import see_other
from infobank.web.portal.navigation import local_path


async def choose(request: web.Request) -> web.Response:
    """Keep language, furigana and dates in the browser, and go back to the page."""
    check_same_origin(request)
    form = await read_fields(request)
    response = see_other(local_path(form.get("next", "")) or address("front"))
    remember(request, response, form)
    return response
