"""What every chart over two axes has: its two sizes, its grid and the numbers beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from infobank.web.portal.charts import svg
from infobank.web.portal.charts.scale import Scale, ticks, trimmed
from infobank.web.portal.formats import show_number


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


@dataclass(frozen=True)
class Naming:
    """What a chart is called and what it shows, for whoever hears it; `key` makes ids differ."""

    key: str
    title: str
    description: str


def drawn(naming: Naming, body: Callable[[Frame], Markup]) -> Markup:
    """Return a chart in each of its sizes; the style sheet shows the one that fits."""
    drawings = (
        svg.PICTURE.format(
            size=frame.size,
            width=frame.width,
            height=frame.height,
            key=naming.key,
            title=naming.title,
            description=naming.description,
            body=body(frame),
        )
        for frame in FRAMES
    )
    return Markup("").join(drawings)


def grid(frame: Frame, values: Sequence[int], unit: str, places: int) -> tuple[Scale, list[Markup]]:
    """Return how values rise in a frame, and the grid with its numbers and unit."""
    marks = ticks(max(values), frame.lines)
    rise = Scale(marks[-1], frame.height - frame.bottom, frame.top)
    parts = [svg.text("chart-unit", 0, 14, unit)]
    for mark in marks:
        y = rise.at(mark)
        kind = "chart-axis" if mark == 0 else "chart-grid"
        parts.append(svg.line(kind, (frame.left, y), (frame.width - frame.right, y)))
        shown = trimmed(show_number(mark, places))
        parts.append(svg.text("chart-label chart-end", frame.left - 8, y + 4.5, shown))
    return rise, parts
