"""Releases as NGSI-LD entities: ETSI GS CIM 009 V1.9.1 and Smart Data Models.

Clause 4.5.1 (entity), 4.5.2 (Property), 4.5.3 (Relationship), 4.5.18 (LanguageProperty),
4.6.2 (names), 5.5.7 (the core @context comes last); dataModel.SDMX/Observation 0.0.1.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infobank.publication.document import from_document
from infobank.publication.parsing import parse_statistic
from infobank.publication.release import Release
from infobank.publication.rendering.ngsi_ld import render_ngsi_ld
from infobank.publication.rendering.site import Site
from infobank.publication.statistic import Statistic
from infobank.vocabulary.text.language import Text

ROOT = Path(__file__).parents[3]
SITE = Site(
    "https://bank.example",
    publisher=Text(ja="見本市", en="Sample City"),
    region=Text(ja="見本市", en="Sample City, Japan"),
    area="122173",
)
SUB_PROPERTY = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {"type": {"const": "Property"}, "value": {"type": "number"}},
    "additionalProperties": False,
}
ATTRIBUTE = {
    "oneOf": [
        {
            "type": "object",
            "required": ["type", "value"],
            "properties": {"type": {"const": "Property"}, "value": {"not": {"type": "null"}}},
            "patternProperties": {"^(raw|ci95Low|ci95High)$": SUB_PROPERTY},
            "additionalProperties": False,
        },
        {
            "type": "object",
            "required": ["type", "object"],
            "properties": {
                "type": {"const": "Relationship"},
                "object": {"type": "string", "pattern": "^urn:ngsi-ld:"},
            },
            "additionalProperties": False,
        },
        {
            "type": "object",
            "required": ["type", "languageMap"],
            "properties": {
                "type": {"const": "LanguageProperty"},
                "languageMap": {
                    "type": "object",
                    "required": ["ja", "en"],
                    "additionalProperties": {"type": "string", "minLength": 1},
                },
            },
            "additionalProperties": False,
        },
    ]
}
ENTITY = {
    "type": "object",
    "required": ["id", "type", "@context"],
    "properties": {
        "id": {"type": "string", "pattern": r"^urn:ngsi-ld:[A-Za-z]+:[A-Za-z0-9_.:-]+$"},
        "type": {"enum": ["Observation", "Dataset"]},
        "@context": {
            "type": "array",
            "prefixItems": [{"type": "object"}, {"pattern": "ngsi-ld-core-context"}],
            "minItems": 2,
            "maxItems": 2,
        },
    },
    "additionalProperties": ATTRIBUTE,
}
OBSERVATION_KEY_VALUES = {
    # The fields of the Smart Data Models' schema that we use, with its own limits.
    "type": "object",
    "required": ["id", "type"],
    "properties": {
        "type": {"enum": ["Observation"]},
        "dimensions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "value": {"type": "string"}},
            },
        },
        "dataset": {"type": "string", "pattern": r"^[\w\-\.\{\}\$\+\*\[\]`|~^@!,:\\]+$"},
        "confStatus": {"enum": list("FNCDSAOTGMEP")},
        "obsStatus": {"enum": list("ABDEFGIKWOMPSLHQJNUV")},
        "decimals": {"type": "number", "minimum": 0, "maximum": 15},
        "unitMult": {"type": "number", "minimum": 0, "maximum": 13},
        "freq": {"type": "string", "pattern": "^_[OUZ]|[SQBNI]|OA|OM|[AMWDH]_*[0-9]*$"},
        "refArea": {"type": "string"},
        "timePeriod": {"type": "string"},
        "obsValue": {"type": ["string", "number"]},
    },
}


@pytest.fixture(scope="module")
def statistic() -> Statistic:
    text = (ROOT / "policies/statistics/monthly_steps.toml").read_text(encoding="utf-8")
    return parse_statistic(tomllib.loads(text))


@pytest.fixture(scope="module")
def release() -> Release:
    return from_document((ROOT / "docs/spec/vectors/release.json").read_bytes())


@pytest.fixture(scope="module")
def rendered(statistic: Statistic, release: Release) -> list[dict[str, Any]]:
    whole: list[dict[str, Any]] = json.loads(render_ngsi_ld(statistic, release, SITE).body)
    return whole


def _key_values(entity: dict[str, Any]) -> dict[str, Any]:
    """Return the simplified representation (clause 4.5.4)."""
    simple = {"id": entity["id"], "type": entity["type"]}
    for name, attribute in entity.items():
        if isinstance(attribute, dict):
            simple[name] = next(v for key, v in attribute.items() if key != "type")
    return simple


def test_every_entity_is_well_formed(rendered: list[dict[str, Any]]):
    for entity in rendered:
        jsonschema.validate(entity, ENTITY, cls=jsonschema.Draft202012Validator)


def test_every_cell_is_an_observation_and_its_id_is_its_own(
    rendered: list[dict[str, Any]], statistic: Statistic
):
    assert [entity["type"] for entity in rendered] == ["Dataset"] + ["Observation"] * 10
    assert len({entity["id"] for entity in rendered}) == 11
    shown = [
        tuple(dimension["value"] for dimension in entity["dimensions"]["value"])
        for entity in rendered[1:]
    ]
    assert tuple(shown) == statistic.cells
    assert rendered[9]["id"].endswith("monthly_steps-2026-09-v1:75-plus:female")


def test_observations_keep_the_smart_data_model(rendered: list[dict[str, Any]]):
    for entity in rendered[1:]:
        jsonschema.validate(_key_values(entity), OBSERVATION_KEY_VALUES)


def test_every_mean_carries_its_interval(rendered: list[dict[str, Any]], release: Release):
    for entity, cell in zip(rendered[1:], release.cells, strict=True):
        if cell.suppressed:
            continue
        assert entity["obsValue"]["value"] == cell.mean.value
        assert entity["obsValue"]["ci95Low"]["value"] == cell.mean.interval.low
        assert entity["obsValue"]["ci95High"]["value"] == cell.mean.interval.high


def test_a_withheld_mean_is_absent_and_marked(rendered: list[dict[str, Any]]):
    statuses = [(e["obsStatus"]["value"], "obsValue" in e) for e in rendered[1:]]
    assert statuses == [("A", True)] * 8 + [("Q", False)] * 2
    assert rendered[10]["suppressionReason"]["value"] == "few_people"
    assert rendered[10]["people"] == {
        "type": "Property",
        "value": 0,
        "raw": {"type": "Property", "value": -3},
        "ci95Low": {"type": "Property", "value": 0},
        "ci95High": {"type": "Property", "value": 9},
    }


def test_observations_point_at_the_release_entity(rendered: list[dict[str, Any]]):
    assert {entity["dataset"]["object"] for entity in rendered[1:]} == {rendered[0]["id"]}
    assert rendered[0]["epsilon"]["value"] == 1
    assert 0 < rendered[0]["deltaFp"]["value"] < 1e-12


def _names(entity: dict[str, Any]) -> Iterator[str]:
    for name, attribute in entity.items():
        if isinstance(attribute, dict):
            yield name
            yield from (sub for sub, part in attribute.items() if isinstance(part, dict))


def test_every_term_is_defined_by_us_or_by_the_core_and_ours_are_documented(
    rendered: list[dict[str, Any]],
):
    core = {"description", "languageMap", "value"}
    specification = (ROOT / "docs/spec/release.md").read_text(encoding="utf-8")
    for entity in rendered:
        terms = entity["@context"][0]
        for name in set(_names(entity)) - core:
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)
            assert name in terms
            if str(terms[name]).startswith(SITE.terms):
                assert f"`{name}`" in specification
