"""The addresses about who sees what, and why, for programs."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.web.api.contract.operation import Operation, json_answer
from infobank.web.api.sights import documents

OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("GET", "/api/v1/consents/covering"): Operation(
            "Ask who sees a category or a field",
            json_answer("Each recipient, since when, and why.", documents.SightsDocument),
            "resident",
            query=documents.CoveringQuery,
            description="Now: what the decision itself permits. On a day: by the consents as "
            "they stood then.",
        ),
        ("GET", "/api/v1/consents/{consent}/stops"): Operation(
            "Ask what a withdrawal would stop",
            json_answer("Nothing is changed by asking.", documents.StopsDocument),
            "resident",
        ),
        ("GET", "/api/v1/history/{index}/replay"): Operation(
            "Decide an old decision again",
            json_answer("What was recorded, and what it leads to.", documents.ReplayDocument),
            "resident",
            description="From the rules, the consent and the recipient of that day: none of "
            "today's counts.",
        ),
        ("GET", "/api/v1/cohort"): Operation(
            "Count whom a provider's request would reach",
            json_answer("How many residents; never who.", documents.CohortDocument),
            "steward",
            query=documents.CohortQuery,
            description="Each count is logged.",
        ),
    }
)
