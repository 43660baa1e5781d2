"""What the addresses about mandates and calls read and write."""

from typing import Final

from marshmallow import fields, validate

from infobank.consent.ending.notice import Afterwards
from infobank.db.consenting.told import ToldKind
from infobank.vocabulary.outputmode import OutputMode
from infobank.web.api.contract.answers import DetailsDocument
from infobank.web.api.schemas import Strict, one_of

MOST_NAMED: Final = 100
MOST_POINTS: Final = 1_000_000
_CODE: Final = fields.String(validate=validate.Length(1, 64))
_OWN_WORD: Final = "a transfer abroad needs your own word each time, so no mandate holds it"


class ConditionsDocument(Strict):
    """What a mandate lets in: each disclosure must fit all of it."""

    group = fields.String(
        required=True,
        validate=validate.Length(1, 64),
        metadata={"description": "A class of purposes."},
    )
    classes = fields.List(
        _CODE,
        required=True,
        validate=validate.Length(1, MOST_NAMED),
        metadata={"description": "Classes of recipients."},
    )
    categories = fields.List(_CODE, required=True, validate=validate.Length(1, MOST_NAMED))
    mode = one_of(OutputMode, required=True)
    least_points = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(0, MOST_POINTS)
    )
    abroad = fields.Boolean(
        truthy={True},
        falsy={False},
        load_default=False,
        validate=validate.Equal(False, error=_OWN_WORD),
        metadata={"description": "Never: that needs the resident's own word each time."},
    )


class GivenMandateDocument(ConditionsDocument):
    """A mandate to be given; it ends with its last day."""

    until = fields.Date(required=True)


class NarrowMandateDocument(Strict):
    """What becomes narrower; what is left out stays as it is."""

    classes = fields.List(_CODE, validate=validate.Length(1, MOST_NAMED))
    categories = fields.List(_CODE, validate=validate.Length(1, MOST_NAMED))
    least_points = fields.Integer(strict=True, validate=validate.Range(0, MOST_POINTS))
    until = fields.Date()
    afterwards = one_of(Afterwards, load_default=Afterwards.KEEP.value)


class StopMandateDocument(Strict):
    """How a mandate is stopped: what becomes of what was received under it."""

    afterwards = one_of(Afterwards, load_default=Afterwards.KEEP.value)


class MandateDocument(ConditionsDocument):
    """A mandate as it stands."""

    mandate = fields.UUID(required=True)
    version = fields.Integer(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True)
    given_by = fields.String(required=True)
    live = fields.Boolean(required=True)
    stopped_at = fields.AwareDateTime(required=True, allow_none=True)


class MandatesDocument(Strict):
    """A resident's mandates, newest first."""

    mandates = fields.List(fields.Nested(MandateDocument), required=True)


class ReachDocument(Strict):
    """That a provider is let in today: for each purpose, the categories."""

    provider = fields.UUID(required=True)
    provider_name = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    recipient_class = fields.String(required=True)
    purposes = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class CoversDocument(Strict):
    """Everybody whom a mandate lets in today."""

    covers = fields.List(fields.Nested(ReachDocument), required=True)


class ToldDocument(Strict):
    """Something a resident is told about a mandate of hers."""

    told = fields.UUID(required=True)
    kind = one_of(ToldKind, required=True)
    mandate = fields.UUID(required=True)
    provider = fields.UUID(required=True)
    consent = fields.UUID(required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True, allow_none=True)


class AllToldDocument(Strict):
    """What a resident was told, newest first."""

    told = fields.List(fields.Nested(ToldDocument), required=True)


class CallDocument(Strict):
    """A call on everybody whose mandate admits what it asks for (RFC 9396)."""

    authorization_details = fields.List(
        fields.Nested(DetailsDocument), required=True, validate=validate.Length(1, 20)
    )


class MadeCallDocument(Strict):
    """A call that is kept."""

    call = fields.UUID(required=True)
    ends_at = fields.AwareDateTime(required=True)
    answered = fields.Boolean(
        required=True,
        metadata={"description": "Whether everybody's mandate was asked; until then look again."},
    )


class GrantDocument(Strict):
    """A consent that a call was given."""

    subject = fields.String(required=True)
    grant_id = fields.UUID(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True)


class GrantsDocument(MadeCallDocument):
    """A call with the consents it was given that have not ended."""

    grants = fields.List(fields.Nested(GrantDocument), required=True)
