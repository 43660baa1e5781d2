"""A release as a catalogue record: DCAT-AP 3.0.1, with SPDX checksums, DQV, DPV and PROV.

Mandatory properties: Dataset (title, description), Distribution (access URL), Agent (name),
Checksum (algorithm, value); recommended ones we promise: licence, format, issued, publisher.
"""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infobank.publication.document import from_document
from infobank.publication.parsing import parse_statistic
from infobank.publication.rendering.bundle import render_release
from infobank.publication.rendering.site import RenderedFile, Site
from infobank.vocabulary.text.language import Text

ROOT = Path(__file__).parents[3]
SITE = Site(
    "https://bank.example",
    publisher=Text(ja="見本市", en="Sample City"),
    region=Text(ja="見本市", en="Sample City, Japan"),
)
CC_BY = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"

WORDS = {
    "type": "array",
    "minItems": 2,
    "items": {
        "type": "object",
        "required": ["@value", "@language"],
        "properties": {"@value": {"minLength": 1}, "@language": {"enum": ["ja", "en"]}},
        "additionalProperties": False,
    },
}
REFERENCE = {
    "type": "object",
    "required": ["@id"],
    "properties": {"@id": {"type": "string", "pattern": "^(https?://|dpv:|spdx:|xsd:)"}},
}


def _typed(kind: str, pattern: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["@type", "@value"],
        "properties": {
            "@type": {"const": kind},
            "@value": {"type": "string", "pattern": pattern},
        },
        "additionalProperties": False,
    }


INSTANT = _typed("xsd:dateTime", r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
DAY = _typed("xsd:date", r"^\d{4}-\d\d-\d\d$")
DATASET = {
    "type": "object",
    "required": [
        "dct:title", "dct:description", "dct:publisher", "dct:license", "dct:temporal",
        "dct:issued", "dct:identifier", "dcat:distribution", "dcat:version", "dcat:theme",
        "dqv:hasQualityMeasurement", "dpv:hasTechnicalMeasure", "prov:wasGeneratedBy",
    ],
    "properties": {
        "@id": {"pattern": "^https://"},
        "@type": {"const": "dcat:Dataset"},
        "dct:title": WORDS,
        "dct:description": WORDS,
        "dct:license": {"const": {"@id": CC_BY}},
        "dct:publisher": {
            "type": "object",
            "required": ["@id", "@type", "foaf:name"],
            "properties": {"@type": {"const": "foaf:Agent"}, "foaf:name": WORDS},
        },
        "dct:issued": INSTANT,
        "dct:temporal": {
            "type": "object",
            "required": ["@type", "dcat:startDate", "dcat:endDate"],
            "properties": {"dcat:startDate": DAY, "dcat:endDate": DAY},
        },
        "dcat:theme": REFERENCE,
        "dpv:hasTechnicalMeasure": {"const": {"@id": "dpv:DifferentialPrivacy"}},
    },
}  # fmt: skip
DISTRIBUTION = {
    "type": "object",
    "required": [
        "dct:title", "dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:format",
        "dcat:byteSize", "dct:license", "spdx:checksum",
    ],
    "properties": {
        "@type": {"const": "dcat:Distribution"},
        "dct:title": WORDS,
        "dcat:accessURL": REFERENCE,
        "dcat:downloadURL": REFERENCE,
        "dcat:mediaType": REFERENCE,
        "dct:format": REFERENCE,
        "dcat:byteSize": _typed("xsd:nonNegativeInteger", r"^\d+$"),
        "dct:license": {"const": {"@id": CC_BY}},
        "spdx:checksum": {
            "type": "object",
            "required": ["@type", "spdx:algorithm", "spdx:checksumValue"],
            "properties": {
                "@type": {"const": "spdx:Checksum"},
                "spdx:algorithm": {"const": {"@id": "spdx:checksumAlgorithm_sha256"}},
                "spdx:checksumValue": _typed("xsd:hexBinary", "^[0-9a-f]{64}$"),
            },
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def files() -> dict[str, RenderedFile]:
    text = (ROOT / "policies/statistics/monthly_steps.toml").read_text(encoding="utf-8")
    statistic = parse_statistic(tomllib.loads(text))
    release = from_document((ROOT / "docs/spec/vectors/release.json").read_bytes())
    return {file.name: file for file in render_release(statistic, release, SITE)}


@pytest.fixture(scope="module")
def record(files: dict[str, RenderedFile]) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(files["monthly_steps-2026-09-v1.dcat.jsonld"].body)
    return whole


def _of_type(record: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in record["@graph"] if node["@type"] == kind]


def test_the_dataset_has_what_dcat_ap_asks_for_and_what_we_promise(record: dict[str, Any]):
    (dataset,) = _of_type(record, "dcat:Dataset")
    jsonschema.validate(dataset, DATASET)
    assert dataset["dct:temporal"]["dcat:startDate"]["@value"] == "2026-09-01"
    assert dataset["dct:temporal"]["dcat:endDate"]["@value"] == "2026-09-30"


def test_each_distribution_has_a_licence_and_the_checksum_of_its_file(
    record: dict[str, Any], files: dict[str, RenderedFile]
):
    distributions = _of_type(record, "dcat:Distribution")
    for node in distributions:
        jsonschema.validate(node, DISTRIBUTION)
        file = files[node["dcat:downloadURL"]["@id"].rsplit("/", 1)[1]]
        checksum = node["spdx:checksum"]["spdx:checksumValue"]["@value"]
        assert checksum == hashlib.sha256(file.body).hexdigest()
        assert node["dcat:byteSize"]["@value"] == str(len(file.body))
    (dataset,) = _of_type(record, "dcat:Dataset")
    listed = [link["@id"] for link in dataset["dcat:distribution"]]
    assert listed == [node["@id"] for node in distributions]
    assert len(listed) == 4


def test_the_privacy_loss_and_the_precision_are_quality_measurements(record: dict[str, Any]):
    (dataset,) = _of_type(record, "dcat:Dataset")
    measured = {
        node["dqv:isMeasurementOf"]["@id"]: float(node["dqv:value"]["@value"])
        for node in dataset["dqv:hasQualityMeasurement"]
    }
    assert measured["https://bank.example/ns/statistics#epsilon"] == 1
    assert 0 < measured["https://bank.example/ns/statistics#deltaFp"] < 1e-12
    assert measured["https://bank.example/ns/statistics#ci95HalfWidth"] > 0
    assert {node["@id"] for node in _of_type(record, "dqv:Metric")} == set(measured)


def test_every_prefix_in_use_is_bound_in_the_embedded_context(record: dict[str, Any]):
    used: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if not key.startswith("@"):
                    used.add(key.split(":")[0])
                elif key == "@type" or (key == "@id" and "://" not in str(value)):
                    used.add(str(value).split(":")[0])
                walk(value)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    walk(record["@graph"])
    assert used <= set(record["@context"])
    assert all(isinstance(bound, str) for bound in record["@context"].values())
