"""What the addresses about withdrawals and notices read and write."""

from typing import Final

from marshmallow import fields, validate

from infobank.consent.ending.notice import Afterwards, NoticeKind, NoticeState
from infobank.web.api.schemas import ConsentDocument, Strict

MOST_NAMED: Final = 1000
"""Notices named in one poll at most."""

LONGEST_IDENTIFIER: Final = 128
LONGEST_NAME: Final = 64

_IDENTIFIER: Final = fields.String(validate=validate.Length(1, LONGEST_IDENTIFIER))
_AFTERWARDS: Final = {
    "description": "What becomes of what the recipient has: it may keep it as long as it "
    "promised to, or must delete it by a deadline and sign that it did."
}


def _afterwards(**options: object) -> fields.Field[str]:
    known = validate.OneOf([each.value for each in Afterwards])
    return fields.String(validate=known, metadata=_AFTERWARDS, **options)  # type: ignore[arg-type]


class WithdrawDocument(Strict):
    """How one consent is withdrawn."""

    afterwards = _afterwards(load_default=Afterwards.KEEP.value)


class WithdrawnItemDocument(Strict):
    """A category that is given no more, or some of its fields."""

    category = fields.String(required=True, validate=validate.Length(1, LONGEST_NAME))
    fields_ = fields.List(
        fields.String(validate=validate.Length(1, LONGEST_NAME)),
        data_key="fields",
        validate=validate.Length(1, LONGEST_NAME),
    )


class WithdrawalDocument(Strict):
    """What is withdrawn: whatever fits all that is named, or everything."""

    consent = fields.UUID()
    provider = fields.UUID()
    purpose = fields.String(validate=validate.Length(1, LONGEST_NAME))
    item = fields.Nested(WithdrawnItemDocument)
    everything = fields.Boolean(
        validate=validate.Equal(True),
        metadata={"description": "Instead of naming anything."},
    )
    afterwards = _afterwards(required=True)


class WithdrawalsDocument(Strict):
    """The consents that changed: ended, or narrowed to the rest."""

    consents = fields.List(fields.Nested(ConsentDocument), required=True)


class ErrorDocument(Strict):
    """Why a notice was not accepted (RFC 8935 section 2.4)."""

    err = fields.String(required=True, validate=validate.Length(1, LONGEST_NAME))
    description = fields.String(validate=validate.Length(0, 1024))


class PollDocument(Strict):
    """A poll (RFC 8936 section 2.2): what is known, what was refused, what is wanted."""

    max_events = fields.Integer(
        strict=True, data_key="maxEvents", load_default=None, validate=validate.Range(0)
    )
    return_immediately = fields.Boolean(
        data_key="returnImmediately",
        load_default=True,
        metadata={"description": "The bank answers at once either way."},
    )
    ack = fields.List(_IDENTIFIER, load_default=(), validate=validate.Length(0, MOST_NAMED))
    set_errs = fields.Dict(
        keys=_IDENTIFIER,
        values=fields.Nested(ErrorDocument),
        data_key="setErrs",
        load_default=dict,
        validate=validate.Length(0, MOST_NAMED),
    )


class PolledDocument(Strict):
    """Signed tokens by `jti` (RFC 8936 section 2.3)."""

    sets = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    more = fields.Boolean(data_key="moreAvailable", required=True)


class DeletionDocument(Strict):
    """A statement that was kept."""

    notice = fields.UUID(required=True)
    deleted_at = fields.AwareDateTime(required=True)
    stated_at = fields.AwareDateTime(required=True)


class NoticeDocument(Strict):
    """A notice, and how far it has come."""

    notice = fields.UUID(required=True)
    provider = fields.UUID(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf([each.value for each in NoticeKind])
    )
    afterwards = _afterwards(required=True)
    made_at = fields.AwareDateTime(required=True)
    deadline = fields.AwareDateTime(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf([each.value for each in NoticeState])
    )
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
    error = fields.String(required=True)
    deleted_at = fields.AwareDateTime(required=True, allow_none=True)
    stated_at = fields.AwareDateTime(required=True, allow_none=True)


class AftermathDocument(Strict):
    """What was told about a consent, newest first."""

    notices = fields.List(fields.Nested(NoticeDocument), required=True)


class OverdueDocument(Strict):
    """What recipients owe an answer to, beyond its deadline; newest first."""

    overdue = fields.List(fields.Nested(NoticeDocument), required=True)


class EndpointDocument(Strict):
    """Where a provider's notices are pushed to; null where it polls."""

    url = fields.String(required=True, allow_none=True, validate=validate.Length(1, 1024))
