"""A square code (QR, ISO/IEC 18004) that leads a telephone's camera to an address."""

import segno
from markupsafe import Markup

from infobank.web.portal.charts.scale import px

_PICTURE = Markup(
    '<svg class="square-code" viewBox="0 0 {size} {size}" role="img" aria-label="{title}" '
    'xmlns="http://www.w3.org/2000/svg"><path class="square-dots" d="{dots}"/></svg>'
)
EDGE = 4
"""Empty modules around the code, which cameras need."""


def square_code(address: str, title: str) -> Markup:
    """Draw an address; `title` is read in its place by whoever sees no picture."""
    matrix = segno.make(address, error="m", micro=False).matrix
    dots = "".join(
        f"M{px(x + EDGE)} {px(y + EDGE)}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    return _PICTURE.format(size=len(matrix) + 2 * EDGE, title=title, dots=dots)
