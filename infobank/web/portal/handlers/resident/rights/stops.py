"""Stop a use: freeze a kind of data, or object to one recipient's purpose."""

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from infobank.accounts.rights import Right, RightsRequest, Status
from infobank.errors import InvalidInputError
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.standing import EVERYTHING
from infobank.web.forms import read_fields
from infobank.web.portal.handlers.pages import show
from infobank.web.portal.handlers.resident.rights.desk import rights_writer, see
from infobank.web.portal.views.resident.rights import Option, StopPage
from infobank.web.state import BANK, PRINCIPAL

OPEN_STATISTICS = "open_statistics"
"""The purpose of the bank's own publication desk, which can be objected to in advance."""


async def ask_restriction(request: web.Request) -> web.Response:
    """Show what can be frozen."""
    return await _restriction(request)


async def restrict(request: web.Request) -> web.Response:
    """Freeze what was chosen; when the answer arrives, nothing more of it is released."""
    form, principal = await read_fields(request), request[PRINCIPAL]
    if not form.get("chosen"):
        return await _restriction(request, missing=True)
    made = await request.app[BANK].rights.stop.restrict(
        principal.resident, principal.by, form["chosen"]
    )
    return see(made.request_id)


async def ask_objection(request: web.Request) -> web.Response:
    """Show against whom and what one can object."""
    return await _objection(request)


async def object_to(request: web.Request) -> web.Response:
    """Shut out what was chosen."""
    form, principal = await read_fields(request), request[PRINCIPAL]
    if not form.get("chosen"):
        return await _objection(request, missing=True)
    provider, purpose = _use(form["chosen"])
    made = await request.app[BANK].rights.stop.object_to(
        principal.resident, principal.by, provider, purpose
    )
    return see(made.request_id)


async def _restriction(request: web.Request, *, missing: bool = False) -> web.Response:
    bank, writer = request.app[BANK], await rights_writer(request)
    frozen = {each.subject.category for each in await _standing(request, Right.RESTRICTION)}
    options = tuple(
        Option(code, writer.category(code), standing=code in frozen)
        for code in (EVERYTHING, *bank.policies.categories)
    )
    view = StopPage(Right.RESTRICTION, options, missing)
    return await show(request, "restriction", view, status=422 if missing else 200)


async def _objection(request: web.Request, *, missing: bool = False) -> web.Response:
    uses, writer = await _uses(request), await rights_writer(request)
    shut = {
        (str(each.subject.provider), each.subject.purpose)
        for each in await _standing(request, Right.OBJECTION)
    }
    options = tuple(
        Option(f"{provider}:{purpose}", writer.use(provider, purpose), standing=use in shut)
        for use in uses
        for provider, purpose in [use]
    )
    view = StopPage(Right.OBJECTION, options, missing)
    return await show(request, "objection", view, status=422 if missing else 200)


async def _uses(request: web.Request) -> Sequence[tuple[str, str]]:
    """Return recipients with their purposes: of consents and waiting requests, and statistics."""
    bank, resident = request.app[BANK], request[PRINCIPAL].resident
    desk = await bank.register_provider.desk()
    consents = await bank.review.of_resident(resident)
    waiting = await bank.authorize.waiting(resident)
    found = [
        (str(desk.provider_id), OPEN_STATISTICS),
        *((str(each.provider), each.terms.purpose) for each, _ in consents),
        *((str(each.provider), each.stored.request.access.purpose) for each, _ in waiting),
    ]
    return list(dict.fromkeys(found))


async def _standing(request: web.Request, right: Right) -> list[RightsRequest]:
    found = await request.app[BANK].rights.desk.all(request[PRINCIPAL].resident)
    return [each for each in found if each.right is right and each.status is Status.STANDING]


def _use(chosen: str) -> tuple[ProviderId, str]:
    provider, _, purpose = chosen.partition(":")
    try:
        return ProviderId(UUID(provider)), purpose
    except ValueError:
        raise InvalidInputError("choose one of the uses", field="chosen") from None
