"""A few numbers with a name each, as bars: the hours of a day."""

from math import ceil

from markupsafe import Markup

from infobank.vocabulary.text.language import Language
from infobank.web.portal.charts import svg
from infobank.web.portal.charts.plot import Frame, Naming, drawn, grid
from infobank.web.portal.charts.scale import px
from infobank.web.portal.views.shared import NamedSeries

LETTER = 9
"""Pixels that a letter of a name takes at most."""
BETWEEN = 10
"""Pixels between two names."""


def bars_chart(series: NamedSeries, naming: Naming, language: Language) -> Markup:
    """Draw a series as bars."""
    return drawn(naming, lambda frame: _body(series, frame, language))


def _body(series: NamedSeries, frame: Frame, language: Language) -> Markup:
    values = [value for _, value in series.points]
    rise, parts = grid(frame, values, series.unit, series.places)
    step = (frame.width - frame.right - frame.left) / len(series.points)
    wide, floor = max(step * 0.72, 1.0), px(rise.at(0))
    names = [name.in_(language) for name, _ in series.points]
    bars, every = [], ceil((max(map(len, names)) * LETTER + BETWEEN) / step)
    for place, (_, value) in enumerate(series.points):
        middle = frame.left + (place + 0.5) * step
        bars.append(f"M{px(middle - wide / 2)} {floor}V{px(rise.at(value))}h{px(wide)}V{floor}z")
        if place % every == 0:
            parts.append(svg.text("chart-label chart-mid", middle, frame.height - 10, names[place]))
    return svg.joined([*parts, svg.PATH.format("chart-bar", "".join(bars))])
