"""The addresses at which answers are given instead of data."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.web.api.contract.operation import JSON, Content, Operation, json_answer
from infobank.web.api.inquiries import documents

OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("GET", "/api/v1/inquiries"): Operation(
            "List what may be asked",
            json_answer("Every inquiry the bank has approved.", documents.InquiriesDocument),
            "provider",
        ),
        ("POST", "/api/v1/answers"): Operation(
            "Ask an approved inquiry under a consent to answers",
            json_answer("The answer, signed by the bank.", documents.AnswerDocument),
            "provider",
            body=Content(JSON, documents.AskingDocument),
            description="Computed inside the bank: the records stay. Each asking is decided "
            "anew and logged before anything is opened; a 403 names every rule that refused, "
            "answers_spent where it was asked too often or too closely. The signed answer "
            "(typ infobank-answer+jwt) names the asking, its nonce and its instant; it is "
            "checked with the keys at jwks_uri.",
        ),
    }
)
