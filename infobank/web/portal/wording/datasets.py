"""Put published figures in words."""

from collections.abc import Iterable
from datetime import date

from infobank.publication.release import Cell, Release
from infobank.publication.rendering.bundle import MANIFEST_NAME
from infobank.publication.rendering.site import as_decimal
from infobank.publication.rendering.statement import NAME as STATEMENT_NAME
from infobank.publication.statistic import Statistic
from infobank.vocabulary.text.language import Text
from infobank.web.portal.texts import Words
from infobank.web.portal.views.everybody.public import DatasetLine, DatasetPage, Figure
from infobank.web.portal.views.shared import Download
from infobank.web.portal.views.steward.watch import Publication

LICENCES = {"CC-BY-4.0": "CC BY 4.0"}
"""What people call a licence, by its SPDX identifier."""


def dataset_line(statistic: Statistic, latest: date) -> DatasetLine:
    """Return a statistic as a line of the catalogue."""
    return DatasetLine(
        code=statistic.code,
        title=statistic.title,
        description=statistic.description,
        latest=latest,
        licence=LICENCES[statistic.licence],
    )


def dataset_page(
    statistic: Statistic, release: Release, months: Iterable[date], words: Words
) -> DatasetPage:
    """Return a release of a statistic over two dimensions."""
    group, series = statistic.dimensions
    edition = release.edition
    return DatasetPage(
        code=statistic.code,
        title=statistic.title,
        description=statistic.description,
        unit=statistic.measure.quantity,
        group_label=group.label,
        series_label=series.label,
        month=edition.period.first,
        release=release.release_id,
        version=edition.version,
        published_at=edition.published_at,
        figures=tuple(_figure(statistic, cell) for cell in release.cells),
        epsilon=as_decimal(release.epsilon),
        epsilon_per_year=as_decimal(statistic.epsilon_per_year),
        months=tuple(months),
        downloads=_downloads(release, words),
    )


def publication(statistic: Statistic, release: Release) -> Publication:
    """Return a release as the steward's list shows it."""
    return Publication(
        release=release.release_id,
        dataset=statistic.code,
        title=statistic.title,
        month=release.edition.period.first,
        version=release.edition.version,
        published_at=release.edition.published_at,
        epsilon=as_decimal(release.epsilon),
        cells=len(release.cells),
    )


def _figure(statistic: Statistic, cell: Cell) -> Figure:
    group, series = (
        dimension.values[dimension.places[code]].label
        for dimension, code in zip(statistic.dimensions, cell.key, strict=True)
    )
    told = cell.mean.value is not None
    people = cell.people
    return Figure(
        group=group,
        series=series,
        value=cell.mean.value,
        low=cell.mean.interval.low if told else None,
        high=cell.mean.interval.high if told else None,
        people=people.value or 0,
        people_low=people.interval.low,
        people_high=people.interval.high,
    )


def _downloads(release: Release, words: Words) -> tuple[Download, ...]:
    """Return the files of a release, which all have their fixed names."""
    name = release.release_id
    folder = f"/opendata/{release.statistic}/{name}"
    files: tuple[tuple[str, str, Text], ...] = (
        ("CSV", f"{name}.csv", words("file.means")),
        ("CSV", f"{name}-distribution.csv", words("file.distribution")),
        ("NGSI-LD", f"{name}.ngsi-ld.jsonld", words("file.entities")),
        ("DCAT", f"{name}.dcat.jsonld", words("file.catalogue")),
        ("JSON", STATEMENT_NAME, words("file.statement")),
        ("SHA-256", f"{MANIFEST_NAME}.note", words("file.manifest")),
    )
    return tuple(Download(kind, f"{folder}/{file}", note) for kind, file, note in files)
