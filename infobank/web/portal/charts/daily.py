"""One number a day, as bars."""

from datetime import date, timedelta

from markupsafe import Markup

from infobank.vocabulary.text.language import Language
from infobank.web.portal.charts import svg
from infobank.web.portal.charts.plot import Frame, Naming, drawn, grid
from infobank.web.portal.charts.scale import Scale, px
from infobank.web.portal.formats import show_short_day
from infobank.web.portal.views.shared import DailySeries


def daily_chart(series: DailySeries, naming: Naming, language: Language) -> Markup:
    """Draw a series as bars; one without points gives nothing."""
    if not series.points:
        return Markup("")
    return drawn(naming, lambda frame: _body(series, frame, language))


def _body(series: DailySeries, frame: Frame, language: Language) -> Markup:
    values = [value for _, value in series.points]
    rise, parts = grid(frame, values, series.unit, series.places)
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
