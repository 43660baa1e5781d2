"""A number measured now and then, as dots on a line: how it went over the years."""

from datetime import date

from markupsafe import Markup

from infobank.vocabulary.text.language import Language
from infobank.web.portal.charts import svg
from infobank.web.portal.charts.plot import Frame, Naming, drawn, grid
from infobank.web.portal.charts.scale import px, trimmed
from infobank.web.portal.formats import show_month, show_number
from infobank.web.portal.views.shared import DailySeries

INSET = 40
"""Pixels by which the first and the last dot stand in from the edges, so that names fit."""


def years_chart(series: DailySeries, naming: Naming, language: Language) -> Markup:
    """Draw a series of a few points."""
    return drawn(naming, lambda frame: _body(series, frame, language))


def _body(series: DailySeries, frame: Frame, language: Language) -> Markup:
    values = [value for _, value in series.points]
    rise, parts = grid(frame, values, series.unit, series.places)
    places = [(_across(series, frame, day), rise.at(value)) for day, value in series.points]
    way = "".join(f"{'L' if n else 'M'}{px(x)} {px(y)}" for n, (x, y) in enumerate(places))
    parts.append(svg.PATH.format("chart-way", way))
    for (x, y), value in zip(places, values, strict=True):
        parts.append(svg.dot("chart-b", x, y, 5))
        shown = trimmed(show_number(value, series.places))
        parts.append(svg.text("chart-figure chart-mid", x, y - 12, shown))
    for place in (0, len(places) - 1):
        month = show_month(series.points[place][0], language)
        x = places[place][0]
        parts.append(svg.text("chart-label chart-mid", x, frame.height - 10, month))
    return svg.joined(parts)


def _across(series: DailySeries, frame: Frame, day: date) -> float:
    first, last = series.points[0][0], series.points[-1][0]
    left, right = frame.left + INSET, frame.width - frame.right - INSET
    return left + (right - left) * (day - first).days / max((last - first).days, 1)
