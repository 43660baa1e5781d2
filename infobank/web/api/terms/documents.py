"""What the addresses about the terms of consents read and write."""

from marshmallow import fields, validate

from infobank.consent.ending.notice import Afterwards
from infobank.vocabulary.bounds import MOST_USES, Onward
from infobank.web.api.schemas import (
    ConsentDocument,
    FrequencyDocument,
    ItemDocument,
    Strict,
    one_of,
)

MOST_ITEMS = 20
LONGEST_RETENTION = 3653


class NarrowerDocument(Strict):
    """The terms that become narrower; those left out stay as they are."""

    items = fields.List(fields.Nested(ItemDocument), validate=validate.Length(1, MOST_ITEMS))
    until = fields.Date(metadata={"description": "The last day."})
    retention_days = fields.Integer(strict=True, validate=validate.Range(0, LONGEST_RETENTION))
    most_uses = fields.Integer(
        strict=True,
        validate=validate.Range(1, MOST_USES),
        metadata={"description": "In all, those before it included."},
    )
    frequency = fields.Nested(FrequencyDocument)
    onward = one_of(Onward)
    abroad = fields.Boolean(truthy={True}, falsy={False})


class NarrowDocument(NarrowerDocument):
    """How a consent is narrowed."""

    afterwards = one_of(
        Afterwards,
        load_default=Afterwards.KEEP.value,
        metadata={"description": "What becomes of what is given no more, where it was received."},
    )


class ChangeDocument(Strict):
    """One term that changed; `widens` says that it reaches further than before."""

    term = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)
    widens = fields.Boolean(required=True)


class VersionDocument(Strict):
    """A consent as it once was."""

    version = fields.Integer(required=True)
    changed_at = fields.AwareDateTime(required=True)
    changed_by = fields.String(required=True)
    terms = fields.Nested(ConsentDocument, required=True)
    changes = fields.List(fields.Nested(ChangeDocument), required=True)


class VersionsDocument(Strict):
    """Every version of a consent, the first one first, each with what it changed."""

    versions = fields.List(fields.Nested(VersionDocument), required=True)
