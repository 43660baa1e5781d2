"""The few SVG marks the charts are made of, every text escaped."""

from markupsafe import Markup

from infobank.web.portal.charts.scale import px

TEXT = Markup('<text class="{}" x="{}" y="{}">{}</text>')
LINE = Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>')
PATH = Markup('<path class="{}" d="{}"/>')
PICTURE = Markup(
    '<svg class="chart chart-{size}" viewBox="0 0 {width} {height}" role="img" '
    'aria-labelledby="{key}-{size}-title {key}-{size}-desc" xmlns="http://www.w3.org/2000/svg">'
    '<title id="{key}-{size}-title">{title}</title>'
    '<desc id="{key}-{size}-desc">{description}</desc>'
    '<g aria-hidden="true">{body}</g></svg>'
)


def text(kind: str, x: float, y: float, words: str) -> Markup:
    """Write words at a place; `kind` is the class, which also says how they are anchored."""
    return TEXT.format(kind, px(x), px(y), words)


def line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> Markup:
    """Draw a straight line."""
    return LINE.format(kind, px(start[0]), px(start[1]), px(end[0]), px(end[1]))


def dot(kind: str, x: float, y: float, size: float) -> Markup:
    """Draw a disc."""
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(kind, px(x), px(y), size)


def diamond(kind: str, x: float, y: float, size: float) -> Markup:
    """Draw a square standing on its corner: told from a disc without colour."""
    half = px(size * 1.3)
    way = f"M{px(x)} {px(y - size * 1.3)}l{half} {half}l-{half} {half}l-{half}-{half}z"
    return PATH.format(kind, way)


def joined(parts: list[Markup]) -> Markup:
    """Return the marks one after another."""
    return Markup("").join(parts)
