"""The web application of one worker process."""

import asyncio
import traceback
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import structlog
from aiohttp import web

from infobank.accounts.entrance.errors import StepUpError
from infobank.errors import InfobankError, UnavailableError
from infobank.oauth.errors import OAuthError
from infobank.usecases.bank import Bank
from infobank.web.observing import add_headers, observe, route_of
from infobank.web.opendata.published import PUBLISHED, Published
from infobank.web.opendata.refusals import http_ngsi_ld_refusal, ngsi_ld_refusal
from infobank.web.portal.handlers.entrance.confirm import ask_first
from infobank.web.portal.handlers.entrance.resume import ask_again
from infobank.web.portal.handlers.pages import PAGES, ask_to_sign_in, show_error
from infobank.web.portal.rendering import load_pages
from infobank.web.principal import ForgedFormError, ProofError, SignInRequiredError
from infobank.web.problems import http_problem, http_title, oauth_refusal, problem, row_of
from infobank.web.routes import Form, form_of, register
from infobank.web.state import BANK, REQUEST_ID, SURROUNDINGS, Surroundings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OpenBank = Callable[[], AbstractAsyncContextManager[Bank]]

LOG = structlog.get_logger()

TIDY_SECONDS = 60

DEEPEST = 12
"""Places of an unexpected error that the operator is told, the innermost."""

LARGEST_BODY = 1 << 20
"""Bytes of the largest request body that is read; more is refused with 413."""


def make_application(surroundings: Surroundings, open_bank: OpenBank) -> web.Application:
    """Return the application; the bank is opened when it starts and closed when it ends."""
    application = web.Application(
        middlewares=[name_request, observe, translate_errors], client_max_size=LARGEST_BODY
    )
    application[SURROUNDINGS] = surroundings
    application[PAGES] = load_pages(surroundings.zone)
    application[PUBLISHED] = Published()
    application.on_response_prepare.append(add_headers)

    async def bank(running: web.Application) -> AsyncIterator[None]:
        async with open_bank() as opened:
            running[BANK] = opened
            await opened.upkeep.announce_policies()
            await _find_city(opened)
            tidying = asyncio.create_task(tidy(opened), name="tidy")
            yield
            tidying.cancel()
            await asyncio.gather(tidying, return_exceptions=True)

    application.cleanup_ctx.append(bank)
    register(application)
    return application


async def _find_city(bank: Bank) -> None:
    """Ask the city's sign-in to describe itself; when it does not, whoever needs it asks anew."""
    if bank.entrance.city is None:
        return
    try:
        await bank.entrance.city.discover()
    except InfobankError as error:  # passkeys are enough to serve
        LOG.warning("city_away", code=error.code, error=error.detail)


async def tidy(bank: Bank) -> None:
    """Forget what is over, once a minute, for as long as the process serves."""
    while True:
        try:
            await bank.upkeep.forget_expired()
            await bank.rights.close.finish()
        except InfobankError as error:  # whatever it was, the next minute tries again
            LOG.warning("not_tidied", code=error.code, error=error.detail)
        await asyncio.sleep(TIDY_SECONDS)


@web.middleware
async def name_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request a name of our own; a name sent by the caller is not believed."""
    request[REQUEST_ID] = str(uuid.uuid4())  # noqa: TID251 - names a request, guards nothing
    return await handler(request)


@web.middleware
async def translate_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in the form its route speaks: page, problem or OAuth."""
    try:
        return await handler(request)
    except InfobankError as error:
        _report(request, error)
        return await _answer(request, error)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - a redirect is an answer
            raise
        form = form_of(request)
        if form is Form.PAGE:
            return await show_error(request, error.status, "http", http_title(error.status))
        if form is Form.NGSI_LD:
            return http_ngsi_ld_refusal(request, error)
        return http_problem(request, error)
    except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets an answer
        _report_bug(request, error)
        return await _answer(request, InfobankError("unexpected"))


def _report_bug(request: web.Request, error: Exception) -> None:
    """Tell the operator where an unexpected error came from: places alone, for it may quote."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    LOG.error("bug", request_id=request[REQUEST_ID], error=type(error).__name__, where=where)


async def _answer(request: web.Request, error: InfobankError) -> web.StreamResponse:
    form = form_of(request)
    if form is Form.PAGE:
        return await _answer_person(request, error)
    if form is Form.OAUTH and isinstance(error, OAuthError):
        return oauth_refusal(request, error)
    if form is Form.NGSI_LD:
        return ngsi_ld_refusal(request, error)
    return problem(request, error)


async def _answer_person(request: web.Request, error: InfobankError) -> web.StreamResponse:
    """Answer with a page: ask for what is missing, so that nothing typed is lost, or say why."""
    if isinstance(error, SignInRequiredError) and request.method == "GET":
        return ask_to_sign_in(request)
    if isinstance(error, StepUpError | ProofError):
        return await ask_first(request, fault=isinstance(error, ProofError))
    again = None
    if isinstance(error, SignInRequiredError | ForgedFormError):
        again = await ask_again(request)
    row = row_of(type(error))
    return again or await show_error(request, row.status, error.code, row.title)


def _report(request: web.Request, error: InfobankError) -> None:
    """Tell the operator why; the private detail names places, never values."""
    level = LOG.error if row_of(type(error)).status >= 500 else LOG.info  # noqa: PLR2004 - RFC 9110
    if isinstance(error, UnavailableError):
        level = LOG.warning
    level(
        "refused",
        request_id=request[REQUEST_ID],
        route=route_of(request),
        code=error.code,
        error=error.detail,
    )
