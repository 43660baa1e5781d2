"""The addresses about letters, for programs."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.web.api.contract.operation import JSON, Answer, Content, Operation, json_answer
from infobank.web.api.letters import documents


def _now() -> Answer:
    return json_answer("How she is told from now on.", documents.LettersDocument)


OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("GET", "/api/v1/letters"): Operation(
            "Read how one is told of things outside the portal", _now(), "letters"
        ),
        ("POST", "/api/v1/letters/email"): Operation(
            "Have a code sent to an e-mail address",
            _now(),
            "letters",
            body=Content(JSON, documents.AskEmailDocument),
            refusals=(409,),
            description="Nothing else is sent there before the code came back. Five codes a day.",
        ),
        ("POST", "/api/v1/letters/email/code"): Operation(
            "Confirm the address with its code",
            _now(),
            "letters",
            body=Content(JSON, documents.CodeDocument),
            refusals=(409,),
            description="Within 30 minutes; five wrong codes end it.",
        ),
        ("POST", "/api/v1/letters/email/matters"): Operation(
            "Choose what to be told of by e-mail",
            _now(),
            "letters",
            body=Content(JSON, documents.MattersDocument),
            refusals=(404,),
            description="An e-mail says that something changed, and never what.",
        ),
        ("POST", "/api/v1/letters/paper"): Operation(
            "Have each month sent on paper",
            _now(),
            "letters",
            body=Content(JSON, documents.AskPaperDocument),
        ),
        ("POST", "/api/v1/letters/{channel}/end"): Operation(
            "Be told by a channel no more",
            _now(),
            "letters",
            description="`email` or `paper`; its address is deleted. Once more changes nothing.",
        ),
    }
)
