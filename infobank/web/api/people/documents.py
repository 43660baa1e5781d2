"""What the addresses about who takes part read and write."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from marshmallow import fields, validate

from infobank.accounts.approval import Act, Approval
from infobank.accounts.household import LONGEST_REASON, Membership
from infobank.accounts.proxy import LONGEST_LABEL, Proxy, Scope
from infobank.usecases.accounts.certify import LONGEST_REFERENCE
from infobank.usecases.accounts.households import LARGEST
from infobank.web.api.schemas import Strict, one_of

LONGEST_HANDLE: Final = 128

_HANDLE: Final = validate.Length(1, LONGEST_HANDLE)
_LAST: Final = {"description": "The last day on which it counts."}


class CertificateDocument(Strict):
    """A certificate that a provider showed."""

    kind = fields.String(required=True, validate=validate.Length(1, 64))
    until = fields.Date(required=True, metadata=_LAST)
    reference = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_REFERENCE),
        metadata={"description": "What its issuer calls it, such as its number."},
    )


class CertificatesDocument(Strict):
    """Every certificate of a provider, and when each lapses."""

    provider = fields.UUID(required=True)
    vetted_until = fields.AwareDateTime(required=True)
    certificates = fields.Dict(keys=fields.String(), values=fields.AwareDateTime(), required=True)


class KeysDocument(Strict):
    """The keys a provider shall have instead of those it has."""

    jwks = fields.Dict(required=True)


class AskProxyDocument(Strict):
    """Who shall act for whom, in what, and until when."""

    resident = fields.String(required=True, validate=_HANDLE)
    guardian = fields.String(required=True, validate=_HANDLE)
    scopes = fields.List(
        one_of(Scope), load_default=[each.value for each in Scope], validate=validate.Length(1)
    )
    until = fields.Date(required=True, metadata=_LAST)
    label = fields.String(load_default="", validate=validate.Length(0, LONGEST_LABEL))
    born = fields.Date(
        load_default=None,
        metadata={"description": "A minor's birthday: the proxy ends as she comes of age."},
    )


class RecoveryDocument(Strict):
    """Who can no longer sign in."""

    handle = fields.String(required=True, validate=_HANDLE)


class ApprovalDocument(Strict):
    """What waits for a second steward, or was decided by one."""

    approval = fields.UUID(required=True)
    act = one_of(Act, required=True)
    about = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    asked_by = fields.UUID(required=True)
    asked_at = fields.AwareDateTime(required=True)
    lapses_at = fields.AwareDateTime(required=True)


class AskedRecoveryDocument(ApprovalDocument):
    """A recovery that waits, and the first half of its code, shown this once."""

    code = fields.String(required=True)


class DecidedDocument(ApprovalDocument):
    """What was decided; for a recovery the second half of its code, shown this once."""

    done = fields.Boolean(
        required=True,
        metadata={"description": "False when it was refused, or waits for one more steward."},
    )
    told = fields.String(required=True)


class ApprovalsDocument(Strict):
    """What waits, oldest first."""

    approvals = fields.List(fields.Nested(ApprovalDocument), required=True)


class SecondWordDocument(Strict):
    """The second steward's word."""

    approve = fields.Boolean(required=True, truthy={True}, falsy={False})


class HouseholdDocument(Strict):
    """Who lives together, by the names they sign in with."""

    adults = fields.List(
        fields.String(validate=_HANDLE), required=True, validate=validate.Length(1, LARGEST)
    )
    minors = fields.List(
        fields.String(validate=_HANDLE), load_default=(), validate=validate.Length(0, LARGEST)
    )


class RegisteredHouseholdDocument(Strict):
    """A household as registered."""

    household = fields.UUID(required=True)


class LeaveOutDocument(Strict):
    """Whose agreement shall not be asked for, and why."""

    handle = fields.String(required=True, validate=_HANDLE)
    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class MembershipDocument(Strict):
    """A household of which one is an adult; null while one does not agree."""

    household = fields.UUID(required=True)
    agreed_at = fields.AwareDateTime(required=True, allow_none=True)


class MembershipsDocument(Strict):
    """The households of which one is an adult."""

    households = fields.List(fields.Nested(MembershipDocument), required=True)


class AgreementDocument(Strict):
    """Whether one agrees that data of the household be used."""

    household = fields.UUID(required=True)
    agrees = fields.Boolean(required=True, truthy={True}, falsy={False})


class OwnProxyDocument(Strict):
    """Somebody who acts or acted for the resident."""

    proxy = fields.UUID(required=True)
    scopes = fields.List(fields.String(), required=True)
    given_by = fields.String(required=True)
    given_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    live = fields.Boolean(required=True)


class OwnProxiesDocument(Strict):
    """Everybody who acts or acted for the resident, newest first."""

    proxies = fields.List(fields.Nested(OwnProxyDocument), required=True)


def approval_values(approval: Approval) -> Mapping[str, object]:
    """Return what was asked for, for `ApprovalDocument`."""
    return {
        "approval": approval.approval_id,
        "act": approval.act.value,
        "about": approval.document,
        "asked_by": approval.asked_by,
        "asked_at": approval.asked_at,
        "lapses_at": approval.lapses_at,
    }


def membership_values(membership: Membership) -> Mapping[str, object]:
    """Return a membership for `MembershipDocument`."""
    return {"household": membership.household, "agreed_at": membership.agreed_at}


def own_proxy_values(proxy: Proxy, now: datetime) -> Mapping[str, object]:
    """Return a proxy for `OwnProxyDocument`."""
    return {
        "proxy": proxy.proxy_id,
        "scopes": sorted(proxy.scopes),
        "given_by": proxy.given_by,
        "given_at": proxy.given_at,
        "ends_at": proxy.ends_at,
        "ended_at": proxy.ended_at,
        "live": proxy.live(now),
    }
