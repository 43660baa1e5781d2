"""The addresses about requests that wait."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.web.api.contract.operation import JSON, Answer, Content, Operation, json_answer
from infobank.web.api.requests import documents

OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("GET", "/api/v1/requests"): Operation(
            "List the requests that wait for an answer",
            json_answer("Oldest first.", documents.WaitingListDocument),
            "resident",
        ),
        ("GET", "/api/v1/requests/{request}/changes"): Operation(
            "Compare a request with the consent it names",
            json_answer("Each change by itself.", documents.ChangesDocument),
            "resident",
            description="Whatever reaches further than the consent says so in `widens`.",
        ),
        ("POST", "/api/v1/requests/{request}/agree"): Operation(
            "Agree to a request, or to a part of it",
            json_answer("The consent is given.", documents.AnsweredDocument),
            "resident",
            body=Content(JSON, documents.AgreeDocument),
            refusals=(409,),
        ),
        ("POST", "/api/v1/requests/{request}/counter"): Operation(
            "Answer a request with a counter-offer",
            json_answer("It stands for 30 days.", documents.AnsweredDocument),
            "resident",
            body=Content(JSON, documents.CounterDocument),
            description="Fewer items, shorter, coarser, less often: never more than was asked "
            "for. When the provider asks for it, the consent is given at once. Refusing the "
            "request takes the offer back.",
        ),
        ("POST", "/api/v1/requests/{request}/refuse"): Operation(
            "Refuse a request",
            json_answer("The provider is not told why.", documents.AnsweredDocument),
            "resident",
        ),
        ("GET", "/api/v1/requests/{request}"): Operation(
            "Ask how one's request stands",
            json_answer("Never why, and never by whom.", documents.FollowedDocument),
            "provider",
            description="`answered` is yes or no alike; the redirect has told which. A "
            "`counter_offer` is accepted by pushing it, or less, with this `request_id`.",
        ),
        ("DELETE", "/api/v1/requests/{request}"): Operation(
            "Withdraw one's request",
            Answer(204, "Nobody can answer it any more."),
            "provider",
            description="404 when it was answered, withdrawn or over before.",
        ),
    }
)
