"""A release as a DCAT-AP 3 dataset, in JSON-LD with its context embedded.

The licence stands on the dataset and on each distribution: harvesters read one or the
other.  Quality measurements (W3C DQV) carry epsilon, delta and the widest half-interval,
because the privacy vocabulary (DPV 2.3) has differential privacy as a measure but no figures.
"""

from collections.abc import Sequence
from typing import Any

from infobank.publication.noise import delta_fp
from infobank.publication.release import Release
from infobank.publication.rendering.site import (
    LICENCE_CODES,
    RenderedFile,
    Site,
    as_decimal,
    as_json,
)
from infobank.publication.rendering.statement import NAME as STATEMENT_NAME
from infobank.publication.rendering.statement import TITLE as STATEMENT_TITLE
from infobank.publication.rendering.statement import widest_half_width
from infobank.publication.statistic import Statistic
from infobank.vocabulary.text.language import Text

MEDIA_TYPE = "application/ld+json"
AUTHORITY = "http://publications.europa.eu/resource/authority"

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

FILE_TYPES = {"text/csv": "CSV", "application/ld+json": "JSON_LD", "application/json": "JSON"}
"""The EU's file type codes of the media types in use."""

METRICS = {
    "epsilon": Text(
        ja="1人の住民の1か月分についてのプライバシー損失 ε",
        en="Privacy loss epsilon of the release, for one resident over one month",
    ),
    "deltaFp": Text(
        ja="浮動小数点演算が ε に加える δ",
        en="The delta that floating-point arithmetic adds to epsilon",
    ),
    "ci95HalfWidth": Text(
        ja="公表した平均値の95%区間の半幅のうち最大のもの",
        en="Half the widest 95 % interval among the published means",
    ),
}


def render_dcat(
    statistic: Statistic, release: Release, site: Site, files: Sequence[RenderedFile]
) -> RenderedFile:
    """Return the dataset of one release; `files` become its distributions.

    The privacy statement is a page about the dataset, not a form of it.
    """
    graph = [
        _dataset(statistic, release, site, files),
        *(_distribution(statistic, release, site, file) for file in files),
        *(_metric(site, name, text) for name, text in METRICS.items()),
    ]
    title = Text(ja="データカタログ(DCAT-AP)", en="Catalogue record (DCAT-AP)")
    body = as_json({"@context": CONTEXT, "@graph": graph})
    return RenderedFile(f"{release.release_id}.dcat.jsonld", MEDIA_TYPE, title, body)


def _dataset(
    statistic: Statistic, release: Release, site: Site, files: Sequence[RenderedFile]
) -> dict[str, Any]:
    edition, page = release.edition, site.release_url(release)
    return {
        "@id": f"{page}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": release.release_id,
        "dct:title": _words(statistic.title, f" {edition.period_code}"),
        "dct:description": _words(statistic.description),
        "dct:publisher": _publisher(site),
        "dct:license": {"@id": LICENCE_CODES[statistic.licence]},
        "dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC"},
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/MONTHLY"},
        "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in ("JPN", "ENG")],
        "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/HEAL"},
        "dcat:keyword": [{"@value": "歩数", "@language": "ja"}, _en("differential privacy")],
        "dcat:version": str(edition.version),
        "dct:issued": _typed("xsd:dateTime", edition.issued),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed("xsd:date", edition.period.first.isoformat()),
            "dcat:endDate": _typed("xsd:date", edition.period.last.isoformat()),
        },
        "dcat:landingPage": {"@id": page, "@type": "foaf:Document"},
        "dcat:inSeries": {
            "@id": f"{site.dataset_url(release.statistic)}#series",
            "@type": "dcat:DatasetSeries",
            "dct:title": _words(statistic.title),
            "dct:description": _words(statistic.description),
        },
        "foaf:page": {
            "@id": site.file_url(release, STATEMENT_NAME),
            "@type": "foaf:Document",
            "dct:title": _words(STATEMENT_TITLE),
        },
        "dpv:hasTechnicalMeasure": {"@id": "dpv:DifferentialPrivacy"},
        "dqv:hasQualityMeasurement": _measurements(statistic, release, site),
        "prov:wasGeneratedBy": _activity(release, site),
        "dcat:distribution": [{"@id": _distribution_id(release, site, file)} for file in files],
    }


def _publisher(site: Site) -> dict[str, Any]:
    return {
        "@id": f"{site.base_url}/#publisher",
        "@type": "foaf:Agent",
        "foaf:name": _words(site.publisher),
    }


def _measurements(statistic: Statistic, release: Release, site: Site) -> list[dict[str, Any]]:
    values = {
        "epsilon": as_decimal(release.epsilon),
        "deltaFp": as_decimal(delta_fp(statistic)),
    }
    half_width = widest_half_width(release)
    if half_width is not None:
        values["ci95HalfWidth"] = str(half_width)
    return [
        {
            "@type": "dqv:QualityMeasurement",
            "dqv:isMeasurementOf": {"@id": f"{site.terms}{name}"},
            "dqv:value": _typed("xsd:decimal", value),
        }
        for name, value in values.items()
    ]


def _metric(site: Site, name: str, text: Text) -> dict[str, Any]:
    return {
        "@id": f"{site.terms}{name}",
        "@type": "dqv:Metric",
        "skos:definition": _words(text),
        "dqv:expectedDataType": {"@id": "xsd:decimal"},
        "dqv:inDimension": {"@id": f"{site.terms}privacyAndPrecision", "@type": "dqv:Dimension"},
    }


def _activity(release: Release, site: Site) -> dict[str, Any]:
    """Name the publication and the rules it was made under; its log entry has the same name."""
    edition = release.edition
    return {
        "@id": f"{site.release_url(release)}#publication",
        "@type": "prov:Activity",
        "prov:endedAtTime": _typed("xsd:dateTime", edition.issued),
        "prov:used": {
            "@type": "prov:Entity",
            "dct:identifier": f"sha256:{edition.policy_digest}",
        },
    }


def _distribution(
    statistic: Statistic, release: Release, site: Site, file: RenderedFile
) -> dict[str, Any]:
    url = site.file_url(release, file.name)
    return {
        "@id": _distribution_id(release, site, file),
        "@type": "dcat:Distribution",
        "dct:title": _words(file.title),
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{file.media_type}"
        },
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{FILE_TYPES[file.media_type]}"},
        "dcat:byteSize": _typed("xsd:nonNegativeInteger", str(len(file.body))),
        "dct:issued": _typed("xsd:dateTime", release.edition.issued),
        "dct:license": {"@id": LICENCE_CODES[statistic.licence]},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed("xsd:hexBinary", file.sha256),
        },
    }


def _distribution_id(release: Release, site: Site, file: RenderedFile) -> str:
    return f"{site.file_url(release, file.name)}#distribution"


def _typed(kind: str, value: str) -> dict[str, str]:
    return {"@type": kind, "@value": value}


def _en(words: str) -> dict[str, str]:
    return {"@value": words, "@language": "en"}


def _words(text: Text, suffix: str = "") -> list[dict[str, str]]:
    return [{"@value": f"{text.ja}{suffix}", "@language": "ja"}, _en(f"{text.en}{suffix}")]
