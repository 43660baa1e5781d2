"""A resident deposits records of her own."""

from aiohttp import web

from infobank.vocabulary.givenby import GivenBy
from infobank.web.api.bodies import json_body
from infobank.web.api.schemas import DepositDocument, DepositedDocument, read
from infobank.web.api.values import to_record
from infobank.web.state import BANK, PRINCIPAL

SOURCES = {GivenBy.SELF: "resident", GivenBy.GUARDIAN: "guardian"}
"""What a deposit's entry names as its source."""


async def deposit(request: web.Request) -> web.Response:
    """Deposit all records of the document, or none."""
    bank = request.app[BANK]
    principal = request[PRINCIPAL]
    document = read(DepositDocument(), await json_body(request))
    category = bank.policies.category(document["category"])
    records = [to_record(category, each) for each in document["records"]]
    source = SOURCES[principal.by]
    deposited = await bank.deposit(category, source, {principal.resident: records})
    return web.json_response(DepositedDocument().dump(deposited), status=201)
