"""Published figures as dots with whiskers: the whisker is the interval, never left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from infobank.vocabulary.text.language import Language
from infobank.web.portal.charts import svg
from infobank.web.portal.charts.scale import Scale, ticks
from infobank.web.portal.formats import show_number
from infobank.web.portal.views.everybody.public import Figure

ROW, GAP, TOP, BOTTOM = 26, 14, 58, 44
"""Pixels: a row's height, the space between groups, and the room above and below the plot."""


@dataclass(frozen=True)
class Frame:
    """A drawing's width and the columns in it, in pixels.

    `wide` drawings write the interval beside the figure, narrow ones the figure alone.
    """

    size: str
    width: int
    left: int
    right: int
    lines: int
    wide: bool


FRAMES = (Frame("wide", 720, 96, 190, 5, wide=True), Frame("narrow", 340, 66, 60, 3, wide=False))


@dataclass(frozen=True)
class Words:
    """What the chart says besides its figures."""

    title: str
    description: str
    unit: str
    interval: str
    untold: str


def interval_chart(
    figures: tuple[Figure, ...], key: str, words: Words, language: Language
) -> Markup:
    """Draw figures by group and series (at most two) with their intervals.

    A figure without a value keeps its row and says so.  No figures give nothing.
    """
    if not figures:
        return Markup("")
    groups = len({figure.group for figure in figures})
    height = TOP + len(figures) * ROW + groups * GAP + BOTTOM
    drawings = (
        svg.PICTURE.format(
            size=frame.size,
            width=frame.width,
            height=height,
            key=key,
            title=words.title,
            description=words.description,
            body=_body(figures, frame, height, words, language),
        )
        for frame in FRAMES
    )
    return Markup("").join(drawings)


def _body(
    figures: tuple[Figure, ...], frame: Frame, height: int, words: Words, language: Language
) -> Markup:
    marks = ticks(max(figure.high or 0 for figure in figures), frame.lines)
    across = Scale(marks[-1], frame.left, frame.width - frame.right)
    floor = height - BOTTOM
    parts = [_legend(figures, frame, words, language)]
    for mark in marks:
        x = across.at(mark)
        kind = "chart-axis" if mark == 0 else "chart-grid"
        parts.append(svg.line(kind, (x, TOP), (x, floor)))
        parts.append(svg.text("chart-label chart-mid", x, floor + 18, show_number(mark)))
    parts.append(svg.text("chart-unit chart-mid", _middle(frame), floor + 37, words.unit))
    parts.extend(_rows(figures, frame, across, words, language))
    return svg.joined(parts)


def _middle(frame: Frame) -> float:
    return (frame.left + frame.width - frame.right) / 2


def _legend(figures: tuple[Figure, ...], frame: Frame, words: Words, language: Language) -> Markup:
    """Name the shapes: a disc, a diamond and a whisker."""
    parts, x = [], 8.0
    for number, series in enumerate(dict.fromkeys(figure.series for figure in figures)):
        parts.append(_shape(number, x, 18))
        name = series.in_(language)
        parts.append(svg.text("chart-label", x + 12, 23, name))
        x += 30 + 15 * len(name) * (1.0 if language.japanese else 0.62)
    x = x + 14 if frame.wide else 16.0
    y = 18 if frame.wide else 42
    parts.extend(_whisker(0, x - 14, x + 14, y))
    parts.append(svg.text("chart-label", x + 22, y + 5, words.interval))
    return svg.joined(parts)


def _rows(
    figures: tuple[Figure, ...], frame: Frame, across: Scale, words: Words, language: Language
) -> Iterator[Markup]:
    order = list(dict.fromkeys(figure.series for figure in figures))
    y = TOP + GAP / 2
    for group, members in groupby(figures, key=lambda figure: figure.group):
        row = list(members)
        middle = y + len(row) * ROW / 2 + 5
        yield svg.text("chart-group", 0, middle, group.in_(language))
        for figure in row:
            number = order.index(figure.series)
            parts = _figure(figure, number, y + ROW / 2, across)
            yield svg.joined([*parts, _told(figure, y + ROW / 2, frame, words)])
            y += ROW
        y += GAP


def _figure(figure: Figure, number: int, y: float, across: Scale) -> tuple[Markup, ...]:
    if figure.value is None or figure.low is None or figure.high is None:
        return ()
    whisker = _whisker(number, across.at(figure.low), across.at(figure.high), y)
    return (*whisker, _shape(number, across.at(figure.value), y))


def _told(figure: Figure, y: float, frame: Frame, words: Words) -> Markup:
    """Write the figure beside the plot, or in the plot that there is none to tell."""
    if figure.value is None or figure.low is None or figure.high is None:
        return svg.text("chart-untold", frame.left + 8, y + 5, words.untold)
    told = show_number(figure.value)
    if frame.wide:
        told += f" ({show_number(figure.low)}–{show_number(figure.high)})"
    return svg.text("chart-figure", frame.width - frame.right + 12, y + 5, told)


def _shape(number: int, x: float, y: float) -> Markup:
    return svg.dot("chart-a", x, y, 5.5) if number == 0 else svg.diamond("chart-b", x, y, 5)


def _whisker(number: int, low: float, high: float, y: float) -> tuple[Markup, ...]:
    kind = "chart-whisker chart-whisker-a" if number == 0 else "chart-whisker chart-whisker-b"
    return (
        svg.line(kind, (low, y), (high, y)),
        svg.line(kind, (low, y - 5), (low, y + 5)),
        svg.line(kind, (high, y - 5), (high, y + 5)),
    )
