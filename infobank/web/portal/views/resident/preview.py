"""What would leave the bank under the choices made: records, answers, or figures over many."""

from dataclasses import dataclass, field

from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.resident.home import Column, RecordRow
from infobank.web.portal.views.shared import Recipient


@dataclass(frozen=True)
class ItemPreview:
    """The records of one item as they would leave: how many, and the newest few.

    `left_out` are the fields that were asked for and stay.  With `by_month` a day stands for
    its month.
    """

    category: Text
    period: Period
    records: int
    columns: tuple[Column, ...]
    rows: tuple[RecordRow, ...] = field(repr=False)
    precision: tuple[Text, ...] = ()
    left_out: tuple[Text, ...] = ()
    dated: bool = True
    by_month: bool = False


@dataclass(frozen=True)
class AnswerPreview:
    """A question that could be asked, and what the bank would answer today."""

    question: Text
    about: Text
    number: int
    measure: str
    answer: Text = field(repr=False)


@dataclass(frozen=True)
class RequestPreviewPage:
    """`request_preview`: opened from her own vault, as a release would; her look is logged.

    `choices` are the answers given so far, to go back to or to agree with; `kept` are the
    categories that stay whole.
    """

    request: str
    recipient: Recipient
    mode: OutputMode
    items: tuple[ItemPreview, ...] = ()
    answers: tuple[AnswerPreview, ...] = ()
    kept: tuple[Text, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    everything: bool = False
