"""The addresses about who takes part, for programs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from infobank.web.api.contract.operation import JSON, Answer, Content, Operation, json_answer
from infobank.web.api.people import documents

_WAITS: Final = "It waits seven days for another steward; nothing is done by one alone."


def _asked() -> Answer:
    return json_answer("It waits for a second steward.", documents.ApprovalDocument, 201)


OPERATIONS: Mapping[tuple[str, str], Operation] = MappingProxyType(
    {
        ("POST", "/api/v1/providers/{provider}/vetting"): Operation(
            "Vet a provider anew",
            json_answer("All it has.", documents.CertificatesDocument),
            "steward",
            refusals=(409,),
            description="In the last 90 days of a vetting, or after it; a year follows its end.",
        ),
        ("POST", "/api/v1/providers/{provider}/certificates"): Operation(
            "Keep a certificate that a provider showed",
            json_answer("All it has.", documents.CertificatesDocument),
            "steward",
            body=Content(JSON, documents.CertificateDocument),
            description="A newer one of its kind replaces it; it lapses by itself.",
        ),
        ("POST", "/api/v1/providers/{provider}/certificates/{certificate}/revoke"): Operation(
            "Let a certificate count no more",
            json_answer("What is left.", documents.CertificatesDocument),
            "steward",
        ),
        ("POST", "/api/v1/providers/{provider}/keys"): Operation(
            "Ask that a provider have other keys",
            _asked(),
            "steward",
            body=Content(JSON, documents.KeysDocument),
            description=_WAITS,
        ),
        ("POST", "/api/v1/proxies"): Operation(
            "Ask that somebody may act for a resident",
            _asked(),
            "steward",
            body=Content(JSON, documents.AskProxyDocument),
            description=_WAITS,
        ),
        ("POST", "/api/v1/recoveries"): Operation(
            "Ask that a resident who lost every way in come back",
            json_answer("It waits for a second steward.", documents.AskedRecoveryDocument, 201),
            "steward",
            body=Content(JSON, documents.RecoveryDocument),
            description=_WAITS,
        ),
        ("GET", "/api/v1/approvals"): Operation(
            "List what waits for a second steward",
            json_answer("Oldest first.", documents.ApprovalsDocument),
            "steward",
        ),
        ("POST", "/api/v1/approvals/{approval}"): Operation(
            "Do what another steward asked for, or refuse it",
            json_answer("It is done, or will not be.", documents.DecidedDocument),
            "steward",
            body=Content(JSON, documents.SecondWordDocument),
            refusals=(409,),
        ),
        ("POST", "/api/v1/households"): Operation(
            "Register who lives together",
            json_answer("Each adult is asked.", documents.RegisteredHouseholdDocument, 201),
            "steward",
            body=Content(JSON, documents.HouseholdDocument),
        ),
        ("POST", "/api/v1/households/{household}/leave-out"): Operation(
            "Ask for a member's agreement no more",
            Answer(204, "Nobody in the household is told."),
            "steward",
            body=Content(JSON, documents.LeaveOutDocument),
        ),
        ("GET", "/api/v1/household"): Operation(
            "List the households in which one is asked",
            json_answer("Each with one's own word.", documents.MembershipsDocument),
            "resident",
        ),
        ("POST", "/api/v1/household/agreement"): Operation(
            "Agree that data of a household be used, or end that",
            json_answer("As it stands now.", documents.MembershipDocument),
            "resident",
            body=Content(JSON, documents.AgreementDocument),
            refusals=(404,),
        ),
        ("GET", "/api/v1/proxies/mine"): Operation(
            "List who acts for one",
            json_answer("Newest first.", documents.OwnProxiesDocument),
            "resident",
        ),
        ("POST", "/api/v1/proxies/{proxy}/end"): Operation(
            "Let somebody act for one no more",
            json_answer("It has ended.", documents.OwnProxyDocument),
            "resident",
            description="An adult resident herself; nobody ends it for her.",
        ),
    }
)
