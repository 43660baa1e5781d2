"""What the JSON interface reads and writes; the OpenAPI document is made from these."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from infobank.errors import InvalidInputError
from infobank.vocabulary.bounds import LONGEST_STRETCH, MOST_USES, Onward
from infobank.vocabulary.category import CLOCK
from infobank.vocabulary.precision import NumberStep, PlaceStep, TimeStep

LONGEST_LIST = 10_000
"""Records in one deposit at most."""


HIGHEST_INDEX = 2**63 - 1
"""No entry has a higher place in the log: it is kept in 64 bits."""


def one_of(steps: type[StrEnum], **options: object) -> fields.Field[str]:
    """Return a field that holds the value of one member of an enumeration."""
    known = validate.OneOf([step.value for step in steps])
    return fields.String(validate=known, **options)  # type: ignore[arg-type]


class Strict(Schema):
    """Refuse every name that is not listed."""

    class Meta:
        """Unknown names are errors."""

        unknown = RAISE


class RecordsQuery(Strict):
    """Which records a provider reads; what is left out is what the consent says."""

    category = fields.String(required=True, validate=validate.Length(1, 64))
    fields_ = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        data_key="fields",
        validate=validate.Length(1, 64),
        load_default=None,
    )
    from_ = fields.Date(data_key="from", load_default=None)
    to = fields.Date(load_default=None)
    time = one_of(TimeStep, load_default=None)
    place = one_of(PlaceStep, load_default=None)
    number = one_of(NumberStep, load_default=None)


class PrecisionDocument(Strict):
    """How finely something is told: a step for each of time, place and number."""

    time = one_of(TimeStep, load_default=TimeStep.MINUTE.value)
    place = one_of(PlaceStep, load_default=PlaceStep.EXACT.value)
    number = one_of(NumberStep, load_default=NumberStep.EXACT.value)


class RecordDocument(Strict):
    """One record: its day, its time where the category has one, and its fields by name.

    An absent value is null.  The time is `HH:MM`, counted from the beginning of the day.  Told
    by day there is no time; told by month the day is the month's first, and the order of
    records within the month says nothing.
    """

    observed = fields.Date(required=True)
    time = fields.String(validate=validate.Regexp(f"^{CLOCK.pattern}$"))
    values = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=fields.Raw(allow_none=True),
        required=True,
    )


class RecordsDocument(Strict):
    """What a provider receives; of a number told in bands, the lower end, and each band's width."""

    request = fields.UUID(required=True)
    subject = fields.String(required=True)
    grant_id = fields.UUID(required=True)
    category = fields.String(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", required=True)
    precision = fields.Nested(PrecisionDocument, required=True)
    bands = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    obligations = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    records = fields.List(fields.Nested(RecordDocument), required=True)


class DepositDocument(Strict):
    """Records a resident deposits."""

    category = fields.String(required=True, validate=validate.Length(1, 64))
    records = fields.List(
        fields.Nested(RecordDocument), required=True, validate=validate.Length(1, LONGEST_LIST)
    )


class DepositedDocument(Strict):
    """How many records were new, replaced another value, or were there already."""

    added = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    same = fields.Integer(required=True)


class PeriodDocument(Strict):
    """Days, both included."""

    from_ = fields.Date(data_key="from", required=True)
    to = fields.Date(required=True)


class ItemDocument(Strict):
    """Some fields of one category over a period of the data."""

    category = fields.String(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", required=True)
    period = fields.Nested(PeriodDocument, required=True)
    precision = fields.Nested(PrecisionDocument)


class FrequencyDocument(Strict):
    """At most so many times in each stretch of so many days, counted from the beginning."""

    times = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_USES))
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, LONGEST_STRETCH))


class BenefitDocument(Strict):
    """What the recipient offers for each use: points, and words of its own."""

    points = fields.Integer(required=True)
    words = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True
    )


class ConsentDocument(Strict):
    """A consent as its resident sees it."""

    consent = fields.UUID(required=True)
    version = fields.Integer(required=True)
    provider = fields.UUID(required=True)
    provider_name = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    purpose = fields.String(required=True)
    mode = fields.String(required=True)
    items = fields.List(fields.Nested(ItemDocument), required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True)
    retention_days = fields.Integer(required=True)
    most_uses = fields.Integer(required=True, allow_none=True)
    frequency = fields.Nested(FrequencyDocument, required=True, allow_none=True)
    onward = one_of(Onward, required=True)
    abroad = fields.Boolean(required=True)
    benefit = fields.Nested(BenefitDocument, required=True)
    explicit = fields.List(fields.String(), required=True)
    given_by = fields.String(required=True)
    mandate = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)


class ReasonDocument(Strict):
    """A reason of a decision, in the language that Accept-Language asks for.

    `change` says what would change the answer; `law` is empty where no article stands behind it.
    """

    rule = fields.String(required=True)
    words = fields.String(required=True)
    change = fields.String(required=True)
    law = fields.String(required=True)


class EventDocument(Strict):
    """One entry of the access log, as far as its reader may see it."""

    index = fields.Integer(required=True, allow_none=True)
    kind = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    in_effect = fields.Boolean(required=True)
    fields_ = fields.Dict(data_key="fields", required=True)
    reasons = fields.List(
        fields.Nested(ReasonDocument), metadata={"description": "Of a decision, in words."}
    )


class PageQuery(Strict):
    """Which page: entries older than this index."""

    before = fields.Integer(
        load_default=None,
        validate=validate.Range(0, HIGHEST_INDEX),
        metadata={"description": "Only entries whose index is lower."},
    )


class ProviderDocument(Strict):
    """A provider the steward registers; keys by value."""

    name_ja = fields.String(required=True, validate=validate.Length(1, 80))
    name_en = fields.String(required=True, validate=validate.Length(1, 80))
    redirect_uris = fields.List(
        fields.String(validate=validate.Length(1, 1024)),
        required=True,
        validate=validate.Length(1, 10),
    )
    jwks = fields.Dict(required=True)
    kind = fields.String(
        load_default="service",
        validate=validate.Length(1, 64),
        metadata={"description": "Its class of recipients."},
    )
    country = fields.String(
        load_default="JP",
        validate=validate.Length(2, 2),
        metadata={"description": "Where it is (ISO 3166-1, two letters)."},
    )


class RegisteredDocument(Strict):
    """The provider as registered."""

    client_id = fields.UUID(required=True)
    vetted_until = fields.AwareDateTime(required=True)


class ProblemDocument(Schema):
    """An error (RFC 9457); a refusal of the consent has its reasons."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String()
    detail = fields.String()
    field = fields.String()
    instance = fields.String()
    reasons = fields.List(fields.Nested(ReasonDocument))


def read(schema: Schema, document: object) -> Mapping[str, Any]:
    """Return a document's values.

    Raises:
        InvalidInputError: the first rule that the document breaks, by field; the message
            never repeats a value.
    """
    if not isinstance(document, Mapping):
        raise InvalidInputError("the document must be a JSON object")
    try:
        loaded: Mapping[str, Any] = schema.load(document)
    except ValidationError as error:
        field, message = _first(error.messages)
        raise InvalidInputError(f"{field or 'the document'}: {message}", field=field) from None
    return loaded


def _first(messages: object, path: str = "") -> tuple[str, str]:
    """Return the path and the text of the first message in marshmallow's tree of messages."""
    while isinstance(messages, dict) and messages:
        name, messages = next(iter(messages.items()))
        if name not in {"_schema", "value", "key"}:
            path = f"{path}.{_shown(name)}" if path else _shown(name)
    text = messages[0] if isinstance(messages, list) and messages else "is not valid"
    return path, str(text)


def _shown(name: object) -> str:
    """Return a name as far as it is safe to repeat: it may be the caller's own."""
    text = str(name)
    plain = text.isascii() and (text.isidentifier() or text.isdigit())
    return text if plain else "(unknown name)"
