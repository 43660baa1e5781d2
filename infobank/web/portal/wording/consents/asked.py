"""Put what is asked for in words, field by field, and read what was chosen of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from infobank.vocabulary.category import Field
from infobank.vocabulary.item import Item
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.requests import AskedField, AskedItem
from infobank.web.portal.wording.terms import TermsWriter

Choices = Mapping[str, bool]
"""What was answered so far: the name of a field in the form, and whether to share it."""

ANSWERS: Mapping[str, bool] = {"yes": True, "no": False}


@dataclass(frozen=True)
class AskedWriter:
    """Write what is asked for, with the choices made so far.

    `complain` marks what has no answer yet.
    """

    writer: TermsWriter
    choices: Choices
    complain: bool = False

    def items(self, items: tuple[Item, ...]) -> tuple[AskedItem, ...]:
        """Return every item with its fields."""
        explicit = explicit_names(items, self.writer.policies)
        return tuple(
            self._item(place, item, explicit.get(place)) for place, item in enumerate(items)
        )

    def explicit(self, items: tuple[Item, ...]) -> tuple[AskedField, ...]:
        """Return what needs a yes by itself, once for each special-care category."""
        names = explicit_names(items, self.writer.policies)
        return tuple(self._explicit(items[place], name) for place, name in names.items())

    def _item(self, place: int, item: Item, explicit: str | None) -> AskedItem:
        category = self.writer.policies.category(item.category)
        fields = (
            self._field(field_name(place, name), category.field(name)) for name in item.fields
        )
        return AskedItem(
            category=category.label,
            description=category.description,
            period=item.period,
            fields=tuple(fields),
            special_care=category.special_care,
            explicit=self._explicit(item, explicit) if explicit else None,
            precision=self.writer.precision(item),
        )

    def _explicit(self, item: Item, name: str) -> AskedField:
        return self._asked(name, self.writer.policies.category(item.category).label, "")

    def _field(self, name: str, field: Field) -> AskedField:
        return self._asked(name, field.label, field.unit)

    def _asked(self, name: str, label: Text, unit: str) -> AskedField:
        chosen = self.choices.get(name)
        return AskedField(name, label, unit, chosen, self.complain and chosen is None)


def read_choices(form: Mapping[str, str], names: list[str]) -> Choices:
    """Return the answers a form gives to what was asked; nothing else in it is read."""
    return {name: ANSWERS[form[name]] for name in names if form.get(name) in ANSWERS}


def choice_fields(choices: Choices) -> tuple[tuple[str, str], ...]:
    """Return answers as a form posts them."""
    return tuple((name, "yes" if chosen else "no") for name, chosen in choices.items())


def names_in(items: tuple[Item, ...], policies: Policies) -> list[str]:
    """Return the names of everything that needs an answer."""
    fields = [field_name(place, field) for place, item in enumerate(items) for field in item.fields]
    return [*explicit_names(items, policies).values(), *fields]


def field_name(place: int, field: str) -> str:
    """Return the form's name of a field of the item at a place, counted from 0."""
    return f"share.{place}.{field}"


def explicit_names(items: tuple[Item, ...], policies: Policies) -> Mapping[int, str]:
    """Return the form's names of what needs an explicit yes, by each category's first place."""
    places: dict[str, int] = {}
    for place, item in enumerate(items):
        if policies.category(item.category).special_care:
            places.setdefault(item.category, place)
    return {place: explicit_name(category) for category, place in places.items()}


def explicit_name(category: str) -> str:
    """Return the form's name of the explicit consent to a special-care category."""
    return f"explicit.{category}"


def explicit_in(asked: tuple[Item, ...], choices: Choices) -> frozenset[str]:
    """Return the special-care categories to which the resident said yes by itself."""
    return frozenset(item.category for item in asked if choices.get(explicit_name(item.category)))


def chosen_items(asked: tuple[Item, ...], choices: Choices) -> tuple[Item, ...]:
    """Return what was asked for less every field that the resident keeps.

    Special care to which she did not say yes is kept whole.
    """
    left = (
        item.without(
            frozenset(name for name in item.fields if not choices.get(field_name(place, name)))
        )
        for place, item in enumerate(asked)
        if choices.get(explicit_name(item.category), True)
    )
    return tuple(item for item in left if item is not None)
