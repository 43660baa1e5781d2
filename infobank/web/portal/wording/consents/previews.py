"""Put in words what would leave the bank: records as they would be told, and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from infobank.consent.answers.answer import Answer, Verdict
from infobank.consent.answers.inquiry import Computation
from infobank.usecases.vault.preview import Answered, Previewed
from infobank.vocabulary.category import Category, Field, FieldType, Span, TimeUnit, clock_text
from infobank.vocabulary.item import Item
from infobank.vocabulary.precision import TimeStep
from infobank.vocabulary.text.language import Text
from infobank.web.portal import formats
from infobank.web.portal.texts import Words
from infobank.web.portal.views.resident.home import Column, RecordRow
from infobank.web.portal.views.resident.preview import AnswerPreview, ItemPreview
from infobank.web.portal.wording.records import show_value
from infobank.web.portal.wording.terms import TermsWriter

FEW: Final = 5
"""Records of each item that are shown, the newest."""


@dataclass(frozen=True)
class PreviewWriter:
    """Write what would leave; `asked` is all that was asked for."""

    writer: TermsWriter
    words: Words
    asked: Sequence[Item]

    def item(self, found: Previewed) -> ItemPreview:
        """Return the records of one item: how many, the newest few, and what stays."""
        item, columns = found.item, found.columns
        category = self.writer.policies.category(item.category)
        fields = [category.field(name) for name in item.fields]
        newest = islice(reversed(columns.records()), FEW) if len(columns) else ()
        timed = columns.time is TimeUnit.MINUTE
        return ItemPreview(
            category=category.label,
            period=item.period,
            records=len(columns),
            columns=tuple(
                Column(each.label, each.unit, each.type is FieldType.NUMBER) for each in fields
            ),
            rows=tuple(
                RecordRow(
                    each.observed,
                    tuple(map(show_value, fields, each.values)),
                    clock_text(each.minute) if timed else "",
                )
                for each in newest
            ),
            precision=self.writer.precision(item),
            left_out=tuple(self._left_out(item, category)),
            dated=category.span is not Span.LIFE,
            by_month=item.precision.time is TimeStep.MONTH,
        )

    def kept(self, shared: Sequence[Item]) -> tuple[Text, ...]:
        """Return the kinds of data that were asked for and stay whole."""
        given = {item.category for item in shared}
        whole = dict.fromkeys(item.category for item in self.asked if item.category not in given)
        return tuple(self.writer.policies.category(code).label for code in whole)

    def answer(self, found: Answered) -> AnswerPreview:
        """Return one question with its answer today."""
        inquiry = found.asked.inquiry
        field = self.writer.policies.category(inquiry.category).field(inquiry.field)
        return AnswerPreview(
            question=inquiry.label,
            about=inquiry.description,
            number=found.asked.number,
            measure=inquiry.measure.value,
            answer=self._answer(found.answer, field, inquiry.computation),
        )

    def _left_out(self, item: Item, category: Category) -> Sequence[Text]:
        asked = {
            name
            for each in self.asked
            if (each.category, each.period) == (item.category, item.period)
            for name in each.fields
        }
        return [field.label for field in category.fields if field.name in asked - item.names]

    def _answer(self, answer: Answer, field: Field, computation: Computation) -> Text:
        if answer.verdict is not Verdict.BAND:
            return self.words(f"preview.{answer.verdict}")
        places = 0 if computation is Computation.COUNT else field.places
        low, high = (
            None if end is None else formats.show_number(end, places)
            for end in (answer.low, answer.high)
        )
        if low is None or high is None:
            key = "preview.below" if low is None else "preview.from"
            return self.words(key, end=high if low is None else low)
        return self.words("preview.between", low=low, high=high)
