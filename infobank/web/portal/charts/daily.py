"""One number a day, as bars."""

from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from infobank.vocabulary.text.language import Language
from infobank.web.portal.charts import svg
from infobank.web.portal.charts.scale import Scale, px, ticks, trimmed
from infobank.web.portal.formats import show_number, show_short_day
from infobank.web.portal.views.shared import DailySeries


@dataclass(frozen=True)
class Frame:
    """A drawing's size and the edges of its plot, in pixels; `lines` bounds the grid lines."""

    size: str
    width: int
    height: int
    left: int
    lines: int
    right: int = 8
    top: int = 28
    bottom: int = 32


FRAMES = (Frame("wide", 720, 240, 60, 5), Frame("narrow", 340, 220, 56, 4))


def daily_chart(
    series: DailySeries, key: str, title: str, description: str, language: Language
) -> Markup:
    """Draw a series as bars; `key` makes the ids of the page's charts differ.

    A series without points gives nothing.
    """
    if not series.points:
        return Markup("")
    drawings = (
        svg.PICTURE.format(
            size=frame.size,
            width=frame.width,
            height=frame.height,
            key=key,
            title=title,
            description=description,
            body=_body(series, frame, language),
        )
        for frame in FRAMES
    )
    return Markup("").join(drawings)


def _body(series: DailySeries, frame: Frame, language: Language) -> Markup:
    highest = max(value for _, value in series.points)
    marks = ticks(highest, frame.lines)
    rise = Scale(marks[-1], frame.height - frame.bottom, frame.top)
    parts = [svg.text("chart-unit", 0, 14, series.unit)]
    for mark in marks:
        y = rise.at(mark)
        kind = "chart-axis" if mark == 0 else "chart-grid"
        parts.append(svg.line(kind, (frame.left, y), (frame.width - frame.right, y)))
        shown = trimmed(show_number(mark, series.places))
        parts.append(svg.text("chart-label chart-end", frame.left - 8, y + 4.5, shown))
    parts.append(svg.PATH.format("chart-bar", _bars(series, frame, rise)))
    parts.extend(_days(series, frame, language))
    return svg.joined(parts)


def _bars(series: DailySeries, frame: Frame, rise: Scale) -> str:
    """Return one path of all bars: a page of 90 days stays small."""
    first, last = series.points[0][0], series.points[-1][0]
    step = (frame.width - frame.right - frame.left) / ((last - first).days + 1)
    wide, floor = max(step * 0.72, 1.0), rise.at(0)
    bars = []
    for day, value in series.points:
        x = frame.left + (day - first).days * step + (step - wide) / 2
        bars.append(f"M{px(x)} {px(floor)}V{px(rise.at(value))}h{px(wide)}V{px(floor)}z")
    return "".join(bars)


def _days(series: DailySeries, frame: Frame, language: Language) -> list[Markup]:
    """Write the first and the last day at the ends, and the middle one where there is room."""
    first, last = series.points[0][0], series.points[-1][0]
    y, end = frame.height - 10, frame.width - frame.right
    parts = [svg.text("chart-label", frame.left, y, show_short_day(first, language))]
    if last > first:
        parts.append(svg.text("chart-label chart-end", end, y, show_short_day(last, language)))
    if (last - first).days > 1:
        middle: date = first + timedelta(days=(last - first).days // 2)
        x = (frame.left + end) / 2
        parts.append(svg.text("chart-label chart-mid", x, y, show_short_day(middle, language)))
    return parts
