"""What is sent and received about inquiries; the OpenAPI document is made from these."""

from marshmallow import fields, validate

from infobank.consent.answers.answer import Verdict
from infobank.consent.answers.inquiry import Computation, Measure
from infobank.consent.answers.statement import LONGEST_NONCE
from infobank.web.api.schemas import Strict


class AskingDocument(Strict):
    """An approved inquiry that a provider asks, with the number it leaves open."""

    inquiry = fields.String(required=True, validate=validate.Length(1, 64))
    parameters = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(Measure))),
        values=fields.Integer(strict=True),
        required=True,
        validate=validate.Length(1, 1),
    )
    nonce = fields.String(
        required=True,
        validate=validate.Regexp(rf"^[!-~]{{1,{LONGEST_NONCE}}}\Z"),
        metadata={"description": "The provider's own; it comes back in the signed answer."},
    )


class VerdictDocument(Strict):
    """An answer: yes, no, unknown, or a band; a missing end of a band is open."""

    verdict = fields.String(required=True, validate=validate.OneOf(list(Verdict)))
    from_ = fields.String(
        data_key="from", metadata={"description": "Where the band begins, included."}
    )
    to = fields.String(metadata={"description": "Where it ends, excluded."})


class AnswerDocument(Strict):
    """An answer, and the bank's word for it."""

    request = fields.UUID(required=True)
    subject = fields.String(required=True)
    grant_id = fields.UUID(required=True)
    answer = fields.Nested(VerdictDocument, required=True)
    obligations = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    signed = fields.String(
        required=True,
        metadata={"description": "A JWT that binds the answer to the asking; see jwks_uri."},
    )


class ParameterDocument(Strict):
    """The number an inquiry leaves open: its name, and what may be asked with."""

    name = fields.String(required=True, validate=validate.OneOf(list(Measure)))
    minimum = fields.Integer(required=True)
    maximum = fields.Integer(required=True)
    step = fields.Integer(required=True)


class InquiryDocument(Strict):
    """A question the bank has approved."""

    inquiry = fields.String(required=True)
    label = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    description = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    category = fields.String(required=True)
    field = fields.String(required=True)
    computes = fields.String(required=True, validate=validate.OneOf(list(Computation)))
    parameter = fields.Nested(ParameterDocument, required=True)
    edges = fields.List(
        fields.String(), required=True, metadata={"description": "Where its bands begin."}
    )
    least = fields.Integer(
        required=True, metadata={"description": "With fewer values the answer is unknown."}
    )
    apart = fields.Integer(
        required=True, metadata={"description": "The smallest piece that answers may cut."}
    )
    most = fields.Integer(
        required=True,
        metadata={"description": "Askings of one provider about one resident in the stretch."},
    )
    stretch_days = fields.Integer(required=True)


class InquiriesDocument(Strict):
    """Everything that may be asked."""

    inquiries = fields.List(fields.Nested(InquiryDocument), required=True)
