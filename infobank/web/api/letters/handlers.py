"""A resident's program chooses how she is told of things outside the portal."""

from aiohttp import web

from infobank.accounts.contact import Channel, Matter
from infobank.errors import NotFoundError
from infobank.usecases.letters.choose import ChooseLetters
from infobank.vocabulary.text.language import Language
from infobank.web.api.bodies import json_body
from infobank.web.api.letters import documents
from infobank.web.api.schemas import read
from infobank.web.state import BANK, PRINCIPAL


async def show(request: web.Request) -> web.Response:
    """Show her channels."""
    found = await _choose(request).of_resident(request[PRINCIPAL].resident)
    values = documents.letters_values(found, mails=_choose(request).mails)
    return web.json_response(documents.LettersDocument().dump(values))


async def set_email(request: web.Request) -> web.Response:
    """Send a code to an address."""
    principal = request[PRINCIPAL]
    document = read(documents.AskEmailDocument(), await json_body(request))
    language = Language(document["language"])
    await _choose(request).set_email(principal.resident, principal.by, document["to"], language)
    return await show(request)


async def confirm(request: web.Request) -> web.Response:
    """Take the code back."""
    principal = request[PRINCIPAL]
    document = read(documents.CodeDocument(), await json_body(request))
    await _choose(request).confirm(principal.resident, principal.by, document["code"])
    return await show(request)


async def set_paper(request: web.Request) -> web.Response:
    """Send her months to a postal address."""
    principal = request[PRINCIPAL]
    document = read(documents.AskPaperDocument(), await json_body(request))
    language = Language(document["language"])
    await _choose(request).set_paper(principal.resident, principal.by, document["to"], language)
    return await show(request)


async def choose(request: web.Request) -> web.Response:
    """Be told by e-mail of these matters, and of no others."""
    principal = request[PRINCIPAL]
    document = read(documents.MattersDocument(), await json_body(request))
    matters = frozenset(map(Matter, document["matters"]))
    await _choose(request).choose(principal.resident, principal.by, Channel.EMAIL, matters)
    return await show(request)


async def end(request: web.Request) -> web.Response:
    """Delete a channel with its address."""
    principal, name = request[PRINCIPAL], request.match_info["channel"]
    if name not in set(Channel):
        raise NotFoundError("there is no such channel")
    await _choose(request).end(principal.resident, principal.by, Channel(name))
    return await show(request)


def _choose(request: web.Request) -> ChooseLetters:
    return request.app[BANK].letters.choose
