"""The addresses about the terms of consents, and what is kept of them, for programs."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.web.api import schemas
from infobank.web.api.contract.operation import (
    JSON,
    LD_JSON,
    OBJECT,
    STRING,
    Answer,
    Content,
    Operation,
    json_answer,
)
from infobank.web.api.receipts.documents import ReceiptDocument
from infobank.web.api.receipts.handlers import JOSE
from infobank.web.api.terms import documents

OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("POST", "/api/v1/consents/{consent}/narrow"): Operation(
            "Narrow a consent",
            json_answer("Nothing more is released beyond it.", schemas.ConsentDocument),
            "resident",
            body=Content(JSON, documents.NarrowDocument),
            refusals=(409,),
            description="Requests in flight included. Terms that are left out stay as they are; "
            "one that reaches further than it did is refused: widening needs a request.",
        ),
        ("GET", "/api/v1/consents/{consent}/versions"): Operation(
            "Follow how a consent came to be",
            json_answer("The first version first.", documents.VersionsDocument),
            "resident",
        ),
        ("GET", "/api/v1/consents/{consent}/receipt"): Operation(
            "Fetch the signed receipt of a consent",
            Answer(
                200,
                "What it says, and what became of it.",
                (Content(JSON, ReceiptDocument), Content(JOSE, STRING)),
            ),
            "resident",
            refusals=(406,),
            description="Of one that is over too. Asked for text/html, it leads to the page to "
            "print (303). Every receipt has a number of its own.",
        ),
        ("GET", "/api/v1/consents/{consent}/odrl"): Operation(
            "Export a consent as an agreement in ODRL",
            Answer(200, "ODRL 2.2 with terms of the DPV.", (Content(LD_JSON, OBJECT),)),
            "resident",
            description="For exchange: the bank evaluates no ODRL.",
        ),
    }
)
