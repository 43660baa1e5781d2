"""From an inquiry file to an `Inquiry`."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Final

from infobank.consent.answers.inquiry import Computation, Inquiry, Measure
from infobank.errors import InvalidInputError
from infobank.vocabulary.category import Category, Field, FieldType
from infobank.vocabulary.text.table import Table

LONGEST_DAYS: Final = 3_653
"""Ten years: for longer nobody remembers what was asked."""

MOST_ASKINGS: Final = 1_000

LARGEST_NUMBER: Final = 1_000
"""Of years, months or days that may be asked about."""

_NUMERIC: Final = {Computation.AGE, Computation.MEAN, Computation.SUM}
_DAYS: Final = {Measure.MONTHS: 28, Measure.DAYS: 1}
"""The fewest days of one month, or one day."""
_REACH: Final = {Measure.MONTHS: 31, Measure.DAYS: 1}
"""The most."""


def parse_inquiry(code: str, table: Table, categories: Mapping[str, Category]) -> Inquiry:
    """Return the inquiry a file describes; its code is the file's name.

    Raises:
        ConfigurationError: a key is unknown, missing or breaks its rule; or the answers, put
            together, could tell more than the file says.
    """
    category = _category(table, categories)
    field = _field(table, category)
    computation = table.choice("computes", Computation)
    measure = _measure(table, computation)
    inquiry = Inquiry(
        code=code,
        label=table.words("label"),
        description=table.words("description"),
        category=category.code,
        field=field.name,
        computation=computation,
        measure=measure,
        choices=_choices(table.table(measure)),
        edges=_edges(table, field, computation) if computation.banded else (),
        least=table.integer("least", 1, LARGEST_NUMBER, default=1),
        apart=table.integer("apart", 2, LARGEST_NUMBER),
        most=table.integer("most", 1, MOST_ASKINGS),
        stretch_days=table.integer("stretch_days", 1, LONGEST_DAYS),
    )
    table.close()
    if computation in _NUMERIC and field.type is not FieldType.NUMBER:
        raise table.wrong("field", f"must be a number to compute {computation}")
    _check_pieces(table, inquiry)
    return inquiry


def _category(table: Table, categories: Mapping[str, Category]) -> Category:
    """Return what is read, which is what the answer tells about, and nothing else.

    INVARIANT: no answer tells one kind of data from another: special-care information (APPI
    article 2(3)) least of all is never inferred.
    """
    code, told = table.text("category"), table.text("tells")
    if code not in categories:
        raise table.wrong("category", f"must be one of {', '.join(sorted(categories))}")
    if told != code:
        raise table.wrong("tells", "must be the category that is read: nothing is inferred")
    return categories[code]


def _field(table: Table, category: Category) -> Field:
    try:
        return category.field(table.text("field"))
    except InvalidInputError as error:
        raise table.wrong("field", error.message) from None


def _measure(table: Table, computation: Computation) -> Measure:
    given = [each for each in Measure if each in table]
    wanted = {Measure.YEARS} if computation is Computation.AGE else {Measure.MONTHS, Measure.DAYS}
    if len(given) != 1 or given[0] not in wanted:
        raise table.wrong(
            "computes", f"{computation} needs one of [{'], ['.join(sorted(wanted))}] and no other"
        )
    return given[0]


def _choices(table: Table) -> range:
    low = table.integer("minimum", 1, LARGEST_NUMBER)
    high = table.integer("maximum", low, LARGEST_NUMBER)
    choices = range(low, high + 1, table.integer("step", 1, LARGEST_NUMBER, default=1))
    table.close()
    return choices


def _edges(table: Table, field: Field, computation: Computation) -> tuple[int, ...]:
    """Return where the bands begin: rising, and none finer than the field's own."""
    texts = table.texts("edges")
    counts = computation is Computation.COUNT
    try:
        edges = [int(text) if counts else field.parse_number(text) for text in texts]
    except (ValueError, InvalidInputError):
        raise table.wrong("edges", f"must be numbers as {field.name} is written") from None
    finest = 1 if counts else max(field.band, 1)
    if any(high - low < finest for low, high in pairwise(edges)):
        raise table.wrong("edges", "must rise, by no less than the field's own band")
    return tuple(edges)


def _check_pieces(table: Table, inquiry: Inquiry) -> None:
    """Check that the pieces which answers cut stay as large as `apart`, while it counts."""
    if inquiry.measure is Measure.YEARS:
        return
    if inquiry.choices[0] * _DAYS[inquiry.measure] < inquiry.apart:
        raise table.wrong("apart", "must not be longer than the shortest period")
    # INVARIANT: while an asking is forgotten, no other can reach into its days.
    longest = timedelta(days=(inquiry.choices[-1] + 1) * _REACH[inquiry.measure])
    if timedelta(days=inquiry.stretch_days) < longest:
        raise table.wrong("stretch_days", f"must be at least {longest.days}: the longest period")
