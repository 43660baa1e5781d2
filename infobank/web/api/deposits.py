"""A resident deposits records of her own."""

from aiohttp import web

from infobank.web.api.bodies import json_body
from infobank.web.api.schemas import DepositDocument, DepositedDocument, read
from infobank.web.api.values import to_record
from infobank.web.state import BANK, PRINCIPAL

SOURCE = "resident"


async def deposit(request: web.Request) -> web.Response:
    """Deposit all records of the document, or none."""
    bank = request.app[BANK]
    resident = request[PRINCIPAL].resident
    document = read(DepositDocument(), await json_body(request))
    category = bank.policies.category(document["category"])
    records = [to_record(category, each) for each in document["records"]]
    deposited = await bank.deposit(category, SOURCE, {resident: records})
    return web.json_response(DepositedDocument().dump(deposited), status=201)
