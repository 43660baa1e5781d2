"""The shapes of answers that are not read anywhere: the OpenAPI document promises them.

The tests hold the running bank to them.
"""

from marshmallow import Schema, fields, validate

from infobank.vocabulary.bounds import Onward
from infobank.web.api.schemas import (
    BenefitDocument,
    ConsentDocument,
    EventDocument,
    FrequencyDocument,
    PeriodDocument,
    PrecisionDocument,
    Strict,
    one_of,
)


class ConsentsDocument(Strict):
    """A resident's consents, newest first."""

    consents = fields.List(fields.Nested(ConsentDocument), required=True)


class EventsDocument(Strict):
    """One page of the access log, newest first."""

    events = fields.List(fields.Nested(EventDocument), required=True)


class LiveDocument(Strict):
    """The process lives."""

    live = fields.Boolean(required=True)


class ReadyDocument(Strict):
    """The process can work."""

    ready = fields.Boolean(required=True)


class OAuthProblemDocument(Strict):
    """A refusal of an OAuth endpoint (RFC 6749 section 5.2)."""

    error = fields.String(required=True)
    error_description = fields.String(required=True)


class PushedDocument(Strict):
    """A pushed request is kept (RFC 9126 section 2.2)."""

    request_uri = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    request_id = fields.UUID(
        required=True, metadata={"description": "By this the request is asked about later."}
    )


class DetailsDocument(Strict):
    """What is asked for or granted: one element of `authorization_details` (RFC 9396)."""

    type = fields.String(required=True, validate=validate.Equal("personal_data/v1"))
    category = fields.String(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", required=True)
    period = fields.Nested(PeriodDocument, required=True)
    purpose = fields.String(required=True)
    mode = fields.String(required=True)
    until = fields.Date(required=True)
    retention_days = fields.Integer(required=True)
    purpose_text = fields.Dict(keys=fields.String(), values=fields.String())
    precision = fields.Nested(PrecisionDocument)
    most_uses = fields.Integer()
    frequency = fields.Nested(FrequencyDocument)
    onward = one_of(Onward)
    abroad = fields.Boolean()
    benefit = fields.Nested(BenefitDocument)
    consent = fields.UUID()


class TokenDocument(Strict):
    """An access token bound to the caller's key (RFC 6749 section 5.1, RFC 9449 section 5)."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.Equal("DPoP"))
    expires_in = fields.Integer(required=True)
    refresh_token = fields.String()
    grant_id = fields.UUID(required=True, metadata={"description": "The consent's name."})
    authorization_details = fields.List(fields.Nested(DetailsDocument), required=True)


class EntityProblemDocument(Strict):
    """A refusal of the NGSI-LD interface (ETSI GS CIM 009 clause 6.3.2)."""

    type = fields.Url(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    instance = fields.String(required=True)


class EntityDocument(Schema):
    """A published figure as an NGSI-LD entity; its other members are its attributes."""

    class Meta:
        """Attributes are open."""

        unknown = "include"

    id = fields.String(required=True)
    type = fields.String(required=True)
