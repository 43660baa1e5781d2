"""What changes when terms replace others: each change by itself, and whether it widens.

A renewal that asks for a little more than what it renews shows it here; nothing hides among the
terms that stay as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from infobank.consent.consent import terms_document
from infobank.consent.terms import Terms
from infobank.vocabulary.item import Item, covered
from infobank.vocabulary.text.canonical import Plain


@dataclass(frozen=True)
class Change:
    """One term that changes: what it was, what it would be; None where there is none.

    `category` is the one it is about, where it is about one.
    """

    term: str
    before: Plain
    after: Plain
    widens: bool
    category: str | None = None


def difference(held: Terms, wanted: Terms) -> tuple[Change, ...]:
    """Return what would change, item by item and term by term.

    INVARIANT: nothing widens exactly where `held` covers `wanted`, but for its beginning.
    """
    return (*_items(held, wanted), *filter(_changes, _terms(held, wanted)))


def widens(changes: tuple[Change, ...]) -> bool:
    """Tell whether any of the changes reaches further than what is held."""
    return any(change.widens for change in changes)


def _changes(change: Change) -> bool:
    return change.before != change.after or change.widens


def _terms(held: Terms, wanted: Terms) -> Iterator[Change]:
    """Yield every term but the items, changed or not."""
    yield Change("purpose", held.purpose, wanted.purpose, wanted.purpose != held.purpose)
    yield Change("mode", held.mode.value, wanted.mode.value, wanted.mode is not held.mode)
    before, after = (each.valid_until.isoformat() for each in (held, wanted))
    yield Change("valid_until", before, after, wanted.valid_until > held.valid_until)
    kept, keeps = held.retention_days, wanted.retention_days
    yield Change("retention_days", kept, keeps, keeps > kept)
    yield Change("most_uses", held.most_uses, wanted.most_uses, not held.bounds_uses_of(wanted))
    said, says = terms_document(held), terms_document(wanted)
    oftener = not held.bounds_frequency_of(wanted)
    yield Change("frequency", said["frequency"], says["frequency"], oftener)
    further = not held.onward.covers(wanted.onward)
    yield Change("onward", held.onward.value, wanted.onward.value, further)
    yield Change("abroad", held.abroad, wanted.abroad, wanted.abroad and not held.abroad)
    less = wanted.benefit.points < held.benefit.points
    yield Change("benefit", said["benefit"], says["benefit"], less)
    more = not wanted.explicit <= held.explicit
    yield Change("explicit", said["explicit"], says["explicit"], more)


def _items(held: Terms, wanted: Terms) -> Iterator[Change]:
    for category in sorted(held.categories | wanted.categories):
        before = [item for item in held.items if item.category == category]
        after = [item for item in wanted.items if item.category == category]
        if len(before) == len(after) == 1:
            yield from _item(before[0], after[0])
        else:
            yield from _several(category, before, after)


def _item(before: Item, after: Item) -> Iterator[Change]:
    """Yield what changes of the one item of a category."""
    category = after.category
    if before.names != after.names:
        more = not after.names <= before.names
        yield Change("fields", [*before.fields], [*after.fields], more, category)
    if before.period != after.period:
        longer = not before.period.covers(after.period)
        yield Change("period", _period(before), _period(after), longer, category)
    if before.precision != after.precision:
        finer = not before.precision.covers(after.precision)
        yield Change("precision", _steps(before), _steps(after), finer, category)


def _several(category: str, before: list[Item], after: list[Item]) -> Iterator[Change]:
    """Yield the items of a category that are new, and those that go."""
    for item in after:
        if item not in before:
            more = not covered(item, tuple(before))
            yield Change("item", None, _whole(item), more, category)
    for item in before:
        if item not in after:
            yield Change("item", _whole(item), None, widens=False, category=category)


def _whole(item: Item) -> Plain:
    return {
        "fields": [*item.fields],
        "period": _period(item),
        "precision": _steps(item),
    }


def _period(item: Item) -> Plain:
    return [str(item.period.first), str(item.period.last)]


def _steps(item: Item) -> Plain:
    return [*item.precision.steps.values()]
