"""The figures as comma-separated values (RFC 4180): UTF-8, a header, one row a cell.

No byte order mark: the 自治体標準オープンデータセット asks for plain UTF-8.
An empty field means: withheld, or not computable.
"""

import csv
from collections.abc import Iterable
from io import StringIO

from infobank.publication.release import Figure, Release
from infobank.publication.rendering.site import RenderedFile
from infobank.publication.statistic import Statistic
from infobank.vocabulary.text.language import Text

MEDIA_TYPE = "text/csv"

MEAN_COLUMNS = ("mean_{field}", "mean_raw", "ci95_low", "ci95_high")
PEOPLE_COLUMNS = ("people", "people_raw", "people_ci95_low", "people_ci95_high")

Row = Iterable[int | str | None]


def render_means(statistic: Statistic, release: Release) -> RenderedFile:
    """Return the means and the counts, one row a cell."""
    header = (
        *_leading(statistic),
        *(column.format(field=statistic.field) for column in MEAN_COLUMNS),
        *PEOPLE_COLUMNS,
        "suppressed",
        "release_id",
    )
    rows = (
        (
            release.edition.period_code,
            *cell.key,
            *_figure(cell.mean),
            *_figure(cell.people),
            cell.suppressed.value if cell.suppressed else "",
            release.release_id,
        )
        for cell in release.cells
    )
    title = Text(ja="平均値(CSV)", en="Means (CSV)")
    return RenderedFile(f"{release.release_id}.csv", MEDIA_TYPE, title, _table(header, rows))


def render_distribution(statistic: Statistic, release: Release) -> RenderedFile:
    """Return the distribution, one row a cell and bin; a bin holds `from` and not `to`."""
    header = (
        *_leading(statistic),
        f"{statistic.field}_from",
        f"{statistic.field}_to",
        *PEOPLE_COLUMNS,
        "release_id",
    )
    rows = (
        (
            release.edition.period_code,
            *cell.key,
            bin_.low,
            bin_.high,
            *_figure(bin_.people),
            release.release_id,
        )
        for cell in release.cells
        for bin_ in cell.bins
    )
    title = Text(ja="分布(CSV)", en="Distribution (CSV)")
    name = f"{release.release_id}-distribution.csv"
    return RenderedFile(name, MEDIA_TYPE, title, _table(header, rows))


def _leading(statistic: Statistic) -> tuple[str, ...]:
    return ("period", *(dimension.code for dimension in statistic.dimensions))


def _figure(figure: Figure) -> tuple[int | None, ...]:
    return (figure.value, figure.raw, *figure.interval)


def _table(header: Row, rows: Iterable[Row]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
