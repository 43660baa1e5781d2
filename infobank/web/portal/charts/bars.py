"""A few numbers with a name each, as bars: the hours of a day."""

from markupsafe import Markup

from infobank.vocabulary.text.language import Language
from infobank.web.portal.charts import svg
from infobank.web.portal.charts.plot import Frame, Naming, drawn, grid
from infobank.web.portal.charts.scale import px
from infobank.web.portal.views.shared import NamedSeries

MOST_NAMES = 8
"""Names under the bars that fit beside each other on a telephone."""


def bars_chart(series: NamedSeries, naming: Naming, language: Language) -> Markup:
    """Draw a series as bars."""
    return drawn(naming, lambda frame: _body(series, frame, language))


def _body(series: NamedSeries, frame: Frame, language: Language) -> Markup:
    values = [value for _, value in series.points]
    rise, parts = grid(frame, values, series.unit, series.places)
    step = (frame.width - frame.right - frame.left) / len(series.points)
    wide, floor = max(step * 0.72, 1.0), px(rise.at(0))
    bars, every = [], -(-len(series.points) // MOST_NAMES)
    for place, (name, value) in enumerate(series.points):
        middle = frame.left + (place + 0.5) * step
        bars.append(f"M{px(middle - wide / 2)} {floor}V{px(rise.at(value))}h{px(wide)}V{floor}z")
        if place % every == 0:
            label = name.in_(language)
            parts.append(svg.text("chart-label chart-mid", middle, frame.height - 10, label))
    return svg.joined([*parts, svg.PATH.format("chart-bar", "".join(bars))])
