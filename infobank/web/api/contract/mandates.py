"""The addresses about mandates and calls for programs."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.web.api.contract.operation import JSON, Answer, Content, Operation, json_answer
from infobank.web.api.mandates import documents

OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("GET", "/api/v1/mandates"): Operation(
            "List one's mandates",
            json_answer("Newest first.", documents.MandatesDocument),
            "resident",
        ),
        ("POST", "/api/v1/mandates"): Operation(
            "Give a mandate",
            json_answer("From now on.", documents.MandateDocument, 201),
            "resident",
            body=Content(JSON, documents.GivenMandateDocument),
            refusals=(409,),
            description="The bank answers requests that fit for the resident. Special-care data "
            "and transfers abroad need her own word each time. A provider that is new under a "
            "mandate receives nothing for 24 hours.",
        ),
        ("POST", "/api/v1/mandates/preview"): Operation(
            "Ask whom conditions would let in",
            json_answer("Today; nothing is changed by asking.", documents.CoversDocument),
            "resident",
            body=Content(JSON, documents.ConditionsDocument),
        ),
        ("GET", "/api/v1/mandates/{mandate}/covers"): Operation(
            "Ask whom a mandate lets in",
            json_answer("Today.", documents.CoversDocument),
            "resident",
        ),
        ("POST", "/api/v1/mandates/{mandate}/narrow"): Operation(
            "Narrow a mandate",
            json_answer("Nothing outside is released under it.", documents.MandateDocument),
            "resident",
            body=Content(JSON, documents.NarrowMandateDocument),
            refusals=(409,),
            description="Consents given under it that it admits no more end with it.",
        ),
        ("POST", "/api/v1/mandates/{mandate}/stop"): Operation(
            "Stop a mandate",
            json_answer("Nothing more is released under it.", documents.MandateDocument),
            "resident",
            body=Content(JSON, documents.StopMandateDocument),
            optional=True,
            refusals=(409,),
            description="Every consent that was given under it is withdrawn with it.",
        ),
        ("GET", "/api/v1/told"): Operation(
            "Read what one's mandates did",
            json_answer("Newest first.", documents.AllToldDocument),
            "resident",
        ),
        ("POST", "/api/v1/told/{told}/seen"): Operation(
            "Note that one saw it",
            Answer(204, "Noted."),
            "resident",
        ),
        ("POST", "/api/v1/calls"): Operation(
            "Call on everybody whose mandate admits a request",
            json_answer(
                "It is kept for 30 days; its grants are in Location.",
                documents.MadeCallDocument,
                202,
            ),
            "provider",
            body=Content(JSON, documents.CallDocument),
            description=(
                "Mandates are asked in the background, the first at once. "
                "Who gives one meanwhile answers within a day."
            ),
        ),
        ("GET", "/api/v1/calls/{call}"): Operation(
            "Fetch what a call was given",
            json_answer("Consents that have not ended.", documents.GrantsDocument),
            "provider",
            description="From valid_from on, the token endpoint gives a token for a grant_id.",
        ),
    }
)
