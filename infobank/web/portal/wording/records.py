"""Put a resident's records in words: columns, rows, a picture, and where they came from."""

from collections.abc import Sequence
from urllib.parse import urlencode

from infobank.usecases.accesslog.history import Event
from infobank.usecases.vault.holdings import Holding
from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Record,
    Span,
    TimeUnit,
    Value,
    clock_text,
)
from infobank.vocabulary.text.language import Text
from infobank.web.portal import formats
from infobank.web.portal.addresses import address
from infobank.web.portal.texts import Words
from infobank.web.portal.views.resident.home import (
    CategoryPage,
    Column,
    FieldChoice,
    RecordRow,
    Shape,
    Source,
)
from infobank.web.portal.views.resident.home import Holding as HoldingWords
from infobank.web.portal.views.shared import Paging
from infobank.web.portal.wording.pictures import drawable, picture_of

ROWS = 31
"""Records a page: a month of days."""


def holding_words(holding: Holding) -> HoldingWords:
    """Return what is held of one category."""
    category = holding.category
    return HoldingWords(
        code=category.code,
        label=category.label,
        description=category.description,
        records=holding.records,
        first=holding.first,
        last=holding.last,
        special_care=category.special_care,
    )


def category_page(
    holding: Holding,
    records: Sequence[Record],
    page: int,
    wanted: str = "",
    *,
    sources: tuple[Source, ...] = (),
    readers: tuple[Text, ...] = (),
) -> CategoryPage:
    """Return one page of records, newest first, with a picture of the `wanted` field.

    `records` come in order of day.
    """
    category = holding.category
    newest = list(reversed(records))
    fields = drawable(category)
    field = next((each for each in fields if each.name == wanted), fields[0] if fields else None)
    picture = picture_of(category, field, records) if field else None
    choosing = picture is not None and picture.shape is not Shape.TIMES and len(fields) > 1
    return CategoryPage(
        holding=holding_words(holding),
        columns=tuple(
            Column(each.label, each.unit, each.type is FieldType.NUMBER) for each in category.fields
        ),
        rows=tuple(_row(category, record) for record in newest[(page - 1) * ROWS : page * ROWS]),
        paging=Paging(page, pages_of(len(records)), len(records)),
        dated=category.span is not Span.LIFE or bool(fields),
        picture=picture,
        choices=tuple(
            FieldChoice(each.label, _drawn(category, each), each is field) for each in fields
        )
        if choosing
        else (),
        sources=sources,
        readers=readers,
    )


def source_line(event: Event, words: Words) -> Source:
    """Return one deposit in words."""
    code = str(event.fields.get("source", ""))
    added, changed = (int(event.fields.get(name, 0)) for name in ("added", "changed"))
    return Source(event.at, words.known(f"source.{code}", code), added, changed)


def pages_of(records: int) -> int:
    """Return how many pages records fill, at least one."""
    return max(1, -(-records // ROWS))


def show_value(field: Field, value: Value) -> Text:
    """Return a value as people write it; absent is empty."""
    if isinstance(value, int):
        shown = formats.show_number(value, field.places)
        return Text(shown, shown)
    named = dict(field.codes)
    return named.get(value or "", Text(value or "", value or ""))


def _row(category: Category, record: Record) -> RecordRow:
    pairs = zip(category.fields, record.values, strict=True)
    time = clock_text(record.minute) if category.time is TimeUnit.MINUTE else ""
    shown = tuple(show_value(field, value) for field, value in pairs)
    return RecordRow(record.observed, shown, time)


def _drawn(category: Category, field: Field) -> str:
    href = address("category", code=category.code)
    return f"{href}?{urlencode({'field': field.name})}#chart"
