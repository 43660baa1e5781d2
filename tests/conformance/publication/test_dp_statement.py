"""The privacy statement: the OpenDP / NIST deployments registry's shape, and NIST SP 800-226.

SP 800-226 asks for: epsilon with its unit of privacy, the neighbour relation, delta, the
bounds and that code enforces them, composition, and what rests on trust.
"""

import json
import tomllib
from fractions import Fraction
from math import exp
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from infobank.publication.document import from_document
from infobank.publication.parsing import parse_statistic
from infobank.publication.release import Release
from infobank.publication.rendering.site import Site
from infobank.publication.rendering.statement import odds, render_statement
from infobank.publication.statistic import Statistic
from infobank.vocabulary.text.language import Text

ROOT = Path(__file__).parents[3]
SITE = Site(
    "https://bank.example",
    publisher=Text(ja="見本市", en="Sample City"),
    region=Text(ja="見本市", en="Sample City, Japan"),
)
WORDS = {"type": "string", "minLength": 1}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON Schema
    return {
        "type": "object",
        "required": list(required),
        "properties": required | optional,
        "additionalProperties": False,
    }


REGISTRY = _object(
    {
        "status": {"enum": ["Draft", "Pending", "Approved"]},
        "tier": {"enum": [1, 2, 3]},
        "deployment": _object(
            {
                "basic": _object(
                    {
                        "name": WORDS,
                        "data_curators": {
                            "type": "array",
                            "minItems": 1,
                            "items": _object(
                                {"data_curator_name": WORDS, "data_curator_type": WORDS}
                            ),
                        },
                        "intended_use": WORDS,
                        "data_product_type": {"enum": ["Summary statistics", "Dataset"]},
                        "data_product_region": WORDS,
                        "description": WORDS,
                        "publication_date": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
                        "data_product_sector": WORDS,
                    }
                ),
                "dp_variant": _object(
                    {
                        "variant_name": {
                            "enum": [
                                "Pure DP",
                                "Approximate DP",
                                "Zero-concentrated DP",
                                "Renyi DP",
                                "Custom",
                            ]
                        },
                        "data_domain": WORDS,
                        "unprotected_quantities": WORDS,
                    }
                ),
                "privacy_loss": _object(
                    {
                        "privacy_unit": WORDS,
                        "privacy_unit_details": WORDS,
                        "privacy_parameters": _object(
                            {"epsilon": {"type": "number"}},
                            delta={"type": "number"},
                            rho={"type": "number"},
                        ),
                    },
                    privacy_parameters_details=WORDS,
                ),
                "deployment_model": _object(
                    {
                        "model_name": {"enum": ["Local", "Central", "Shuffle", "Federated"]},
                        "actors": WORDS,
                        "release_type": {"enum": ["One release", "Many releases"]},
                        "data_source_type": {"enum": ["Static", "Dynamic"]},
                        "access_type": {"enum": ["Interactive", "Non-interactive"]},
                    },
                    release_type_details=WORDS,
                ),
                "accounting": _object({"post_processing": WORDS, "composition": WORDS}),
                "implementation": _object(
                    {
                        "preprocessing_and_hyperparameter_tuning": WORDS,
                        "mechanisms": WORDS,
                        "justification": WORDS,
                    }
                ),
                "administrative": _object(
                    {"registry_authors": {"type": "array", "items": WORDS, "minItems": 1}}
                ),
            }
        ),
    },
    url_slug={"type": "string", "pattern": "^[a-z0-9-]+$"},
)


@pytest.fixture(scope="module")
def statistic() -> Statistic:
    text = (ROOT / "policies/statistics/monthly_steps.toml").read_text(encoding="utf-8")
    return parse_statistic(tomllib.loads(text))


@pytest.fixture(scope="module")
def release() -> Release:
    return from_document((ROOT / "docs/spec/vectors/release.json").read_bytes())


@pytest.fixture(scope="module")
def statement(statistic: Statistic, release: Release) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_statement(statistic, release, SITE).body)
    return document


def test_the_registry_part_has_the_registrys_shape_and_nothing_else(statement: dict[str, Any]):
    jsonschema.validate(statement["registry"], REGISTRY)
    assert set(statement) == {"format", "registry", "infobank"}


def test_a_release_with_a_floating_point_residue_does_not_claim_pure_epsilon(
    statement: dict[str, Any],
):
    deployment = statement["registry"]["deployment"]
    parameters = deployment["privacy_loss"]["privacy_parameters"]
    assert parameters["epsilon"] == 1
    assert 0 < parameters["delta"] < 1e-12
    assert deployment["dp_variant"]["variant_name"] == "Approximate DP"
    assert parameters["delta"] == statement["infobank"]["privacy"]["delta_fp"]


def test_unit_neighbours_bounds_and_odds_are_stated(statement: dict[str, Any]):
    own = statement["infobank"]
    assert own["privacy"]["neighbours"] == "add_or_remove"
    assert own["privacy"]["guess_right_in_100"] == 73
    assert own["privacy"]["allowed_in_365_days"] == 12
    assert own["contribution"] == {
        "values_per_resident": 1,
        "cells_per_resident": 1,
        "bins_per_resident": 1,
        "clipped_to": [0, 20_000],
        "rounded_to": 100,
        "least_days": 3,
    }


def test_a_stranger_recomputes_the_loss_and_the_intervals_from_the_statement(
    statement: dict[str, Any], release: Release
):
    tables = {row["table"]: row for row in statement["infobank"]["tables"]}
    assert sum(Fraction(str(row["epsilon"])) for row in tables.values()) == 1
    for row in tables.values():
        p, reach = exp(-row["epsilon"] / row["sensitivity"]), row["ci95_reach"]
        assert 2 * p ** (reach + 1) / (1 + p) <= 0.05 < 2 * p**reach / (1 + p)
    reach = tables["people"]["ci95_reach"]
    for cell in release.cells:
        assert cell.people.raw is not None
        assert cell.people.interval == (
            max(0, cell.people.raw - reach),
            max(0, cell.people.raw + reach),
        )


@pytest.mark.parametrize(("epsilon", "right"), [(0, 50), (0.1, 52), (1, 73), (2, 88), (2.7, 94)])
def test_the_odds_are_those_of_an_even_guess(epsilon: float, right: int):
    assert odds(epsilon) == right
