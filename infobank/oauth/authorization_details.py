"""Say exactly what is asked for: `authorization_details` of type `personal_data/v1` (RFC 9396).

Each element names some fields of one category over one period, as finely as its precision
says.  All other members are those of the whole request and stand alike in every element,
so that no element means more than it shows.  A member that is left out asks for least:
exact values aside, nothing is passed on, nothing goes abroad, nothing is offered.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

from infobank.errors import InvalidInputError
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.oauth.wire.node import Node
from infobank.oauth.wire.strictjson import strict_json
from infobank.vocabulary.benefit import NO_BENEFIT, Benefit
from infobank.vocabulary.bounds import LONGEST_STRETCH, MOST_USES, Frequency, Onward
from infobank.vocabulary.category import Category
from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import (
    EXACT,
    NumberStep,
    PlaceStep,
    Precision,
    TimeStep,
    precision_of,
)
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.text.language import Text

TYPE: Final = "personal_data/v1"

LONGEST = 64 * 1024
MOST_ELEMENTS = 20
MOST_FIELDS = 100
LONGEST_RETENTION = 3653
"""Days: ten years.  Whether a purpose deserves that long is for the resident to judge."""
LONGEST_PURPOSE_TEXT = 300

MOST_POINTS = 1_000_000

_DEEPEST = 4
_REQUIRED: Final = (
    "type",
    "category",
    "fields",
    "period",
    "purpose",
    "mode",
    "until",
    "retention_days",
)
_OPTIONAL: Final = (
    "purpose_text",
    "precision",
    "most_uses",
    "frequency",
    "onward",
    "abroad",
    "benefit",
    "consent",
)

Element: TypeAlias = dict[str, object]

_Value = TypeVar("_Value")
_Default = TypeVar("_Default")


@dataclass(frozen=True)
class RequestedAccess:
    """What a provider asks for, or what a resident granted of it.

    `until` is the last day of the consent; `retention_days` is how long the provider
    promises to keep what it received at most.  `consent` names the one that this is to
    replace when the resident agrees.
    """

    purpose: str
    mode: OutputMode
    items: tuple[Item, ...]
    until: date
    retention_days: int
    purpose_text: Text | None = None
    most_uses: int | None = None
    frequency: Frequency | None = None
    onward: Onward = Onward.NOBODY
    abroad: bool = False
    benefit: Benefit = NO_BENEFIT
    consent: ConsentId | None = None


def parse(text: str, policies: Policies, today: date) -> RequestedAccess:
    """Return what an `authorization_details` parameter asks for, checked against the policies.

    `today` is the bank's own day.

    Raises:
        InvalidAuthorizationDetailsError: it is malformed, unknown to the policies or beyond
            what they allow; the message names the element and the member.  Nothing else is
            ever raised.
    """
    root = Node(text, "authorization_details")
    try:
        document = root.known(lambda json: strict_json(json, longest=LONGEST, deepest=_DEEPEST))
        elements = replace(root, value=document).elements(MOST_ELEMENTS)
        return _joined(root, [_read_element(element, policies, today) for element in elements])
    except InvalidInputError as error:
        raise InvalidAuthorizationDetailsError(error.message) from error


def render(access: RequestedAccess) -> list[Element]:
    """Return the elements that say this: `parse` reads their JSON back to an equal value."""
    return [_render_item(access, item) for item in access.items]


def _joined(root: Node, accesses: list[RequestedAccess]) -> RequestedAccess:
    """Return one request for the items of all elements."""
    if len({replace(access, items=()) for access in accesses}) != 1:
        root.refuse("all but category, fields, period and precision must be alike in every element")
    items = tuple(item for access in accesses for item in access.items)
    if len({(item.category, item.period) for item in items}) != len(items):
        root.refuse("two elements must not name the same category and period")
    return replace(accesses[0], items=items)


def _read_element(element: Node, policies: Policies, today: date) -> RequestedAccess:
    """Return one element as a request of its own."""
    found = element.members(_REQUIRED, optional=_OPTIONAL)
    if found["type"].text() != TYPE:
        found["type"].refuse(f"must be {TYPE}")
    category = found["category"].known(policies.category)
    purpose = _read_purpose(found, category, policies)
    return RequestedAccess(
        purpose=purpose.code,
        mode=_read_mode(found["mode"], purpose),
        items=(_read_item(found, category),),
        until=_read_until(found["until"], purpose, today),
        retention_days=found["retention_days"].whole(0, LONGEST_RETENTION),
        purpose_text=_if_there(found, "purpose_text", _read_words, None),
        most_uses=_if_there(found, "most_uses", lambda node: node.whole(1, MOST_USES), None),
        frequency=_if_there(found, "frequency", _read_frequency, None),
        onward=_if_there(found, "onward", lambda node: node.one_of(Onward), Onward.NOBODY),
        abroad=_if_there(found, "abroad", Node.flag, default=False),
        benefit=_if_there(found, "benefit", _read_benefit, NO_BENEFIT),
        consent=_if_there(found, "consent", _read_consent, None),
    )


def _if_there(
    found: Mapping[str, Node], name: str, read: Callable[[Node], _Value], default: _Default
) -> _Value | _Default:
    """Return what a member says, or what it means that it was left out."""
    return read(found[name]) if name in found else default


def _read_item(found: Mapping[str, Node], category: Category) -> Item:
    fields = _read_fields(found["fields"], category)
    precision = _if_there(found, "precision", _read_precision, EXACT)
    banded = precision.number is NumberStep.BAND
    if banded and not category.bandless.isdisjoint(fields):
        found["precision"].refuse(f"not all these numbers of {category.code} are told in bands")
    return Item(category.code, fields, _period(found), precision)


def _read_precision(precision: Node) -> Precision:
    found = precision.members((), optional=("time", "place", "number"))
    return precision_of(
        _if_there(found, "time", lambda node: node.one_of(TimeStep), EXACT.time),
        _if_there(found, "place", lambda node: node.one_of(PlaceStep), EXACT.place),
        _if_there(found, "number", lambda node: node.one_of(NumberStep), EXACT.number),
    )


def _read_frequency(frequency: Node) -> Frequency:
    found = frequency.members(("times", "days"))
    return Frequency(found["times"].whole(1, MOST_USES), found["days"].whole(1, LONGEST_STRETCH))


def _read_benefit(benefit: Node) -> Benefit:
    found = benefit.members((), optional=("points", "words"))
    if not found:
        benefit.refuse("must state points, words or both")
    return Benefit(
        _if_there(found, "points", lambda node: node.whole(1, MOST_POINTS), 0),
        _if_there(found, "words", _read_words, None),
    )


def _read_consent(consent: Node) -> ConsentId:
    text = consent.text()
    try:
        found = UUID(text)
    except ValueError:
        consent.refuse("must be a grant_id")
    if str(found) != text:
        consent.refuse("must be a grant_id")
    return ConsentId(found)


def _read_purpose(found: Mapping[str, Node], category: Category, policies: Policies) -> Purpose:
    purpose = found["purpose"].known(policies.purpose)
    if category.code not in purpose.categories:
        found["category"].refuse(f"{category.code} must not be used for {purpose.code}")
    return purpose


def _read_mode(mode: Node, purpose: Purpose) -> OutputMode:
    allowed = sorted(purpose.modes)
    if mode.text() not in allowed:
        mode.refuse(f"must be one of {', '.join(allowed)} for {purpose.code}")
    return OutputMode(mode.text())


def _read_fields(fields: Node, category: Category) -> tuple[str, ...]:
    names = tuple(node.text() for node in fields.elements(MOST_FIELDS))
    # Unknown names, repetitions and another order all differ from this.
    if names != tuple(name for name in category.field_names if name in names):
        known = ", ".join(category.field_names)
        fields.refuse(f"must be fields of {category.code}, each once, in the order {known}")
    return names


def _period(found: Mapping[str, Node]) -> Period:
    ends = found["period"].members(("from", "to"))
    first, last = ends["from"].day(), ends["to"].day()
    if last < first:
        found["period"].refuse("must not end before it begins")
    return Period(first, last)


def _read_until(until: Node, purpose: Purpose, today: date) -> date:
    day = until.day()
    if not timedelta(0) < day - today <= purpose.longest:
        until.refuse(f"must be 1 to {purpose.longest.days} days from today for {purpose.code}")
    return day


def _read_words(words: Node) -> Text:
    found = words.members(("ja", "en"))
    return Text(
        ja=found["ja"].words(LONGEST_PURPOSE_TEXT), en=found["en"].words(LONGEST_PURPOSE_TEXT)
    )


def _render_item(access: RequestedAccess, item: Item) -> Element:
    element: Element = {
        "type": TYPE,
        "category": item.category,
        "fields": list(item.fields),
        "period": {"from": item.period.first.isoformat(), "to": item.period.last.isoformat()},
        "purpose": access.purpose,
        "mode": access.mode.value,
        "until": access.until.isoformat(),
        "retention_days": access.retention_days,
    }
    return element | {name: value for name, value in _stated(access, item) if value}


def _stated(access: RequestedAccess, item: Item) -> Iterator[tuple[str, object]]:
    """Yield the members that may be left out; what says nothing is empty."""
    precision, frequency, benefit = item.precision, access.frequency, access.benefit
    yield "purpose_text", _render_words(access.purpose_text)
    yield "precision", None if precision == EXACT else precision.steps
    yield "most_uses", access.most_uses
    yield "frequency", {"times": frequency.times, "days": frequency.days} if frequency else None
    yield "onward", access.onward.value if access.onward is not Onward.NOBODY else None
    yield "abroad", access.abroad
    offered = {"points": benefit.points, "words": _render_words(benefit.words)}
    yield "benefit", {name: value for name, value in offered.items() if value}
    yield "consent", str(access.consent) if access.consent else None


def _render_words(words: Text | None) -> dict[str, str] | None:
    return None if words is None else {"ja": words.ja, "en": words.en}
