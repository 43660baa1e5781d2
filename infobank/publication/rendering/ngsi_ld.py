"""The figures as NGSI-LD entities (ETSI GS CIM 009 V1.9.1), in normalized form.

One entity of the Smart Data Models' `dataModel.SDMX/Observation` per cell, and one `Dataset`
entity for the release they belong to.  NGSI-LD knows no null: a withheld mean has no
`obsValue`, and `obsStatus` is `Q` (SDMX CL_OBS_STATUS: missing value, suppressed).
"""

import json
from typing import Any

from infobank.publication.noise import delta_fp
from infobank.publication.release import Cell, Figure, Release
from infobank.publication.rendering.site import (
    LICENCE_PAGES,
    RenderedFile,
    Site,
    as_number,
    cell_name,
)
from infobank.publication.statistic import UNIT_OF_PRIVACY, Statistic
from infobank.vocabulary.text.language import Text

MEDIA_TYPE = "application/ld+json"
CORE_CONTEXT = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"

SDMX_TERMS = {
    "Observation": "http://purl.org/linked-data/cube#Observation",
    "Dataset": "http://www.w3.org/ns/dcat#Dataset",
    "dataset": {"@id": "http://purl.org/linked-data/cube#dataSet", "@type": "@id"},
    "obsValue": "http://purl.org/linked-data/sdmx/2009/measure#obsValue",
    "obsStatus": "http://purl.org/linked-data/sdmx/2009/attribute#obsStatus",
    "confStatus": "http://purl.org/linked-data/sdmx/2009/attribute#confStatus",
    "decimals": "http://purl.org/linked-data/sdmx/2009/attribute#decimals",
    "unitMult": "http://purl.org/linked-data/sdmx/2009/attribute#unitMult",
    "freq": "http://purl.org/linked-data/sdmx/2009/dimension#freq",
    "refArea": "http://purl.org/linked-data/sdmx/2009/dimension#refArea",
    "timePeriod": "http://purl.org/linked-data/sdmx/2009/dimension#timePeriod",
    "title": "http://purl.org/dc/terms/title",
    "license": "http://purl.org/dc/terms/license",
    "issued": "http://purl.org/dc/terms/issued",
    "publisher": "http://purl.org/dc/terms/publisher",
    "landingPage": "http://www.w3.org/ns/dcat#landingPage",
}
"""Terms that exist elsewhere."""

OWN_TERMS = (
    "dimensions",
    "raw",
    "ci95Low",
    "ci95High",
    "people",
    "distribution",
    "suppressionReason",
    "epsilon",
    "deltaFp",
    "unitOfPrivacy",
    "releaseVersion",
    "consentEpoch",
    "policyDigest",
)
"""The bank's own terms, in `Site.terms`; `docs/spec/release.md` says what each means."""


def context(site: Site) -> list[Any]:
    """Return the @context: our terms embedded, the core context last (clause 5.5.7)."""
    own = {term: f"{site.terms}{term}" for term in OWN_TERMS}
    return [SDMX_TERMS | own, CORE_CONTEXT]


def observation_id(release: Release, cell: Cell) -> str:
    """Return the entity id of a cell: stable for the release, different in the next."""
    return f"urn:ngsi-ld:Observation:{release.release_id}:{cell_name(cell.key)}"


def dataset_id(release: Release) -> str:
    """Return the entity id of the release itself."""
    return f"urn:ngsi-ld:Dataset:{release.release_id}"


def observation(statistic: Statistic, release: Release, cell: Cell, site: Site) -> dict[str, Any]:
    """Return one cell as an entity; empty cells are entities like all others."""
    keys = zip(statistic.dimensions, cell.key, strict=True)
    entity: dict[str, Any] = {
        "id": observation_id(release, cell),
        "type": "Observation",
        "dataset": {"type": "Relationship", "object": dataset_id(release)},
        "timePeriod": _property(release.edition.period_code),
        "freq": _property("M"),
        "dimensions": _property([{"key": d.code, "value": code} for d, code in keys]),
        "obsStatus": _property("Q" if cell.suppressed else "A"),
        "confStatus": _property("F"),
        "decimals": _property(0),
        "unitMult": _property(0),
    }
    if cell.mean.value is not None:
        entity["obsValue"] = _figure(cell.mean)
    if cell.suppressed:
        entity["suppressionReason"] = _property(cell.suppressed.value)
    if site.area:
        entity["refArea"] = _property(site.area)
    entity["people"] = _figure(cell.people)
    entity["distribution"] = _property([_bin(b.low, b.high, b.people) for b in cell.bins])
    entity["@context"] = context(site)
    return entity


def dataset(statistic: Statistic, release: Release, site: Site) -> dict[str, Any]:
    """Return the release as an entity: its privacy loss, its rules and its licence."""
    edition = release.edition
    return {
        "id": dataset_id(release),
        "type": "Dataset",
        "title": _language(statistic.title),
        "description": _language(statistic.description),
        "publisher": _language(site.publisher),
        "timePeriod": _property(edition.period_code),
        "issued": _property({"@type": "DateTime", "@value": edition.issued}),
        "releaseVersion": _property(edition.version),
        "people": _figure(release.people),
        "epsilon": _property(as_number(release.epsilon)),
        "deltaFp": _property(as_number(delta_fp(statistic))),
        "unitOfPrivacy": _language(UNIT_OF_PRIVACY),
        "consentEpoch": _property(edition.consent_epoch),
        "policyDigest": _property(edition.policy_digest),
        "license": _property(LICENCE_PAGES[statistic.licence]),
        "landingPage": _property(site.release_url(release)),
        "@context": context(site),
    }


def entities(statistic: Statistic, release: Release, site: Site) -> list[dict[str, Any]]:
    """Return all entities of a release, the release's own first."""
    cells = [observation(statistic, release, cell, site) for cell in release.cells]
    return [dataset(statistic, release, site), *cells]


def render_ngsi_ld(statistic: Statistic, release: Release, site: Site) -> RenderedFile:
    """Return all entities as one JSON-LD array, ready for a batch upsert (clause 6.15)."""
    body = json.dumps(entities(statistic, release, site), ensure_ascii=False, indent=2)
    title = Text(ja="NGSI-LDエンティティ", en="NGSI-LD entities")
    name = f"{release.release_id}.ngsi-ld.jsonld"
    return RenderedFile(name, MEDIA_TYPE, title, f"{body}\n".encode())


def _property(value: object) -> dict[str, Any]:
    return {"type": "Property", "value": value}


def _language(text: Text) -> dict[str, Any]:
    return {"type": "LanguageProperty", "languageMap": {"ja": text.ja, "en": text.en}}


def _figure(figure: Figure) -> dict[str, Any]:
    """Return a figure with its interval as sub-properties (clause 4.5.2)."""
    shown = _property(figure.value)
    if figure.raw is not None:
        shown["raw"] = _property(figure.raw)
    shown["ci95Low"] = _property(figure.interval.low)
    shown["ci95High"] = _property(figure.interval.high)
    return shown


def _bin(low: int, high: int, people: Figure) -> dict[str, Any]:
    return {
        "from": low,
        "to": high,
        "people": people.value,
        "raw": people.raw,
        "ci95Low": people.interval.low,
        "ci95High": people.interval.high,
    }
