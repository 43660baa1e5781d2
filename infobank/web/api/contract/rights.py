"""The rights desk's addresses for programs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from infobank.web.api.contract.operation import (
    BINARY,
    JSON,
    Answer,
    Content,
    Operation,
    json_answer,
)
from infobank.web.api.rights import documents

_AS_WITHDRAWN: Final = "When it answers, nothing more is released, requests in flight included."


def _made(meaning: str) -> Answer:
    return json_answer(meaning, documents.RightsRequestDocument, 201)


OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("GET", "/api/v1/rights"): Operation(
            "List one's requests at the rights desk",
            json_answer("Newest first.", documents.RightsRequestsDocument),
            "rights",
        ),
        ("POST", "/api/v1/rights/exports"): Operation(
            "Ask for a copy of everything",
            _made("It can be fetched until it is due."),
            "rights",
            description="APPI article 33; GDPR articles 15 and 20.",
        ),
        ("GET", "/api/v1/rights/exports/{request}"): Operation(
            "Fetch the copy",
            Answer(
                200,
                "A ZIP archive; manifest.json lists its files.",
                (Content("application/zip", BINARY),),
            ),
            "rights",
            refusals=(409,),
            description="Made as it leaves, against an entry of the access log each time.",
        ),
        ("POST", "/api/v1/rights/corrections"): Operation(
            "Ask for a correction",
            _made("Carried out, refused, or received for the steward to decide."),
            "rights",
            body=Content(JSON, documents.CorrectionDocument),
            refusals=(409,),
            description="APPI article 34; GDPR article 16.",
        ),
        ("POST", "/api/v1/rights/restrictions"): Operation(
            "Freeze the use of a category, or of everything",
            _made("It stands."),
            "rights",
            body=Content(JSON, documents.RestrictionDocument),
            description=f"{_AS_WITHDRAWN} Consents stay. APPI article 35; GDPR article 18.",
        ),
        ("POST", "/api/v1/rights/objections"): Operation(
            "Object to a recipient's use for a purpose",
            _made("It stands; every consent to it is withdrawn."),
            "rights",
            body=Content(JSON, documents.ObjectionDocument),
            description=f"{_AS_WITHDRAWN} APPI article 35; GDPR article 21.",
        ),
        ("POST", "/api/v1/rights/{request}/lift"): Operation(
            "Lift a restriction or an objection",
            json_answer("It stands no more.", documents.RightsRequestDocument),
            "rights",
            refusals=(409,),
        ),
        ("GET", "/api/v1/rights/reports"): Operation(
            "List what one reported",
            json_answer("Newest first, with the answers.", documents.ReportsDocument),
            "rights",
        ),
        ("POST", "/api/v1/rights/reports"): Operation(
            "Report an entry of the history that was not expected",
            _made("A steward answers it by the day it is due."),
            "rights",
            body=Content(JSON, documents.AskReportDocument),
            refusals=(404,),
            description="Reported again before the answer, it is the same report.",
        ),
        ("POST", "/api/v1/rights/closure"): Operation(
            "Close the account and erase its data",
            json_answer("It is closed; the session is over.", documents.ClosedDocument),
            "rights",
            body=Content(JSON, documents.ClosureDocument),
            refusals=(409,),
            description="It cannot be undone. APPI article 35; GDPR article 17.",
        ),
        ("GET", "/api/v1/proxies"): Operation(
            "List those for whom one may act",
            json_answer("Everybody, with the end of each.", documents.ProxiesDocument),
            "rights",
        ),
        ("POST", "/api/v1/proxies/act"): Operation(
            "Act for somebody, or for oneself again, in this session",
            Answer(204, "From now on."),
            "rights",
            body=Content(JSON, documents.ActDocument),
            refusals=(404,),
            description="Acts are logged as the guardian's, in the history of whom they are for.",
        ),
        ("GET", "/api/v1/reports"): Operation(
            "List the reports to answer",
            json_answer("Those due first; nobody is named.", documents.WaitingReportsDocument),
            "steward",
        ),
        ("POST", "/api/v1/reports/{request}"): Operation(
            "Answer a report",
            json_answer("She finds it at the rights desk.", documents.RightsRequestDocument),
            "steward",
            body=Content(JSON, documents.ReplyDocument),
            refusals=(409,),
        ),
        ("GET", "/api/v1/corrections"): Operation(
            "List the corrections to decide",
            json_answer("Those due first.", documents.WaitingCorrectionsDocument),
            "steward",
        ),
        ("POST", "/api/v1/corrections/{request}"): Operation(
            "Decide a correction",
            json_answer("Carried out, or refused.", documents.RightsRequestDocument),
            "steward",
            body=Content(JSON, documents.DecisionDocument),
            refusals=(409,),
        ),
    }
)
