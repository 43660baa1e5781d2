"""What the addresses about requests that wait read and write."""

from typing import Final

from marshmallow import fields, validate

from infobank.db.consenting.requests import RequestState
from infobank.web.api.contract.answers import DetailsDocument
from infobank.web.api.schemas import ItemDocument, Strict, one_of
from infobank.web.api.terms.documents import MOST_ITEMS, ChangeDocument, NarrowerDocument

LONGEST_NAME: Final = 64


def _explicit() -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Length(1, LONGEST_NAME)),
        load_default=(),
        validate=validate.Length(0, MOST_ITEMS),
        metadata={"description": "Special-care categories to which she said yes one by one."},
    )


class AgreeDocument(Strict):
    """What the resident agrees to: all that was asked for, or a part."""

    items = fields.List(
        fields.Nested(ItemDocument), required=True, validate=validate.Length(1, MOST_ITEMS)
    )
    explicit = _explicit()


class CounterDocument(NarrowerDocument):
    """What the resident offers instead; terms that are left out stay as they were asked for."""

    explicit = _explicit()


class AnsweredDocument(Strict):
    """Where the resident's browser takes the answer to the provider."""

    redirect = fields.String(required=True)


class WaitingDocument(Strict):
    """A request that waits for the resident."""

    request = fields.UUID(required=True)
    provider = fields.UUID(required=True)
    provider_name = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    asked_at = fields.AwareDateTime(required=True)
    open_until = fields.AwareDateTime(required=True)
    state = one_of(RequestState, required=True)
    authorization_details = fields.List(fields.Nested(DetailsDocument), required=True)
    counter_offer = fields.List(fields.Nested(DetailsDocument), required=True, allow_none=True)


class WaitingListDocument(Strict):
    """The requests that wait for the resident, oldest first."""

    requests = fields.List(fields.Nested(WaitingDocument), required=True)


class ChangesDocument(Strict):
    """What a request would change of the consent it names; null where it names none."""

    changes = fields.List(fields.Nested(ChangeDocument), required=True, allow_none=True)


class FollowedDocument(Strict):
    """Where a request stands, as its provider may know it."""

    request_id = fields.UUID(required=True)
    state = one_of(RequestState, required=True)
    open_until = fields.AwareDateTime(required=True)
    counter_offer = fields.List(
        fields.Nested(DetailsDocument),
        required=True,
        allow_none=True,
        metadata={"description": "What the resident would agree to, while it stands."},
    )
    grant_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The consent given at the counter; ask for tokens by its name."},
    )
