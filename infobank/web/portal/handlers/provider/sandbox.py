"""A provider tries its connection, against residents who were made up."""

from functools import cache
from pathlib import Path

from aiohttp import web

from infobank.errors import InvalidInputError
from infobank.oauth.errors import InvalidClientMetadataError
from infobank.usecases.accesslog.search import LogQuestion
from infobank.usecases.provider.keys import PrivateKeyError
from infobank.web.forms import read_fields
from infobank.web.portal import firstclient
from infobank.web.portal.addresses import address
from infobank.web.portal.handlers.pages import PAGES, see_other, show, terms_writer
from infobank.web.portal.handlers.provider.own import own_account, own_lines, own_provider
from infobank.web.portal.views.auditor.log import LogLine
from infobank.web.portal.views.filled import FilledForm
from infobank.web.portal.views.provider.consents import ProviderConsent
from infobank.web.portal.views.provider.sandbox import SandboxPage
from infobank.web.portal.wording.providers import provider_consents, provider_keys
from infobank.web.state import BANK, SURROUNDINGS

FILE = "infobank-client.py"
EVENTS = 10


async def sandbox(request: web.Request) -> web.Response:
    """Show the sandbox in steps: a key, the program, what it read."""
    return await _sandbox(request, FilledForm(), 200)


async def register_key(request: web.Request) -> web.Response:
    """Let a key speak for the sandbox; at once, since nobody real is behind it."""
    provider, form = await own_provider(request), await read_fields(request)
    typed, words = form.get("jwk", "").strip(), request.app[PAGES].words
    try:
        await request.app[BANK].provider_desk.sandbox.register_key(
            provider, typed, own_account(request)
        )
    except PrivateKeyError:
        # INVARIANT: a private key is not sent back, not even to who typed it.
        fault = FilledForm({}, {"jwk": words("keys.fault_private")})
        return await _sandbox(request, fault, 422)
    except (InvalidInputError, InvalidClientMetadataError) as error:
        fault = FilledForm({"jwk": typed}, {"jwk": words("keys.fault_jwk", why=error.message)})
        return await _sandbox(request, fault, 422)
    return see_other(f"{address('provider_sandbox')}?done=1")


async def client(_: web.Request) -> web.Response:
    """Return the program to copy: the whole protocol in one small file."""
    return web.Response(
        body=_program(),
        content_type="text/x-python",
        headers={"Content-Disposition": f'attachment; filename="{FILE}"'},
    )


@cache
def _program() -> bytes:
    return Path(firstclient.__file__).read_bytes()


async def _sandbox(request: web.Request, form: FilledForm, status: int) -> web.Response:
    bank, provider, writer = request.app[BANK], await own_provider(request), terms_writer(request)
    made = await bank.provider_desk.sandbox.of(provider.provider_id)
    here = f"python3 {FILE} --bank {request.app[SURROUNDINGS].public_url} --key sandbox.pem"
    consents: tuple[ProviderConsent, ...] = ()
    events: tuple[LogLine, ...] = ()
    if made is not None:
        given = await bank.provider_desk.provided.consents(made.provider_id, 1)
        consents = provider_consents(given.consents, writer)
        question = LogQuestion({"provider": str(made.provider_id)})
        events = await own_lines(request, question, EVENTS)
    view = SandboxPage(
        client=str(made.provider_id) if made else "",
        keys=provider_keys(made) if made else (),
        command=here,
        run=f"{here} --client-id {made.provider_id} --request request.json" if made else "",
        consents=consents,
        events=events,
        form=form,
        done="done" in request.query,
    )
    return await show(request, "provider_sandbox", view, status=status)
