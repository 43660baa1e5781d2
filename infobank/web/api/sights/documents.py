"""What the addresses about who sees what read and write."""

from marshmallow import fields, validate

from infobank.vocabulary.outputmode import OutputMode
from infobank.web.api.schemas import ItemDocument, RecordsQuery, Strict, one_of


class CoveringQuery(Strict):
    """What is asked about: a category or one field of it, now or on a day."""

    category = fields.String(required=True, validate=validate.Length(1, 64))
    field = fields.String(load_default=None, validate=validate.Length(1, 64))
    on = fields.Date(
        load_default=None, metadata={"description": "At any time of that day; left out: now."}
    )


class SightDocument(Strict):
    """That a recipient may see an item: under which consent, since when, and why."""

    consent = fields.UUID(required=True)
    version = fields.Integer(required=True)
    provider = fields.UUID(required=True)
    provider_name = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    purpose = fields.String(required=True)
    mode = fields.String(required=True)
    item = fields.Nested(ItemDocument, required=True)
    since = fields.AwareDateTime(required=True)
    reasons = fields.List(fields.String(), required=True)


class SightsDocument(Strict):
    """Who sees what was asked about."""

    sights = fields.List(fields.Nested(SightDocument), required=True)


class StopDocument(SightDocument):
    """What would be seen no more; `kept` are consents under which it would be seen still."""

    kept = fields.List(fields.UUID(), required=True)


class StopsDocument(Strict):
    """What a withdrawal would stop."""

    stops = fields.List(fields.Nested(StopDocument), required=True)


class CohortQuery(RecordsQuery):
    """What a provider would ask of everybody."""

    provider = fields.UUID(required=True)
    purpose = fields.String(required=True, validate=validate.Length(1, 64))
    mode = one_of(OutputMode, load_default=OutputMode.RECORDS.value)
    fields_ = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        data_key="fields",
        required=True,
        validate=validate.Length(1, 64),
    )
    from_ = fields.Date(data_key="from", required=True)
    to = fields.Date(required=True)


class CohortDocument(Strict):
    """How many residents would give it now; never who."""

    residents = fields.Integer(required=True)
    more = fields.Boolean(
        required=True, metadata={"description": "There are more than one count looks for."}
    )


class ReplayDocument(Strict):
    """A decision as it was recorded, and as the same inputs are decided again."""

    at = fields.AwareDateTime(required=True)
    permitted = fields.Boolean(required=True)
    reasons = fields.List(fields.String(), required=True)
    again = fields.List(fields.String(), required=True)
    same = fields.Boolean(required=True)
    policies = fields.String(required=True)
    consent = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True)
