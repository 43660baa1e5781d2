"""What the rights desk reads and writes as JSON."""

from collections.abc import Mapping
from datetime import date

from marshmallow import fields, validate

from infobank.accounts.proxy import Proxy
from infobank.accounts.rights import BY_STEWARD, Refusal, Right, RightsRequest, Status
from infobank.usecases.rights.sealing import LONGEST_NOTE, Told
from infobank.vocabulary.category import clock_text
from infobank.web.api.schemas import HIGHEST_INDEX, EventDocument, Strict


def _one_of(values: object) -> validate.OneOf:
    return validate.OneOf([str(value) for value in values])  # type: ignore[attr-defined]


class StepDocument(Strict):
    """One thing that happened to a request."""

    at = fields.AwareDateTime(required=True)
    status = fields.String(required=True, validate=_one_of(Status))
    by = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)


class RightsRequestDocument(Strict):
    """A request at the rights desk; what a correction asks for is never repeated."""

    request = fields.UUID(required=True)
    right = fields.String(required=True, validate=_one_of(Right))
    status = fields.String(required=True, validate=_one_of(Status))
    by = fields.String(required=True, metadata={"description": "self or guardian."})
    asked_at = fields.AwareDateTime(required=True)
    due = fields.Date(required=True)
    overdue = fields.Boolean(required=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        validate=_one_of(Refusal),
        metadata={"description": "Why it was refused."},
    )
    category = fields.String(required=True, allow_none=True)
    field = fields.String(required=True, allow_none=True)
    observed = fields.Date(required=True, allow_none=True)
    time = fields.String(required=True, allow_none=True)
    provider = fields.UUID(required=True, allow_none=True)
    purpose = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepDocument), required=True)


class RightsRequestsDocument(Strict):
    """Requests at the rights desk."""

    requests = fields.List(fields.Nested(RightsRequestDocument), required=True)


class CorrectionDocument(Strict):
    """A value that is wrong, and what is right; null says that there is no value."""

    category = fields.String(required=True, validate=validate.Length(1, 64))
    field = fields.String(required=True, validate=validate.Length(1, 64))
    observed = fields.Date(required=True)
    time = fields.String(
        load_default="00:00",
        validate=validate.Regexp(r"[0-2][0-9]:[0-5][0-9]\Z"),
        metadata={"description": "Local time, where a day has several records."},
    )
    value = fields.Raw(required=True, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(0, LONGEST_NOTE))


class RestrictionDocument(Strict):
    """What nobody may use while the restriction stands: a category, or all of them."""

    category = fields.String(
        required=True,
        validate=validate.Length(1, 64),
        metadata={"description": "A category's code, or * for everything."},
    )


class ObjectionDocument(Strict):
    """Whom and what an objection is against."""

    provider = fields.UUID(required=True)
    purpose = fields.String(required=True, validate=validate.Length(1, 64))


class ClosureDocument(Strict):
    """The resident's word that she is sure."""

    sure = fields.Boolean(required=True, truthy={True}, falsy={False})


class ClosedDocument(Strict):
    """The signed receipt of an erasure."""

    receipt = fields.String(
        required=True, metadata={"description": "A JSON document as text, as it was signed."}
    )
    signature = fields.String(required=True, metadata={"description": "Ed25519, in hex."})


class WaitingCorrectionDocument(RightsRequestDocument):
    """A correction that the steward decides, with the resident's note and without a value."""

    note = fields.String(required=True)


class WaitingCorrectionsDocument(Strict):
    """The corrections that wait for the steward, those due first."""

    requests = fields.List(fields.Nested(WaitingCorrectionDocument), required=True)


class DecisionDocument(Strict):
    """The steward's decision; a refusal says why."""

    accept = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = fields.String(load_default=None, validate=_one_of(BY_STEWARD))


class AskReportDocument(Strict):
    """An entry of the own history that was not expected, and what to tell the steward of it."""

    entry = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, HIGHEST_INDEX),
        metadata={"description": "The index of the entry."},
    )
    note = fields.String(load_default="", validate=validate.Length(0, LONGEST_NOTE))


class ReportDocument(RightsRequestDocument):
    """A report with its answer; null before that."""

    entry = fields.Integer(required=True)
    note = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)


class ReportsDocument(Strict):
    """What a resident reported, newest first."""

    reports = fields.List(fields.Nested(ReportDocument), required=True)


class WaitingReportDocument(RightsRequestDocument):
    """A report to answer: the resident's note, and the entry as an auditor sees it."""

    note = fields.String(required=True)
    event = fields.Nested(EventDocument, required=True)


class WaitingReportsDocument(Strict):
    """The reports that wait for a steward, those due first."""

    reports = fields.List(fields.Nested(WaitingReportDocument), required=True)


class ReplyDocument(Strict):
    """What the steward writes back."""

    answer = fields.String(required=True, validate=validate.Length(1, LONGEST_NOTE))


class ProxyDocument(Strict):
    """Somebody for whom the signed-in person may act."""

    proxy = fields.UUID(required=True)
    label = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    valid_until = fields.AwareDateTime(required=True)
    acting = fields.Boolean(required=True, metadata={"description": "In this session, now."})


class ProxiesDocument(Strict):
    """Everybody for whom the signed-in person may act."""

    proxies = fields.List(fields.Nested(ProxyDocument), required=True)


class ActDocument(Strict):
    """For whom to act from now on in this session; null is for oneself."""

    proxy = fields.UUID(required=True, allow_none=True)


def request_values(request: RightsRequest, told: Told | None, today: date) -> Mapping[str, object]:
    """Return a request for `RightsRequestDocument`."""
    subject = request.subject
    return {
        "request": request.request_id,
        "right": request.right.value,
        "status": request.status.value,
        "by": request.by.value,
        "asked_at": request.asked_at,
        "due": request.due,
        "overdue": request.overdue(today),
        "reason": request.reason or None,
        "category": (told.category if told else subject.category) or None,
        "field": told.field if told else None,
        "observed": told.observed if told else None,
        "time": clock_text(told.minute) if told else None,
        "provider": subject.provider,
        "purpose": subject.purpose or None,
        "steps": [
            {
                "at": step.at,
                "status": step.status.value,
                "by": step.by,
                "reason": step.reason or None,
            }
            for step in request.steps
        ],
    }


def proxy_values(proxy: Proxy, acting: Proxy | None) -> Mapping[str, object]:
    """Return a proxy for `ProxyDocument`."""
    return {
        "proxy": proxy.proxy_id,
        "label": proxy.label,
        "scopes": sorted(proxy.scopes),
        "valid_until": proxy.ends_at,
        "acting": acting is not None and acting.proxy_id == proxy.proxy_id,
    }
