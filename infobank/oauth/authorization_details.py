"""Say exactly what is asked for: `authorization_details` of type `personal_data/v1` (RFC 9396).

Each element names some fields of one category over one period.  Purpose, mode, end,
retention and words are those of the whole request and stand alike in every element, so
that no element means more than it shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeAlias

from infobank.errors import InvalidInputError
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.oauth.wire.node import Node
from infobank.oauth.wire.strictjson import strict_json
from infobank.vocabulary.category import Category
from infobank.vocabulary.item import Item
from infobank.vocabulary.language import Text
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.policies import Policies
from infobank.vocabulary.purpose import Purpose

TYPE: Final = "personal_data/v1"

LONGEST = 64 * 1024
MOST_ELEMENTS = 20
MOST_FIELDS = 100
LONGEST_RETENTION = 3653
"""Days: ten years.  Whether a purpose deserves that long is for the resident to judge."""
LONGEST_PURPOSE_TEXT = 300

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

Element: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class RequestedAccess:
    """What a provider asks for, or what a resident granted of it.

    `until` is the last day of the consent; `retention_days` is how long the provider
    promises to keep what it received at most.
    """

    purpose: str
    mode: OutputMode
    items: tuple[Item, ...]
    until: date
    retention_days: int
    purpose_text: Text | None = None


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
        root.refuse(
            "purpose, mode, until, retention_days and purpose_text must be alike in every element"
        )
    items = tuple(item for access in accesses for item in access.items)
    if len({(item.category, item.period) for item in items}) != len(items):
        root.refuse("two elements must not name the same category and period")
    return replace(accesses[0], items=items)


def _read_element(element: Node, policies: Policies, today: date) -> RequestedAccess:
    """Return one element as a request of its own."""
    found = element.members(_REQUIRED, optional=("purpose_text",))
    if found["type"].text() != TYPE:
        found["type"].refuse(f"must be {TYPE}")
    category = found["category"].known(policies.category)
    purpose = _read_purpose(found, category, policies)
    return RequestedAccess(
        purpose=purpose.code,
        mode=_read_mode(found["mode"], purpose),
        items=(Item(category.code, _read_fields(found["fields"], category), _period(found)),),
        until=_read_until(found["until"], purpose, today),
        retention_days=found["retention_days"].whole(0, LONGEST_RETENTION),
        purpose_text=_read_words(found["purpose_text"]) if "purpose_text" in found else None,
    )


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
    if access.purpose_text is not None:
        element["purpose_text"] = {"ja": access.purpose_text.ja, "en": access.purpose_text.en}
    return element
