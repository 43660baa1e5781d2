"""What a steward watches over: deadlines, published statistics, keys."""

from aiohttp import web

from infobank.web.portal.handlers.pages import show, terms_writer
from infobank.web.portal.views.steward.watch import OverduePage, PublicationsPage
from infobank.web.portal.wording.datasets import publication
from infobank.web.portal.wording.steward import watch
from infobank.web.state import BANK


async def overdue(request: web.Request) -> web.Response:
    """Show who owes an answer, longest late first, and how many requests stand where."""
    bank = request.app[BANK]
    now = bank.clock.now()
    found = [
        watch.late(each, provider, now) for each, provider in await bank.notices.follow.overdue()
    ]
    late = sorted(found, key=lambda each: each.deadline)
    tally = tuple(watch.tally_line(each) for each in await bank.rights.desk.tally())
    return await show(request, "overdue", OverduePage(tuple(late), tally))


async def publications(request: web.Request) -> web.Response:
    """Show the releases, newest first, and what is left of each statistic's budget."""
    bank, zone = request.app[BANK], terms_writer(request).zone
    spends, now = await bank.catalogue.spends(), bank.clock.now()
    lines, budgets = [], []
    for statistic in bank.statistics.values():
        mine = [spend for spend in spends if spend.statistic == statistic.code]
        kept = await bank.catalogue.releases(statistic.code)
        newest = kept[0].first if kept else None
        budgets.append(watch.budget_line(statistic, mine, newest, now, zone))
        for each in kept:
            release = await bank.catalogue.release(each.release_id)
            lines.append(publication(statistic, release))
    return await show(request, "publications", PublicationsPage(tuple(lines), tuple(budgets)))


async def keys(request: web.Request) -> web.Response:
    """Show the lives of the root keys, and the backups of what they wrap."""
    rings = await request.app[BANK].stewardship.keys()
    return await show(request, "keys", watch.keys_page(rings, terms_writer(request).zone))
