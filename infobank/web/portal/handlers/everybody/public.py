"""What everybody may see: the front page, the promises, the open statistics, static files."""

import re

from aiohttp import web

from infobank.errors import NotFoundError
from infobank.publication.statistic import Statistic
from infobank.web.portal.assets import FOLDER
from infobank.web.portal.handlers.pages import PAGES, show
from infobank.web.portal.views.everybody.public import AboutPage, DatasetsPage, FrontPage
from infobank.web.portal.wording.datasets import dataset_line, dataset_page
from infobank.web.state import BANK

CATALOGUE = "/opendata/catalog.jsonld"
FOR_EVER = "public, max-age=31536000, immutable"

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


async def front(request: web.Request) -> web.Response:
    """Show what the bank is, with what anybody can count."""
    bank = request.app[BANK]
    newest = await bank.catalogue.newest()
    datasets = sum(any(name.startswith(f"{code}-") for name in newest) for code in bank.statistics)
    try:
        checkpoint = await bank.prove.checkpoint()
    except NotFoundError:
        return await show(request, "front", FrontPage(datasets=datasets))
    view = FrontPage(checkpoint.size, datasets, checkpoint.signed_at)
    return await show(request, "front", view)


async def about(request: web.Request) -> web.Response:
    """Show what the bank promises, and what it does not."""
    return await show(request, "about", AboutPage())


async def datasets(request: web.Request) -> web.Response:
    """List the statistics that were published."""
    bank = request.app[BANK]
    lines = []
    for statistic in bank.statistics.values():
        found = await bank.catalogue.releases(statistic.code)
        if found:
            lines.append(dataset_line(statistic, found[0].first))
    return await show(request, "datasets", DatasetsPage(tuple(lines), CATALOGUE))


async def dataset(request: web.Request) -> web.Response:
    """Show one month of a statistic, the newest unless another is asked for."""
    bank = request.app[BANK]
    statistic = _statistic(request)
    found = await bank.catalogue.releases(statistic.code)
    months = list(dict.fromkeys(release.first for release in found))
    wanted = _month(request) or (f"{months[0]:%Y-%m}" if months else "")
    # Newest version first, so the first of a month is the one that stands.
    chosen = next((each for each in found if f"{each.first:%Y-%m}" == wanted), None)
    if chosen is None:
        raise NotFoundError("nothing was published for this month")
    release = await bank.catalogue.release(chosen.release_id)
    view = dataset_page(statistic, release, months, request.app[PAGES].words)
    return await show(request, "dataset", view)


async def static(request: web.Request) -> web.StreamResponse:
    """Return a static file; its address changes with its content, so it may be kept for ever."""
    files = {path.name: path for path in FOLDER.iterdir() if path.is_file()}
    path = files.get(request.match_info["name"])
    if path is None:
        raise NotFoundError("there is no such file")
    return web.FileResponse(path, headers={"Cache-Control": FOR_EVER})


def _statistic(request: web.Request) -> Statistic:
    found = request.app[BANK].statistics.get(request.match_info["code"])
    if found is None:
        raise NotFoundError("there is no such statistic")
    return found


def _month(request: web.Request) -> str:
    wanted = request.query.get("month", "")
    if wanted and not _MONTH.fullmatch(wanted):
        raise NotFoundError("a month is written like 2026-09")
    return wanted
