"""What takes two stewards: look at what another asked for, and approve or refuse it."""

from dataclasses import replace
from uuid import UUID

from aiohttp import web

from infobank.accounts.approval import Act, Approval
from infobank.errors import ConflictError, NotFoundError
from infobank.usecases.counter.assist import places_of
from infobank.vocabulary.identifiers import ResidentId
from infobank.web.forms import read_fields
from infobank.web.named import named
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.views.steward.approvals import ApprovalPage, ApprovalsPage, HalfPage
from infobank.web.portal.wording.consents.changes import ChangeWriter
from infobank.web.portal.wording.steward.approvals import ApprovalWriter
from infobank.web.state import BANK, PRINCIPAL


async def approvals(request: web.Request) -> web.Response:
    """List what waits, oldest first."""
    writer = await _writer(request)
    found = await request.app[BANK].stewardship.approvals.waiting()
    view = ApprovalsPage(tuple(map(writer.line, found)), over="over" in request.query)
    return await show(request, "approvals", view)


async def approval(request: web.Request) -> web.Response:
    """Show what would be done; one that was decided meanwhile is told on the list."""
    try:
        found = await request.app[BANK].stewardship.approvals.one(named(request, "approval"))
    except NotFoundError:
        return see_other(f"{address('approvals')}?over")
    return await _page(request, found)


async def decide(request: web.Request) -> web.Response:
    """Approve or refuse; what was decided before stays as it was."""
    waiting, form = request.app[BANK].stewardship.approvals, await read_fields(request)
    name, by = named(request, "approval"), request[PRINCIPAL].signed_in.account
    try:
        if form.get("decision") == "refuse":
            await waiting.refuse(name, by)
            return see_other(address("approvals"))
        if form.get("decision") != "approve":
            return see_other(address("approval", approval=name))
        done = await waiting.approve(name, by)
    except NotFoundError:
        return see_other(f"{address('approvals')}?over")
    except ConflictError:
        return await _impossible(request, name)
    if done.told:
        # A secret goes into no address: it is shown in the answer to the press itself.
        return await show(request, "told_once", HalfPage(done.told))
    return see_other(address("approvals"))


async def _impossible(request: web.Request, name: UUID) -> web.Response:
    try:
        found = await request.app[BANK].stewardship.approvals.one(name)
    except NotFoundError:
        return see_other(f"{address('approvals')}?over")
    return await _page(request, found, impossible=True)


async def _page(request: web.Request, found: Approval, *, impossible: bool = False) -> web.Response:
    writer = await _writer(request)
    view = ApprovalPage(writer.line(found), writer.facts(found), impossible=impossible)
    if found.act is Act.ASSISTED_CONSENT:
        view = await _assisted(request, found, view)
    return await show(request, "approval", view, status=409 if impossible else 200)


async def _assisted(request: web.Request, found: Approval, view: ApprovalPage) -> ApprovalPage:
    """Return the page with the terms that the resident heard; gone, nothing can be given."""
    bank, writer = request.app[BANK], terms_writer(request)
    resident, asked = (UUID(found.document[name]) for name in ("resident", "request"))
    try:
        heard = await bank.stewardship.counter.assist.heard(ResidentId(resident), asked)
    except NotFoundError:
        return replace(view, impossible=True)
    terms, places = heard.terms, places_of(found)
    items = tuple(terms.items[place] for place in places if place < len(terms.items))
    return replace(
        view,
        terms=writer.terms(terms, heard.provider),
        items=writer.items(items),
        changes=ChangeWriter(writer).changes(heard.changes_by(items)),
    )


async def _writer(request: web.Request) -> ApprovalWriter:
    known = await request.app[BANK].register_provider.all()
    return ApprovalWriter(
        words=request.app[PAGES].words,
        terms=terms_writer(request),
        reader=request[PRINCIPAL].signed_in.account.account_id,
        providers={str(each.provider_id): each.name for each in known},
    )
