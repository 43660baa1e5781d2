"""Close the account: explained first, and wanted twice."""

from dataclasses import replace

from aiohttp import web

from infobank.accounts.errors import HeldError, UnconfirmedError
from infobank.vocabulary.givenby import GivenBy
from infobank.web.access import cookie_name
from infobank.web.api.rights.proxies import choose
from infobank.web.forms import read_fields
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import see_other, show
from infobank.web.portal.views.resident.rights import ClosedPage, ClosurePage
from infobank.web.principal import Principal
from infobank.web.state import BANK, PRINCIPAL


async def ask(request: web.Request) -> web.Response:
    """Say what will be gone, and from when."""
    return await show(request, "closure", ClosurePage())


async def close(request: web.Request) -> web.Response:
    """Close the account; the answer is the last page this session is shown."""
    principal, form = request[PRINCIPAL], await read_fields(request)
    try:
        signed = await request.app[BANK].rights.close(
            principal.resident, principal.by, sure=form.get("sure") == "yes"
        )
    except UnconfirmedError:
        return await show(request, "closure", ClosurePage(missing=True), status=422)
    except HeldError:
        return see_other(address("rights"))  # the request stands there, refused, with its reason
    receipt = signed.receipt
    view = ClosedPage(
        number=str(receipt.receipt_id),
        erased_at=receipt.erased_at,
        backups_until=receipt.backups_until,
        provision_until=receipt.provision_until,
        document=signed.document.decode(),
        signature=signed.signature.hex(),
    )
    if principal.by is GivenBy.GUARDIAN:
        await choose(request, None)
        request[PRINCIPAL] = Principal(replace(principal.signed_in, proxy=None))
        return await show(request, "closed", view)
    request[PRINCIPAL] = Principal()  # the session went with the account
    response = await show(request, "closed", view)
    response.del_cookie(cookie_name(request), path="/")
    return response
