"""The addresses about withdrawals and notices for programs."""

from collections.abc import Mapping
from types import MappingProxyType

from infobank.oauth.events.statement import CONTENT_TYPE
from infobank.web.api.contract.operation import (
    JSON,
    STRING,
    Answer,
    Content,
    Operation,
    json_answer,
)
from infobank.web.api.notices import documents

OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("POST", "/api/v1/withdrawals"): Operation(
            "Withdraw by item, purpose, provider, or all",
            json_answer("Nothing more is released under it.", documents.WithdrawalsDocument),
            "resident",
            body=Content(JSON, documents.WithdrawalDocument),
            description="All of it or nothing, requests in flight included. A consent of which "
            "an item is meant is narrowed to the rest. Its recipient is sent a signed notice.",
        ),
        ("GET", "/api/v1/consents/{consent}/aftermath"): Operation(
            "Follow what became of a withdrawal",
            json_answer("Every notice with its answers.", documents.AftermathDocument),
            "resident",
        ),
        ("POST", "/api/v1/notices"): Operation(
            "Fetch and acknowledge notices",
            json_answer("Security Event Tokens (RFC 8417).", documents.PolledDocument),
            "provider",
            body=Content(JSON, documents.PollDocument),
            description="RFC 8936. A notice comes again, under the same jti, until it is "
            "acknowledged.",
        ),
        ("POST", "/api/v1/notices/{notice}/deletion"): Operation(
            "State that what a notice names was deleted",
            json_answer("It is kept as evidence.", documents.DeletionDocument),
            "provider",
            body=Content(CONTENT_TYPE, STRING),
            description="A JWT by a registered key: iss, aud, iat, jti, notice, grant_id, and "
            "deleted_at in seconds. Stated again, it changes nothing.",
        ),
        ("GET", "/api/v1/overdue"): Operation(
            "List what recipients owe an answer to",
            json_answer("Beyond its deadline, newest first.", documents.OverdueDocument),
            "steward",
        ),
        ("POST", "/api/v1/providers/{provider}/endpoint"): Operation(
            "Register where a provider's notices are pushed to",
            Answer(204, "From now on."),
            "steward",
            body=Content(JSON, documents.EndpointDocument),
            description="RFC 8935: https, and never into a private network. With null it polls.",
        ),
    }
)
